// SPDX-License-Identifier: GPL-2.0-only
/*
 * device - /dev/pinbench-observe: who may ask, what a request must look like, where it goes.
 * Why: kmods/uapi/observe.h is the contract; this file is its gate.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/swap.h>
#include <linux/uaccess.h>

#include "compat/symbol.h"
#include "observe/observe.h"

static bool unowned;
module_param(unowned, bool, 0444);
MODULE_PARM_DESC(unowned, "allow strategies that use frames which they do not own");

static bool drains;
DEFINE_STATIC_CALL_NULL(pb_drain, lru_add_drain_all);

static bool strategy_allowed(u32 strategy)
{
	return unowned || (strategy != PB_OBSERVE_follow && strategy != PB_OBSERVE_odp_ignored);
}

static u32 strategies_mask(void)
{
	u32 mask = 0, id;

	for (id = 1; id < 32; id++)
		if (pb_observe_known(id) && strategy_allowed(id))
			mask |= 1U << id;
	return mask;
}

/* The size is read alone first: a structure of another ABI may end before ours does. */
static int request_read(void *request, u32 size, const void __user *arg)
{
	u32 given;

	if (get_user(given, (const u32 __user *)arg))
		return -EFAULT;
	if (given != size)
		return -EINVAL;
	return copy_from_user(request, arg, size) ? -EFAULT : 0;
}

static int ioctl_info(void __user *arg)
{
	struct pb_observe_info info;
	int ret;

	ret = request_read(&info, sizeof(info), arg);
	if (ret)
		return ret;
	info = (struct pb_observe_info){
		.size = sizeof(info),
		.abi = PB_OBSERVE_ABI,
		.strategies = strategies_mask(),
		.drains = drains,
	};
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static int hold_check(const struct pb_observe_file *file, const struct pb_observe_hold *hold)
{
	if (hold->flags & ~PB_OBSERVE_WRITE || !pb_observe_known(hold->strategy) ||
	    !PAGE_ALIGNED(hold->addr))
		return -EINVAL;
	if (!strategy_allowed(hold->strategy))
		return -EPERM;
	if (!access_ok((void __user *)(unsigned long)hold->addr, PAGE_SIZE))
		return -EFAULT;
	if (file->nr_held >= PB_OBSERVE_MAX_HOLDS || file->last_handle >= U32_MAX)
		return -ENOSPC;
	return 0;
}

static void observed_free(struct pb_observed *observed, bool dirty)
{
	pb_observed_release(observed, dirty);
	mmdrop(observed->mm);
	kfree(observed);
}

static int hold_keep(struct pb_observe_file *file, struct pb_observed *observed,
		     struct pb_observe_hold *hold, void __user *arg)
{
	u32 handle = file->last_handle + 1;
	int ret;

	ret = xa_insert(&file->held, handle, observed, GFP_KERNEL_ACCOUNT);
	if (ret)
		return ret;
	hold->handle = handle;
	hold->pfn = page_to_pfn(observed->page);
	if (copy_to_user(arg, hold, sizeof(*hold))) {
		xa_erase(&file->held, handle); /* nobody was told the handle */
		return -EFAULT;
	}
	file->last_handle = handle;
	file->nr_held++;
	return 0;
}

static int ioctl_hold(struct pb_observe_file *file, void __user *arg)
{
	struct pb_observe_hold hold;
	struct pb_observed *observed;
	int ret;

	ret = request_read(&hold, sizeof(hold), arg);
	if (!ret)
		ret = hold_check(file, &hold);
	if (ret)
		return ret;
	observed = kzalloc(sizeof(*observed), GFP_KERNEL_ACCOUNT);
	if (!observed)
		return -ENOMEM;
	observed->strategy = hold.strategy;
	observed->writes = hold.flags & PB_OBSERVE_WRITE;
	observed->addr = hold.addr;
	observed->mm = current->mm;
	ret = pb_observed_take(observed);
	if (ret)
		goto free_observed;
	mmgrab(observed->mm);
	ret = hold_keep(file, observed, &hold, arg);
	if (ret)
		observed_free(observed, false);
	return ret;

free_observed:
	kfree(observed);
	return ret;
}

static int ioctl_page(struct pb_observe_file *file, void __user *arg)
{
	const struct pb_observed *observed;
	struct pb_observe_page page;
	int ret;

	ret = request_read(&page, sizeof(page), arg);
	if (ret)
		return ret;
	observed = xa_load(&file->held, page.handle);
	if (!observed)
		return -ENOENT;
	pb_observed_look(observed, &page);
	return copy_to_user(arg, &page, sizeof(page)) ? -EFAULT : 0;
}

static int ioctl_access(struct pb_observe_file *file, void __user *arg)
{
	struct pb_observe_access access;
	struct pb_observed *observed;
	int ret;

	ret = request_read(&access, sizeof(access), arg);
	if (ret)
		return ret;
	if (access.flags & ~PB_OBSERVE_WRITE || access.offset % sizeof(u64) ||
	    access.offset > PAGE_SIZE - sizeof(u64))
		return -EINVAL;
	observed = xa_load(&file->held, access.handle);
	if (!observed)
		return -ENOENT;
	ret = pb_observed_access(observed, &access);
	if (ret)
		return ret;
	return copy_to_user(arg, &access, sizeof(access)) ? -EFAULT : 0;
}

static int ioctl_release(struct pb_observe_file *file, void __user *arg)
{
	struct pb_observe_release release;
	struct pb_observed *observed;
	int ret;

	ret = request_read(&release, sizeof(release), arg);
	if (ret)
		return ret;
	if (release.pad || release.flags & ~PB_OBSERVE_DIRTY)
		return -EINVAL;
	observed = xa_load(&file->held, release.handle);
	if (!observed)
		return -ENOENT;
	if (release.flags & PB_OBSERVE_DIRTY && !pb_observe_owned(observed->strategy))
		return -EOPNOTSUPP;
	if (release.flags & PB_OBSERVE_DIRTY && !observed->writes)
		return -EACCES;
	xa_erase(&file->held, release.handle);
	file->nr_held--;
	observed_free(observed, release.flags & PB_OBSERVE_DIRTY);
	return 0;
}

static int ioctl_drain(void __user *arg)
{
	struct pb_observe_drain drain;
	int ret;

	ret = request_read(&drain, sizeof(drain), arg);
	if (ret)
		return ret;
	if (drain.pad)
		return -EINVAL;
	if (!drains)
		return -EOPNOTSUPP;
	static_call_cond(pb_drain)();
	return 0;
}

static int request_serve(struct pb_observe_file *file, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case PB_OBSERVE_IOC_INFO:
		return ioctl_info(arg);
	case PB_OBSERVE_IOC_HOLD:
		return ioctl_hold(file, arg);
	case PB_OBSERVE_IOC_PAGE:
		return ioctl_page(file, arg);
	case PB_OBSERVE_IOC_ACCESS:
		return ioctl_access(file, arg);
	case PB_OBSERVE_IOC_RELEASE:
		return ioctl_release(file, arg);
	case PB_OBSERVE_IOC_DRAIN:
		return ioctl_drain(arg);
	default:
		return -ENOTTY;
	}
}

