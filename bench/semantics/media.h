/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * media - the same case, judged by what the medium has afterwards.
 * Why: a process that touches the page makes it dirty, and would save what the device wrote: here only
 * the device writes, and the medium is read past every cache.
 */
#ifndef BENCH_SEMANTICS_MEDIA_H
#define BENCH_SEMANTICS_MEDIA_H

#include "bench/events/event.h"
#include "bench/semantics/probe.h"

/* -EOPNOTSUPP with a message where nothing can be said of a medium. */
int pb_media_check(bool writes, const struct pb_subject *subject) pb_must_check;

/* What the device writes before the event, and after it (parts device.wrote or d2c). */
void pb_media_write_before(const struct pb_probe *probe, int device, struct pb_seen *seen);
void pb_media_write(const struct pb_probe *probe, int device, struct pb_seen *seen);

/*
 * After the release: is it on the medium after one fsync(), and after two (parts medium.before,
 * medium.1, medium.2)? @fd is the file's.
 */
void pb_media_look(const struct pb_probe *probe, int fd, bool view, struct pb_seen *seen);

#endif
