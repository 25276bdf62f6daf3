// SPDX-License-Identifier: GPL-2.0-only
/*
 * usl - the universal scalability law, fitted to what an operation costs with more and more
 * threads. Why: two numbers say whether threads wait for one another (sigma) or keep each other
 * busy (kappa).
 */
#include "report/stats/usl.h"

#include <errno.h>
#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>

#include "common/err.h"

enum { NR_PARAMETERS = 3 };

struct fit {
	gsl_matrix *terms;
	gsl_vector *costs;
	gsl_vector *weights;
	gsl_vector *found;
	gsl_matrix *covariance;
	gsl_multifit_linear_workspace *work;
};

static void fit_done(struct fit *fit)
{
	gsl_matrix_free(fit->terms);
	gsl_vector_free(fit->costs);
	gsl_vector_free(fit->weights);
	gsl_vector_free(fit->found);
	gsl_matrix_free(fit->covariance);
	gsl_multifit_linear_free(fit->work);
}

static int fit_init(struct fit *fit, const double *threads, const double *costs, size_t nr)
{
	fit->terms = gsl_matrix_alloc(nr, NR_PARAMETERS);
	fit->costs = gsl_vector_alloc(nr);
	fit->weights = gsl_vector_alloc(nr);
	fit->found = gsl_vector_alloc(NR_PARAMETERS);
	fit->covariance = gsl_matrix_alloc(NR_PARAMETERS, NR_PARAMETERS);
	fit->work = gsl_multifit_linear_alloc(nr, NR_PARAMETERS);
	if (!fit->terms || !fit->costs || !fit->weights || !fit->found || !fit->covariance ||
	    !fit->work)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		double n = threads[i];

		gsl_matrix_set(fit->terms, i, 0, 1);
		gsl_matrix_set(fit->terms, i, 1, n - 1);
		gsl_matrix_set(fit->terms, i, 2, n * (n - 1));
		gsl_vector_set(fit->costs, i, costs[i]);
		gsl_vector_set(fit->weights, i, 1 / (costs[i] * costs[i]));
	}
	return 0;
}

static double covariance(const struct fit *fit, size_t i, size_t j, double scale)
{
	return gsl_matrix_get(fit->covariance, i, j) * scale;
}

/* The standard error of found[at] / found[0], by the law of error propagation. */
static double ratio_error(const struct fit *fit, size_t at, double scale)
{
	double base = gsl_vector_get(fit->found, 0), ratio = gsl_vector_get(fit->found, at) / base;
	double variance = covariance(fit, at, at, scale) -
			  2 * ratio * covariance(fit, 0, at, scale) +
			  ratio * ratio * covariance(fit, 0, 0, scale);

	return sqrt(fmax(0, variance)) / fabs(base);
}

static int points_check(const double *threads, const double *costs, size_t nr)
{
	if (nr < PB_USL_LEAST)
		return pb_fail(-EINVAL,
			       "a scalability law has three parameters and wants %d numbers of "
			       "threads; there are %zu",
			       PB_USL_LEAST, nr);
	for (size_t i = 0; i < nr; i++) {
		if (!(threads[i] >= 1) || !(costs[i] > 0) || isinf(costs[i]))
			return pb_fail(-EINVAL, "%g threads at a cost of %g fit no scalability law",
				       threads[i], costs[i]);
		for (size_t j = 0; j < i; j++)
			if (threads[j] == threads[i])
				return pb_fail(-EINVAL, "%g threads stand for two costs",
					       threads[i]);
	}
	return 0;
}

int pb_usl_fit(const double *threads, const double *costs, size_t nr, struct pb_usl *ret_usl)
{
	pb_cleanup(fit_done) struct fit fit = { 0 };
	struct pb_usl usl = { .peak = INFINITY };
	gsl_error_handler_t *handler;
	double chisq = 0, scale;
	int ret = points_check(threads, costs, nr), code;

	if (!ret)
		ret = fit_init(&fit, threads, costs, nr);
	if (ret)
		return ret;
	handler = gsl_set_error_handler_off();
	code = gsl_multifit_wlinear(fit.terms, fit.weights, fit.costs, fit.found, fit.covariance,
				    &chisq, fit.work);
	gsl_set_error_handler(handler);
	usl.cost = gsl_vector_get(fit.found, 0);
	if (code || !(usl.cost > 0))
		return pb_fail(-EINVAL, "no scalability law fits: %s",
			       code ? gsl_strerror(code) : "one thread would cost nothing");
	/* What is left of each point after the fit tells how uncertain they all are. */
	scale = chisq / (double)(nr - NR_PARAMETERS);
	usl.sigma = gsl_vector_get(fit.found, 1) / usl.cost;
	usl.sigma_error = ratio_error(&fit, 1, scale);
	usl.kappa = gsl_vector_get(fit.found, 2) / usl.cost;
	usl.kappa_error = ratio_error(&fit, 2, scale);
	if (usl.kappa > 0)
		usl.peak = usl.sigma < 1 ? fmax(1, sqrt((1 - usl.sigma) / usl.kappa)) : 1;
	*ret_usl = usl;
	return 0;
}

double pb_usl_cost(const struct pb_usl *usl, double threads)
{
	return usl->cost * (1 + usl->sigma * (threads - 1) + usl->kappa * threads * (threads - 1));
}
