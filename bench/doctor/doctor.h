/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * doctor - what this machine can measure, what it lacks, and the command that gets it.
 * Why: a check is one row; `pinbench doctor` prints them and scripts read its exit status.
 */
#ifndef BENCH_DOCTOR_DOCTOR_H
#define BENCH_DOCTOR_DOCTOR_H

#include <stdio.h>

#include "bench/doctor/finding.h"

extern const struct pb_check pb_checks[];

/*
 * Looks at everything and writes it to @out, and then which backends can work. Returns the needs
 * that are not met: a backend whose bit is clear works.
 */
unsigned int pb_doctor_report(const char *root, FILE *out);

#endif
