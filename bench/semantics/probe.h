/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe - does the one see what the other writes?
 * Why: data is judged by writing and reading it from both sides, never by what the kernel says.
 */
#ifndef BENCH_SEMANTICS_PROBE_H
#define BENCH_SEMANTICS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/semantics/seen.h"
#include "common/cleanup.h"

/* What stands where in the page: each probe has a place of its own, so that none hides another. */
enum {
	PB_PROBE_CONTENT = 0,
	PB_PROBE_C2D = 64,
	PB_PROBE_D2C = 128,
	PB_PROBE_F2D = 192,
	PB_PROBE_BEFORE = 256,
};

/* What stands in the page of another file that gets the block (bench/semantics/other.h). */
#define PB_PROBE_OTHER UINT64_C(0x6f74686572212121)

/* The values of one case: none is left over from another in a frame that comes back. */
struct pb_probe {
	uint64_t content, c2d, d2c, f2d, before;
};

/*
 * From here on a touch of what is not there is an answer and ends nobody. @number is the case's.
 */
struct pb_probe pb_probe_begin(uint32_t number);

void pb_probe_end(void);

/* False: there is nothing (SIGBUS, SIGSEGV). */
bool pb_probe_read(const char *at, uint64_t *ret_value);
bool pb_probe_write(char *at, uint64_t value);

/*
 * Pages that take whatever frames became free, at an address far from all others. Their content is
 * known, so that it is recognised when a device reads it, and missed when a device writes there.
 */
void pb_fillers_make(bool huge, bool hugetlb);
void pb_fillers_drop(void);

/* The device reads at C2D: part c2d. @process: it has written there; false: it could not. */
void pb_probe_c2d(const struct pb_probe *probe, int device, struct pb_seen *seen, bool process);

/* The device writes at D2C. False: it cannot, and part d2c says why. */
bool pb_probe_device_write(const struct pb_probe *probe, int device, struct pb_seen *seen);

/*
 * What the file has at the page's offset: the device's write (d2f), and where nobody sees the page
 * any more (@view is false) by which frame (frame.file).
 */
void pb_probe_file(const struct pb_probe *probe, int fd, bool view, struct pb_seen *seen);

/*
 * What became of the device's write elsewhere: in a filler (part device.writes), in the file (d2f).
 * Where the process sees nothing any more, what the file still has to do with the frame:
 * frame.file, and whether the device reads what is written to the file (f2d).
 */
void pb_probe_elsewhere(const struct pb_probe *probe, int device, struct pb_seen *seen, bool view);

#endif
