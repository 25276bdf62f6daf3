/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/unpin - which ways to release pinned pages this kernel has.
 * Why: what a kernel lacks has no stand-in: another function's cost would be another number.
 *
 * PB_HAVE_UNPIN_RANGE  unpin_user_page_range_dirty_lock() is exported: not by 5.10, by 6.1
 * PB_HAVE_UNPIN_FOLIO  unpin_user_folio() is exported: not by 6.1, by 6.12
 * Both come from compat/probe.sh, which reads what this kernel exports.
 */
#ifndef PB_COMPAT_UNPIN_H
#define PB_COMPAT_UNPIN_H

#include <linux/mm.h>

#endif
