// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine - CPUs, virtualization, and whether the machine is fit for timing at the moment.
 * Why: contention wants CPUs, and times want a machine that does nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>

#include "bench/control/control.h"
#include "bench/control/topology.h"
#include "bench/doctor/checks.h"
#include "bench/kmod/find.h"
#include "collect/hardware.h"
#include "common/err.h"
#include "common/sysfs.h"

void pb_look_cpus(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_topology_done) struct pb_topology topology = { 0 };
	_cleanup_free_ char *all = strdup(pb_topology_places()), *words = NULL;
	char places[64] = "";
	int cpus[2], ret = pb_topology_read(root, NULL, &topology);

	words = ret ? NULL : pb_topology_words(&topology);
	if (!words || !all) {
		FOUND(f, PB_HEALTH_LIMITED, "%s", pb_fail_message(ret ? ret : -ENOMEM));
		pb_fail_clear();
		return;
	}
	for (char *save, *place = strtok_r(all, " ", &save); place;
	     place = strtok_r(NULL, " ", &save))
		if (!pb_topology_place(&topology, place, 2, cpus))
			snprintf(places + strlen(places), sizeof(places) - strlen(places), "%s%s",
				 *places ? ", " : "", place);
	pb_fail_clear();
	FOUND(f, topology.nr > 1 ? PB_HEALTH_OK : PB_HEALTH_LIMITED, "%s; %s%s", words,
	      topology.nr > 1 ? "contention at --place " : "no contention on one CPU",
	      topology.nr > 1 ? places : "");
}

/* Openable is not usable: a virtual machine of its own is asked for. */
static int kvm_try(void)
{
	_cleanup_close_ int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	_cleanup_close_ int vm = -1;

	if (kvm < 0 || ioctl(kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		return -errno;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	return vm < 0 ? -errno : 0;
}

void pb_look_kvm(const char *root, struct pb_finding *f)
{
	const char *on = pb_hardware_virtual(root);
	int ret = kvm_try();

	if (!ret) {
		FOUND(f, PB_HEALTH_OK,
		      "/dev/kvm makes virtual machines%s%s%s; exact counts do not use it",
		      on ? ", nested in " : "", on ? on : "",
		      on ? ", where stock kernels may not boot" : "");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED,
	      "/dev/kvm: %s: no odp by system calls; exact counts do not need it", strerror(-ret));
	if (ret == -EACCES)
		REMEDY(f, "root, or the group kvm: adduser $USER kvm");
	else if (!on)
		REMEDY(f,
		       "modprobe kvm_intel or kvm_amd; switch virtualization on in the firmware");
}

void pb_look_virtual(const char *root, struct pb_finding *f)
{
	const char *on = pb_hardware_virtual(root);

	if (!on) {
		FOUND(f, PB_HEALTH_OK, "a real machine, as far as it says");
		return;
	}
	FOUND(f, PB_HEALTH_LIMITED,
	      "a virtual machine (%s): its times are its host's to give, and marked so", on);
}

void pb_look_steady(const char *root, struct pb_finding *f)
{
	pb_cleanup(pb_buf_done) struct pb_buf warnings = { 0 };
	_cleanup_free_ char *config = NULL;
	struct utsname name;

	uname(&name);
	config = pb_kmod_config(root, name.release);
	if (pb_control_warn(root, config, &warnings)) {
		FOUND(f, PB_HEALTH_LIMITED, "out of memory");
		return;
	}
	if (!warnings.len_bytes) {
		FOUND(f, PB_HEALTH_OK, "nothing disturbs: no debug kernel%s, no load, no battery",
		      config ? "" : " as far as is known");
		return;
	}
	for (char *c = warnings.data; *c; c++)
		if (*c == '\n')
			*c = c[1] ? ';' : '\0';
	FOUND(f, PB_HEALTH_LIMITED, "%.300s", warnings.data);
}
