/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shares - how much of a call is the pin, its accounting, its mapping for a device, and the rest.
 * Why: who asks what a registration costs wants to know which part of it a change to GUP can move.
 */
#ifndef REPORT_USERS_SHARES_H
#define REPORT_USERS_SHARES_H

#include <stddef.h>

#include "collect/profile.h"
#include "common/cleanup.h"

enum pb_user_share {
	PB_SHARE_PIN,        /* GUP, from its entry to its return, and what lets go */
	PB_SHARE_ACCOUNTING, /* RLIMIT_MEMLOCK and its like */
	PB_SHARE_MAPPING,    /* lists of pages for devices, the IOMMU */
	PB_SHARE_REST,
	PB_NR_SHARES,
};

struct pb_user_shares;

/*
 * Reads a table: "pin<tab>get_user_pages*" a line, '#' for a comment; the first pattern that fits
 * decides. -EBADMSG with the line that is none.
 */
int pb_user_shares_load(const char *path, struct pb_user_shares **ret_shares) pb_must_check;
void pb_user_shares_free(struct pb_user_shares *shares);
PB_DEFINE_CLEANUP(pb_user_sharesp, struct pb_user_shares *, pb_user_shares_free);

/*
 * Takes @profile apart. A function that no pattern fits goes with who entered it most often, and so
 * on up; whoever has nobody left above is the rest. The parts add up to the profile's sum.
 */
void pb_user_shares_of(const struct pb_user_shares *shares, const struct pb_profile *profile,
		       double ret_parts[PB_NR_SHARES]);

const char *pb_user_share_name(enum pb_user_share share);

#endif
