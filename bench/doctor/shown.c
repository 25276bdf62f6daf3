// SPDX-License-Identifier: GPL-2.0-only
/*
 * shown - what this user is shown of pages and pins, and which system calls are let through.
 * Why: what is hidden costs a cell its check, and a call that is refused a strategy: a container
 * does both without a word.
 */
#include <string.h>

#include "bench/backends/syscall/identity.h"
#include "bench/doctor/checks.h"
#include "bench/memory/memory.h"
#include "bench/users/user.h"
#include "common/err.h"
#include "common/str.h"

void pb_look_pages(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_memory_release) struct pb_memory memory = { 0 };
	struct pb_memory_proof proof = { .by = PB_PROOF_PAGES };
	int ret = pb_memory_anon.prepare(&memory, 1);

	(void)root;
	if (!ret)
		ret = pb_memory_prove(&pb_memory_anon, &memory, &proof);
	if (!ret && proof.by == PB_PROOF_PAGES) {
		FOUND(f, PB_HEALTH_OK, "the kernel shows what each page is");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "what a page is cannot be seen%s: %.200s",
	      !ret && proof.by == PB_PROOF_SMAPS ? ", only how it is mapped" : "",
	      ret ? pb_fail_message(ret) : proof.why);
	pb_fail_clear();
	REMEDY(f, "root, outside of a container that masks /proc (docker: --security-opt "
		  "systempaths=unconfined)");
}

void pb_look_pins(const char *root, struct pb_finding *f)
{
	struct pb_pins pins;
	int ret = pb_pins_read(&pins);

	(void)root;
	if (!ret) {
		FOUND(f, PB_HEALTH_OK,
		      "the kernel counts pins, and brings its counters up to date");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "whether a call pins pages cannot be counted: %.240s",
	      pb_fail_message(ret));
	pb_fail_clear();
	REMEDY(f, "root, with /proc/sys writable");
}

void pb_look_calls(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_buf_done) struct pb_buf refused = { 0 };
	pb_cleanup(pb_memory_release) struct pb_memory memory = { 0 };
	int ret = pb_memory_anon.prepare(&memory, 1);

	(void)root;
	for (size_t i = 0; pb_users[i] && !ret; i++) {
		struct pb_use use = { .buffers = { memory.addr, memory.addr },
				      .nr_pages = 1,
				      .page_bytes = memory.len_bytes,
				      .buffer_bytes = memory.len_bytes };
		int code = pb_users[i]->open(&use);

		if (code)
			ret = pb_buf_printf(&refused, "%s%s: %s", refused.len_bytes ? "; " : "",
					    pb_users[i]->strategy, pb_fail_message(code));
		pb_users[i]->close(&use);
		pb_fail_clear();
	}
	if (!ret && !refused.len_bytes) {
		FOUND(f, PB_HEALTH_OK, "every system call that holds pages is let through");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED, "no %.300s", ret ? pb_fail_message(ret) : refused.data);
	REMEDY(f, "what each lacks stands with it; in a container --security-opt "
		  "seccomp=unconfined");
}
