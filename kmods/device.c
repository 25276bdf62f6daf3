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

union pb_request {
	struct pb_info info;
	struct pb_strategy_info strategy_info;
	struct pb_run run;
	struct pb_hold hold;
	struct pb_drop drop;
	struct pb_group group;
	struct pb_group_drop group_drop;
	struct pb_step step;
};

/* The size is read alone first: a structure of another ABI may end before ours does. */
static int request_read(union pb_request *request, u32 size, const void __user *arg)
{
	u32 given;

	if (get_user(given, (const u32 __user *)arg))
		return -EFAULT;
	if (given != size)
		return -EINVAL;
	return copy_from_user(request, arg, size) ? -EFAULT : 0;
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

static int info_handle(struct pb_file *file, union pb_request *request)
{
	request->info = (struct pb_info){
		.size = sizeof(request->info),
		.abi = PB_ABI,
		.strategies = pb_strategy_mask(),
		.ticks_hz = pb_clock_hz(),
		.clock = PB_CLOCK,
		.inject = pb_inject_get(),
	};
	return 0;
}

static int strategy_info_handle(struct pb_file *file, union pb_request *request)
{
	struct pb_strategy_info *info = &request->strategy_info;
	const struct pb_strategy *strategy;

	if (info->pad)
		return -EINVAL;
	strategy = pb_strategy_get(info->strategy);
	if (!strategy)
		return -ENOENT;
	memset(info->symbol, 0, sizeof(info->symbol));
	info->releases = pb_strategy_releases(strategy);
	strscpy(info->symbol, strategy->symbol, sizeof(info->symbol));
	pb_strategy_put(strategy);
	return 0;
}

static int run_handle(struct pb_file *file, union pb_request *request)
{
	return pb_run_request(file, &request->run);
}

static int hold_handle(struct pb_file *file, union pb_request *request)
{
	return pb_hold_request(file, &request->hold);
}

static void hold_take_back(struct pb_file *file, const union pb_request *request)
{
	pb_hold_drop(file, request->hold.handle);
}

static int drop_handle(struct pb_file *file, union pb_request *request)
{
	if (request->drop.pad)
		return -EINVAL;
	return pb_hold_drop(file, request->drop.handle);
}

static int group_handle(struct pb_file *file, union pb_request *request)
{
	return pb_team_request(file, &request->group);
}

static void group_take_back(struct pb_file *file, const union pb_request *request)
{
	pb_team_drop(file, request->group.handle);
}

static int group_drop_handle(struct pb_file *file, union pb_request *request)
{
	if (request->group_drop.pad)
		return -EINVAL;
	return pb_team_drop(file, request->group_drop.handle);
}

static int step_handle(struct pb_file *file, union pb_request *request)
{
	return pb_team_step(file, &request->step);
}

/* A number says the size of its structure, and whether that goes back to who asked. */
static const struct pb_ioctl {
	unsigned int cmd;
	bool tells_failure; /* then, too: nr_done and nr_got say how far it came */
	int (*handle)(struct pb_file *file, union pb_request *request);
	/* Where the answer could not be written: what nobody knows of would stay until close. */
	void (*take_back)(struct pb_file *file, const union pb_request *request);
} ioctls[] = {
	{ .cmd = PB_IOC_INFO, .handle = info_handle },
	{ .cmd = PB_IOC_STRATEGY_INFO, .handle = strategy_info_handle },
	{ .cmd = PB_IOC_RUN, .handle = run_handle, .tells_failure = true },
	{ .cmd = PB_IOC_HOLD, .handle = hold_handle, .take_back = hold_take_back },
	{ .cmd = PB_IOC_DROP, .handle = drop_handle },
	{ .cmd = PB_IOC_GROUP, .handle = group_handle, .take_back = group_take_back },
	{ .cmd = PB_IOC_GROUP_DROP, .handle = group_drop_handle },
	{ .cmd = PB_IOC_STEP, .handle = step_handle, .tells_failure = true },
};

static const struct pb_ioctl *ioctl_find(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (ioctls[i].cmd == cmd)
			return &ioctls[i];
	if (_IOC_TYPE(cmd) == PB_IOC_OLD_MAGIC)
		pr_notice_once("%s asks as pinbench did up to ABI %u, and these are modules of ABI %u: build both from one tree\n",
			       current->comm, PB_IOC_OLD_ABI, PB_ABI);
	return NULL;
}

static long file_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct pb_file *file = filp->private_data;
	void __user *user = (void __user *)arg;
	const struct pb_ioctl *ioctl;
	union pb_request request;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (file->mm != current->mm)
		return -EBADFD;
	ioctl = ioctl_find(cmd);
	if (!ioctl)
		return -ENOTTY;
	ret = request_read(&request, _IOC_SIZE(cmd), user);
	if (ret)
		return ret;
	ret = ioctl->handle(file, &request);
	if (!(_IOC_DIR(cmd) & _IOC_READ) || (ret && !ioctl->tells_failure))
		return ret;
	if (!copy_to_user(user, &request, _IOC_SIZE(cmd)) || ret)
		return ret;
	if (ioctl->take_back)
		ioctl->take_back(file, &request);
	return -EFAULT;
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
