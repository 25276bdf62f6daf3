// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault - a module that warns, with a stack trace, as it is loaded.
 * Why: that a splat fails a cell can only be shown with a real one.
 */
#include <linux/bug.h>
#include <linux/module.h>

static int __init fault_init(void)
{
	WARN(1, "pinbench: a splat on purpose\n");
	return 0;
}
module_init(fault_init);

MODULE_DESCRIPTION("A warning on purpose, for pinbench's tests");
MODULE_LICENSE("GPL");
