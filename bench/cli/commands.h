/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * commands - what each bench/cli/cmd_*.c offers to the table of commands.
 * Why: one declaration for each, seen by the file that defines it and by the table.
 */
#ifndef BENCH_CLI_COMMANDS_H
#define BENCH_CLI_COMMANDS_H

#include "bench/cli/command.h"

extern const struct pb_command pb_command_c2c;
extern const struct pb_command pb_command_compare;
extern const struct pb_command pb_command_doctor;
extern const struct pb_command pb_command_export;
extern const struct pb_command pb_command_gate;
extern const struct pb_command pb_command_history;
extern const struct pb_command pb_command_import;
extern const struct pb_command pb_command_kernel;
extern const struct pb_command pb_command_list;
extern const struct pb_command pb_command_merge;
extern const struct pb_command pb_command_report;
extern const struct pb_command pb_command_model;
extern const struct pb_command pb_command_runs;
extern const struct pb_command pb_command_run;
extern const struct pb_command pb_command_semantics;
extern const struct pb_command pb_command_users;

#endif