static long file_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct pb_observe_file *file = filp->private_data;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (mutex_lock_killable(&file->lock))
		return -EINTR;
	ret = request_serve(file, cmd, (void __user *)arg);
	mutex_unlock(&file->lock);
	return ret;
}

static int file_open(struct inode *inode, struct file *filp)
{
	struct pb_observe_file *file;

	if (!current->mm)
		return -EINVAL;
	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	mutex_init(&file->lock);
	xa_init(&file->held);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

static int file_release(struct inode *inode, struct file *filp)
{
	struct pb_observe_file *file = filp->private_data;
	struct pb_observed *observed;
	unsigned long handle;

	xa_for_each(&file->held, handle, observed)
		observed_free(observed, false);
	xa_destroy(&file->held);
	kfree(file);
	return 0;
}

static const struct file_operations file_ops = {
	.owner = THIS_MODULE,
	.open = file_open,
	.release = file_release,
	.unlocked_ioctl = file_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pinbench-observe",
	.mode = 0600,
	.fops = &file_ops,
};

static int __init observe_init(void)
{
	unsigned long addr;

	drains = !pb_symbol_find("lru_add_drain_all", &addr);
	if (drains)
		static_call_update(pb_drain, (typeof(&STATIC_CALL_TRAMP(pb_drain)))addr);
	return misc_register(&device);
}

static void __exit observe_exit(void)
{
	misc_deregister(&device);
}

module_init(observe_init);
module_exit(observe_exit);

MODULE_DESCRIPTION("pinbench: watch what becomes of a held page");
MODULE_LICENSE("GPL");
