// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm - whether this machine's /dev/kvm makes virtual machines, and of which kind.
 * Why: it is there in many places where it cannot be opened, or where stock kernels do not boot on
 * it, and each of these wants another remedy.
 */
#include "bench/backends/vm/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

#include "collect/hardware.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

int pb_kvm_try(const char *root)
{
	_cleanup_free_ char *path = pb_format("%s/dev/kvm", root);
	_cleanup_close_ int kvm = -1, vm = -1;
	int version;

	if (!path)
		return -ENOMEM;
	kvm = open(path, O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return -errno;
	version = ioctl(kvm, KVM_GET_API_VERSION, 0);
	if (version < 0)
		return -errno;
	if (version != KVM_API_VERSION)
		return -EPROTO;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	return vm < 0 ? -errno : 0;
}

const char *pb_kvm_remedy(const char *root, int code)
{
	switch (-code) {
	case EACCES:
	case EPERM:
		return "be root, or in the group kvm: adduser $USER kvm, and log in again";
	case EBUSY:
		return "another hypervisor has the processor: end its machines, or unload it";
	case ENOENT:
	case ENODEV:
	case ENXIO:
		if (pb_hardware_virtual(root))
			return "this machine is virtual itself: its host must pass virtualization "
			       "on (nested)";
		return "modprobe kvm_intel or kvm_amd; switch virtualization on in the firmware";
	default:
		return "";
	}
}

int pb_kvm_check(const char *root)
{
	int code = pb_kvm_try(root);
	const char *remedy;

	if (!code)
		return 0;
	remedy = pb_kvm_remedy(root, code);
	return pb_fail(code,
		       "--accel kvm: /dev/kvm makes no virtual machine: %s%s%s; --accel tcg counts "
		       "exactly and needs none",
		       strerror(-code), *remedy ? "; " : "", remedy);
}

static bool has_driver(const char *root, const char *name)
{
	_cleanup_free_ char *path = pb_format("%s/sys/module/%s", root, name);

	return path && pb_file_exists(path);
}

/*
 * kvm_pvm runs its guests in user mode. One that was not built for that has every instruction of
 * its kernel emulated, and KVM's emulator has no IRET of 64-bit mode.
 */
const char *pb_kvm_doubt(const char *root)
{
	if (has_driver(root, "kvm_pvm") && !has_driver(root, "kvm_intel") &&
	    !has_driver(root, "kvm_amd"))
		return "its driver here is kvm_pvm, for kernels with CONFIG_PVM_GUEST, which "
		       "Debian's have not";
	return NULL;
}
