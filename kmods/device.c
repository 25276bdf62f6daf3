// SPDX-License-Identifier: GPL-2.0-only
/*
 * device - /dev/pinbench: who may ask, what a request must look like, where it goes.
 * Why: kmods/uapi/pinbench.h is the contract; this file is its gate.
 */
#include "core.h"

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "team.h"

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

/* Failed requests are written back too: nr_done and nr_got say how far they came. */
static int request_write(int ret, void __user *arg, const void *request, u32 size)
{
	if (copy_to_user(arg, request, size) && !ret)
		return -EFAULT;
	return ret;
}

int pb_handle_new(struct xarray *table, atomic64_t *last, void *entry, u32 *ret_handle)
{
	s64 handle = atomic64_inc_return(last);
	int ret;

	if (handle > U32_MAX)
		return -ENOSPC;
	ret = xa_insert(table, handle, entry, GFP_KERNEL_ACCOUNT);
	if (!ret)
		*ret_handle = handle;
	return ret;
}

static int ioctl_info(void __user *arg)
{
	struct pb_info info;
	int ret;

	ret = request_read(&info, sizeof(info), arg);
	if (ret)
		return ret;
	info = (struct pb_info){
		.size = sizeof(info),
		.abi = PB_ABI,
		.strategies = pb_strategy_mask(),
		.ticks_hz = pb_clock_hz(),
		.clock = PB_CLOCK,
		.inject = pb_inject_get(),
	};
	return request_write(0, arg, &info, sizeof(info));
}

static int ioctl_strategy_info(void __user *arg)
{
	const struct pb_strategy *strategy;
	struct pb_strategy_info info;
	int ret;

	ret = request_read(&info, sizeof(info), arg);
	if (ret)
		return ret;
	if (info.pad)
		return -EINVAL;
	strategy = pb_strategy_get(info.strategy);
	if (!strategy)
		return -ENOENT;
	memset(info.symbol, 0, sizeof(info.symbol));
	info.releases = pb_strategy_releases(strategy);
	strscpy(info.symbol, strategy->symbol, sizeof(info.symbol));
	pb_strategy_put(strategy);
	return request_write(0, arg, &info, sizeof(info));
}

static int ioctl_run(struct pb_file *file, void __user *arg)
{
	struct pb_run run;
	int ret;

	ret = request_read(&run, sizeof(run), arg);
	if (ret)
		return ret;
	ret = pb_run_request(file, &run);
	return request_write(ret, arg, &run, sizeof(run));
}

static int ioctl_hold(struct pb_file *file, void __user *arg)
{
	struct pb_hold hold;
	int ret;

	ret = request_read(&hold, sizeof(hold), arg);
	if (ret)
		return ret;
	ret = pb_hold_request(file, &hold);
	if (ret)
		return ret;
	ret = request_write(0, arg, &hold, sizeof(hold));
	if (ret) /* nobody was told the handle: keeping it would be a leak until close */
		pb_hold_drop(file, hold.handle);
	return ret;
}

static int ioctl_drop(struct pb_file *file, void __user *arg)
{
	struct pb_drop drop;
	int ret;

	ret = request_read(&drop, sizeof(drop), arg);
	if (ret)
		return ret;
	if (drop.pad)
		return -EINVAL;
	return pb_hold_drop(file, drop.handle);
}

static int ioctl_group(struct pb_file *file, void __user *arg)
{
	struct pb_group group;
	int ret;

	ret = request_read(&group, sizeof(group), arg);
	if (ret)
		return ret;
	ret = pb_team_request(file, &group);
	if (ret)
		return ret;
	ret = request_write(0, arg, &group, sizeof(group));
	if (ret) /* nobody was told the handle */
		pb_team_drop(file, group.handle);
	return ret;
}

static int ioctl_group_drop(struct pb_file *file, void __user *arg)
{
	struct pb_group_drop drop;
	int ret;

	ret = request_read(&drop, sizeof(drop), arg);
	if (ret)
		return ret;
	if (drop.pad)
		return -EINVAL;
	return pb_team_drop(file, drop.handle);
}

static int ioctl_step(struct pb_file *file, void __user *arg)
{
	struct pb_step step;
	int ret;

	ret = request_read(&step, sizeof(step), arg);
	if (ret)
		return ret;
	ret = pb_team_step(file, &step);
	return request_write(ret, arg, &step, sizeof(step));
}

static long file_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct pb_file *file = filp->private_data;
	void __user *request = (void __user *)arg;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (file->mm != current->mm)
		return -EBADFD;

	switch (cmd) {
	case PB_IOC_INFO:
		return ioctl_info(request);
	case PB_IOC_STRATEGY_INFO:
		return ioctl_strategy_info(request);
	case PB_IOC_RUN:
		return ioctl_run(file, request);
	case PB_IOC_HOLD:
		return ioctl_hold(file, request);
	case PB_IOC_DROP:
		return ioctl_drop(file, request);
	case PB_IOC_GROUP:
		return ioctl_group(file, request);
	case PB_IOC_GROUP_DROP:
		return ioctl_group_drop(file, request);
	case PB_IOC_STEP:
		return ioctl_step(file, request);
	default:
		return -ENOTTY;
	}
}

static int file_open(struct inode *inode, struct file *filp)
{
	struct pb_file *file;

	if (!current->mm)
		return -EINVAL;
	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	xa_init(&file->held);
	xa_init(&file->teams);
	mmgrab(current->mm);
	file->mm = current->mm;
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

static int file_release(struct inode *inode, struct file *filp)
{
	struct pb_file *file = filp->private_data;

	pb_hold_drop_all(file);
	pb_team_drop_all(file);
	mmdrop(file->mm);
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
	.name = "pinbench",
	.mode = 0600,
	.fops = &file_ops,
};

static int __init core_init(void)
{
	int ret;

	pb_clock_init();
	ret = misc_register(&device);
	if (ret)
		pb_clock_done();
	return ret;
}

static void __exit core_exit(void)
{
	misc_deregister(&device);
	pb_clock_done();
}

module_init(core_init);
module_exit(core_exit);

MODULE_DESCRIPTION("pinbench core: /dev/pinbench");
MODULE_LICENSE("GPL");
