// SPDX-License-Identifier: GPL-2.0-only
/*
 * quiescent - a module that, as it is loaded, waits until every task passed a quiescent state of
 * Tasks RCU.
 * Why: so does whoever frees an ftrace trampoline or optimises a kprobe; a long run must not make
 * them wait for its end.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

static int __init quiescent_init(void)
{
	synchronize_rcu_tasks();
	return 0;
}
module_init(quiescent_init);

static void __exit quiescent_exit(void)
{
}
module_exit(quiescent_exit);

MODULE_DESCRIPTION("Waits for Tasks RCU, for pinbench's tests");
MODULE_LICENSE("GPL");
