/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/symbol - the address of a kernel function that is not exported.
 * Why: since kallsyms_lookup_name() is no module's any more, a kprobe is the only way left.
 */
#ifndef PB_COMPAT_SYMBOL_H
#define PB_COMPAT_SYMBOL_H

#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/string.h>

/*
 * With indirect branch tracking the probe lies behind the function's ENDBR, so the offset is taken
 * back.
 */
static int pb_symbol_find(const char *name, unsigned long *ret_addr)
{
	struct kprobe probe = { .symbol_name = name };
	char where[KSYM_SYMBOL_LEN];
	unsigned long addr, offset;
	char *plus;
	int ret;

	ret = register_kprobe(&probe);
	if (ret)
		return ret;
	addr = (unsigned long)probe.addr;
	unregister_kprobe(&probe);

	sprint_symbol(where, addr); /* name+0xoffset/0xsize */
	plus = strchr(where, '+');
	if (!plus || strncmp(where, name, plus - where) || sscanf(plus, "+0x%lx/", &offset) != 1)
		return -ENOENT;
	*ret_addr = addr - offset;
	return 0;
}

#endif
