/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usl - the universal scalability law, fitted to what an operation costs with more and more threads.
 * Why: two numbers say whether threads wait for one another (sigma) or keep each other busy (kappa).
 *
 * Gunther's law gives the throughput of N threads as
 *
 *	X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
 *
 * so that one thread's operation costs N / X(N) = (1 + sigma (N - 1) + kappa N (N - 1)) / lambda,
 * which is linear in 1/lambda, sigma/lambda and kappa/lambda: least squares need no starting values
 * and have one answer.
 */
#ifndef REPORT_STATS_USL_H
#define REPORT_STATS_USL_H

#include <stddef.h>

#include "common/cleanup.h"

/* Three parameters, and one number of threads more, so that the fit can fail to fit. */
enum { PB_USL_LEAST = 4 };

struct pb_usl {
	double cost;               /* of an operation by one thread alone, 1/lambda */
	double sigma, sigma_error; /* contention; standard errors */
	double kappa, kappa_error; /* coherence */
	double peak; /* threads beyond which throughput falls; infinity without coherence */
};

/*
 * Fits @costs[i], what an operation cost each of @threads[i] threads, which are distinct. Each cost
 * is taken to be uncertain by the same share of itself, which the residuals tell. -EINVAL: fewer
 * than PB_USL_LEAST points, or costs that are none; the message says how many there are.
 */
int pb_usl_fit(const double *threads, const double *costs, size_t nr,
	       struct pb_usl *ret_usl) pb_must_check;

/* What the law says an operation costs with this many threads. */
double pb_usl_cost(const struct pb_usl *usl, double threads);

#endif
