// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject - the core's `inject` parameter: how many instructions every acquire executes in addition.
 * Why: the self-test of everything behind the module; it has no description, as no user needs it.
 */
#include "inject.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "uapi/pinbench.h"

static_assert(PB_INJECT_LEVELS * 10 + PB_INJECT_LEVELS == PB_MAX_INJECT);

struct static_key_false pb_inject_ones[PB_INJECT_LEVELS + 1] = {
	[0 ... PB_INJECT_LEVELS] = STATIC_KEY_FALSE_INIT,
};
EXPORT_SYMBOL_GPL(pb_inject_ones);

struct static_key_false pb_inject_tens[PB_INJECT_LEVELS + 1] = {
	[0 ... PB_INJECT_LEVELS] = STATIC_KEY_FALSE_INIT,
};
EXPORT_SYMBOL_GPL(pb_inject_tens);

static unsigned int inject;

unsigned int pb_inject_get(void)
{
	return READ_ONCE(inject);
}

static void chain_set(struct static_key_false *chain, unsigned int nr_on)
{
	unsigned int i;

	for (i = 0; i < PB_INJECT_LEVELS; i++) {
		if (i < nr_on)
			static_branch_enable(&chain[i]);
		else
			static_branch_disable(&chain[i]);
	}
}

/* Parameters are set one at a time, so the chains and the number agree. */
static int inject_set(const char *value, const struct kernel_param *kp)
{
	unsigned int nr;
	int ret;

	ret = kstrtouint(value, 0, &nr);
	if (ret)
		return ret;
	if (nr > PB_MAX_INJECT)
		return -EINVAL;
	chain_set(pb_inject_tens, nr / 10);
	chain_set(pb_inject_ones, nr % 10);
	WRITE_ONCE(inject, nr);
	return 0;
}

static const struct kernel_param_ops inject_ops = {
	.set = inject_set,
	.get = param_get_uint,
};
module_param_cb(inject, &inject_ops, &inject, 0600);
