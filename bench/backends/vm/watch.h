/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch - follows a guest through its plan until it ends, however it ends.
 * Why: what was measured before a panic, a hang or a kill is kept, and every cell that was not
 * measured says why.
 */
#ifndef BENCH_BACKENDS_VM_WATCH_H
#define BENCH_BACKENDS_VM_WATCH_H

#include "bench/backends/backend.h"
#include "bench/backends/vm/machine.h"
#include "collect/record.h"
#include "common/cleanup.h"

/*
 * @boot_limit_s is how long the first cell may take to begin. Hands each of the request's cells to
 * @sink as pb_backend says. Returns 0 when the guest worked at all, and whether all went well in
 * *ret_intact; -EIO with the console's last lines when it never came as far as a cell; -EINTR; what
 * a sink returned.
 */
int pb_vm_watch(struct pb_machine *machine, const struct pb_backend_request *request,
		unsigned int boot_limit_s, const struct pb_record_sink *sink, void *data,
		bool *ret_intact) pb_must_check;

#endif
