// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_path - does a call take its pages by the fast path, or under mmap_lock by the slow one?
 * Why: kernels moved calls from the one to the other, and no counter tells them apart.
 */
#include "bench/users/gup_path.h"

#include <linux/kernel-page-flags.h>
#include <stdlib.h>

#include "bench/memory/inspect/page_flags.h"
#include "bench/memory/memory.h"
#include "common/err.h"

enum { ROUNDS = 3 };

static bool is_active(const struct pb_memory *memory, bool *ret_active)
{
	_cleanup_free_ struct pb_page *pages = NULL;

	if (pb_pages_read(memory->addr, 1, &pages))
		return false;
	*ret_active = pb_page_has(&pages[0], KPF_ACTIVE);
	return true;
}

/* Does a fresh page become active by these calls? False: it cannot be seen. */
static bool activates(pb_use_call acquire, pb_use_call release, const struct pb_use *use,
		      bool *ret_active)
{
	pb_cleanup(pb_memory_release) struct pb_memory memory = { 0 };
	struct pb_use one = *use;
	bool before;
	int code = pb_memory_anon.prepare(&memory, 1);

	if (code || !is_active(&memory, &before) || before)
		return false;
	one.nr_pages = 1;
	one.buffers[0] = one.buffers[1] = memory.addr;
	for (int i = 0; i < ROUNDS && !code; i++) {
		code = acquire(&one, memory.addr);
		if (!code && release)
			code = release(&one, memory.addr);
		/* Pages change lists in batches. */
		if (!code)
			code = pb_memory_drain();
	}
	return !code && is_active(&memory, ret_active);
}

enum pb_gup_path pb_gup_path_of(pb_use_call acquire, pb_use_call release, const struct pb_use *use)
{
	const struct pb_user *slow = &pb_user_process_vm_readv;
	struct pb_use none = { .page_bytes = use->page_bytes };
	enum pb_gup_path path = PB_GUP_UNKNOWN;
	bool control = false, active = false;

	if (activates(slow->acquire, NULL, &none, &control) && control &&
	    activates(acquire, release, use, &active))
		path = active ? PB_GUP_SLOW : PB_GUP_FAST;
	pb_fail_clear();
	return path;
}
