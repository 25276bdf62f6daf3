/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * checks - the checks behind the rows of bench/doctor/doctor.c, by what they look at.
 * Why: each is a function of its own, and the table says which backend needs it.
 */
#ifndef BENCH_DOCTOR_CHECKS_H
#define BENCH_DOCTOR_CHECKS_H

#include <stdio.h>

#include "bench/doctor/finding.h"

#define FOUND(finding, verdict, ...)                                             \
	do {                                                                     \
		(finding)->health = (verdict);                                   \
		snprintf((finding)->text, sizeof((finding)->text), __VA_ARGS__); \
	} while (0)
#define REMEDY(finding, ...) snprintf((finding)->remedy, sizeof((finding)->remedy), __VA_ARGS__)

/* programs.c */
void pb_look_qemu(const char *root, struct pb_finding *f);
void pb_look_parts(const char *root, struct pb_finding *f);
void pb_look_agent(const char *root, struct pb_finding *f);
void pb_look_make(const char *root, struct pb_finding *f);
void pb_look_apt(const char *root, struct pb_finding *f);
void pb_look_gnuplot(const char *root, struct pb_finding *f);
void pb_look_mmdebstrap(const char *root, struct pb_finding *f);
void pb_look_arm64(const char *root, struct pb_finding *f);
void pb_look_temporary(const char *root, struct pb_finding *f);
void pb_look_journals(const char *root, struct pb_finding *f);
void pb_look_cache(const char *root, struct pb_finding *f);

/* kernel.c: what the running kernel lets in and shows */
void pb_look_modules(const char *root, struct pb_finding *f);
void pb_look_headers(const char *root, struct pb_finding *f);
void pb_look_signature(const char *root, struct pb_finding *f);
void pb_look_symbols(const char *root, struct pb_finding *f);
void pb_look_seccomp(const char *root, struct pb_finding *f);
void pb_look_left(const char *root, struct pb_finding *f);

/* shown.c */
void pb_look_pages(const char *root, struct pb_finding *f);
void pb_look_pins(const char *root, struct pb_finding *f);
void pb_look_calls(const char *root, struct pb_finding *f);

/* counters.c */
void pb_look_pmu(const char *root, struct pb_finding *f);
void pb_look_events(const char *root, struct pb_finding *f);

/* machine.c */
void pb_look_cpus(const char *root, struct pb_finding *f);
void pb_look_kvm(const char *root, struct pb_finding *f);
void pb_look_virtual(const char *root, struct pb_finding *f);
void pb_look_steady(const char *root, struct pb_finding *f);

/* memory.c */
void pb_look_hugetlb_2m(const char *root, struct pb_finding *f);
void pb_look_hugetlb_1g(const char *root, struct pb_finding *f);
void pb_look_thp(const char *root, struct pb_finding *f);
void pb_look_dax(const char *root, struct pb_finding *f);
void pb_look_swap(const char *root, struct pb_finding *f);
void pb_look_memlock(const char *root, struct pb_finding *f);

#endif
