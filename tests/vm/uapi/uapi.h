/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uapi - the parts of the guest test of kmods/uapi/pinbench.h.
 * Why: each part is about one promise of the header and stands in a file of its own.
 */
#ifndef TESTS_VM_UAPI_UAPI_H
#define TESTS_VM_UAPI_UAPI_H

void test_gate(void);      /* who may ask, and what every request must look like */
void test_query(void);     /* PB_IOC_INFO, PB_IOC_STRATEGY_INFO, inject */
void test_run(void);       /* PB_IOC_RUN: rejections, errors and results */
void test_fields(void);    /* PB_IOC_RUN: releases, strides, counts, flags that contradict */
void test_release(void);   /* each way to release: what it leaves behind */
void test_region(void);    /* calls that walk through a region */
void test_shapes(void);    /* twice, all held, failures tolerated, histograms */
void test_irqs(void);      /* interrupts off in the windows */
void test_group(void);     /* PB_IOC_GROUP, PB_IOC_STEP, paced runs, on one CPU */
void test_corun(void);     /* workers of a group on two CPUs */
void test_hold(void);      /* PB_IOC_HOLD, PB_IOC_DROP */
void test_ending(void);    /* signals, kill -9, exit, close: nothing stays held */
void test_quiescent(void); /* a long run lets Tasks RCU pass */
void test_pages(void);     /* reference counts are what they were */
void test_memory(void);    /* no memory: ENOMEM, and nothing left behind */
void test_unload(void);    /* modules in use stay; last, as it unloads all */

#endif
