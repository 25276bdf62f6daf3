// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine - CPUs, virtualization, and whether the machine is fit for timing at the moment.
 * Why: contention wants CPUs, and times want a machine that does nothing else.
 */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/backends/kmod/find.h"
#include "bench/backends/vm/kvm.h"
#include "bench/control/control.h"
#include "bench/control/topology.h"
#include "bench/doctor/checks.h"
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

void pb_look_kvm(const char *root, struct pb_finding *f)
{
	const char *on = pb_hardware_virtual(root), *doubt = pb_kvm_doubt(root);
	int ret = pb_kvm_try(root);

	if (ret) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "/dev/kvm: %s: no --accel kvm, no odp by system calls; exact counts do not "
		      "need it",
		      strerror(-ret));
		REMEDY(f, "%s", pb_kvm_remedy(root, ret));
		return;
	}
	if (doubt) {
		FOUND(f, PB_HEALTH_LIMITED,
		      "/dev/kvm makes virtual machines, but %s: no --accel kvm; exact counts do "
		      "not need it",
		      doubt);
		return;
	}
	FOUND(f, PB_HEALTH_OK,
	      "/dev/kvm makes virtual machines%s%s%s: --accel kvm times guests on "
	      "several CPUs; exact counts do not use it",
	      on ? ", nested in " : "", on ? on : "",
	      on ? ", where stock kernels may not boot" : "");
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
