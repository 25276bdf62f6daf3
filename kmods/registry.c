// SPDX-License-Identifier: GPL-2.0-only
/*
 * registry - the strategies whose modules are loaded.
 * Why: each strategy is a module of its own, so that a kernel without its symbols still has the
 * rest.
 */
#include <linux/module.h>
#include <linux/mutex.h>

#include "core.h"

static const struct pb_strategy *strategies[PB_MAX_ID + 1];
static DEFINE_MUTEX(strategies_lock);

int pb_strategy_register(const struct pb_strategy *strategy)
{
	int ret = 0;

	if (!strategy->id || strategy->id > PB_MAX_ID)
		return -EINVAL;
	if (strategy->probe)
		ret = strategy->probe();
	if (ret)
		return ret;

	mutex_lock(&strategies_lock);
	if (strategies[strategy->id])
		ret = -EEXIST;
	else
		strategies[strategy->id] = strategy;
	mutex_unlock(&strategies_lock);
	return ret;
}
EXPORT_SYMBOL_GPL(pb_strategy_register);

/* Runs from a module's exit, when nobody has a reference on the module any more. */
void pb_strategy_unregister(const struct pb_strategy *strategy)
{
	mutex_lock(&strategies_lock);
	strategies[strategy->id] = NULL;
	mutex_unlock(&strategies_lock);
}
EXPORT_SYMBOL_GPL(pb_strategy_unregister);

const struct pb_strategy *pb_strategy_get(u32 id)
{
	const struct pb_strategy *strategy = NULL;

	if (id > PB_MAX_ID)
		return NULL;
	mutex_lock(&strategies_lock);
	if (strategies[id] && try_module_get(strategies[id]->owner))
		strategy = strategies[id];
	mutex_unlock(&strategies_lock);
	return strategy;
}

void pb_strategy_put(const struct pb_strategy *strategy)
{
	module_put(strategy->owner);
}

u32 pb_strategy_releases(const struct pb_strategy *strategy)
{
	u32 release, mask = 0;

	for (release = 1; release < PB_NR_RELEASES; release++)
		if (strategy->measure[release][PB_SHAPE_ONCE])
			mask |= 1U << release;
	return mask;
}

u64 pb_strategy_mask(void)
{
	u64 mask = 0;
	u32 id;

	mutex_lock(&strategies_lock);
	for (id = 1; id <= PB_MAX_ID; id++)
		if (strategies[id])
			mask |= 1ULL << id;
	mutex_unlock(&strategies_lock);
	return mask;
}
