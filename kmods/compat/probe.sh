#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# SRCTREE SYMVERS: prints the -DPB_HAVE_* that describe this kernel's headers and exports.
# Why: distributions backport, so what a header says counts, not what the version says.
set -eu
include="$1/include/linux"
symvers=$2

# has NAME HEADER REGEX: the header is read as one line, since prototypes are wrapped.
has()
{
	[ -f "$include/$2" ] || return 0
	if tr -s ' \t\n' ' ' <"$include/$2" | grep -q "$3"; then
		printf ' -DPB_HAVE_%s' "$1"
	fi
}

# exports NAME SYMBOL
exports()
{
	if grep -q "	$2	" "$symvers"; then
		printf ' -DPB_HAVE_%s' "$1"
	fi
}

has FOLIO mm.h 'void folio_get(struct folio'
has GET_VMAS mm.h ' get_user_pages([^)]*vmas'
has PIN_VMAS mm.h ' pin_user_pages([^)]*vmas'
has FOLIO_WALK pagewalk.h 'folio_walk_start('
has DAX_REFS dax.h 'dax_page_is_idle([^}]*== 0\|dax_folio_is_idle('
has PMU_CYCLE_IDX perf/arm_pmuv3.h ' ARMV8_PMU_CYCLE_IDX '
exports UNPIN_RANGE unpin_user_page_range_dirty_lock
exports UNPIN_FOLIO unpin_user_folio
