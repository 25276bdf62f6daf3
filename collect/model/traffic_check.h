/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * traffic_check - a record of type `traffic`, looked at before it is believed.
 * Why: a stream may come from anywhere.
 */
#ifndef COLLECT_MODEL_TRAFFIC_CHECK_H
#define COLLECT_MODEL_TRAFFIC_CHECK_H

#include <jansson.h>

#include "collect/model/traffic.h"
#include "common/cleanup.h"

/* Takes a record of type `traffic` (collect/record.h). -EBADMSG. */
int pb_traffic_check(const json_t *record, struct pb_traffic_list *list) pb_must_check;

#endif
