// SPDX-License-Identifier: GPL-2.0-only
/*
 * commands - the table of commands, in the order in which help shows them.
 * Why: a command is one file and one row here.
 */
#include "bench/cli/commands.h"

#include <stddef.h>

/* clang-format off: a command is a row */
const struct pb_command *const pb_commands[] = {
	&pb_command_run,
	&pb_command_list,
	&pb_command_doctor,
	&pb_command_report,
	&pb_command_compare,
	&pb_command_gate,
	&pb_command_history,
	&pb_command_kernel,
	&pb_command_export,
	&pb_command_import,
	&pb_command_merge,
	&pb_command_semantics,
	&pb_command_users,
	&pb_command_c2c,
	&pb_command_model,
	&pb_command_runs,
	NULL,
};
/* clang-format on */
