// SPDX-License-Identifier: GPL-2.0-only
/*
 * hardware - the machine that is measured: what its firmware, kernel and power supply say of it.
 * Why: microcode, mitigations, turbo or a hypervisor move numbers, and nobody remembers them later.
 */
#include "collect/hardware.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "common/err.h"
#include "common/str.h"
#include "common/sysfs.h"

#define CPU_DIR "/sys/devices/system/cpu"
#define THP_DIR "/sys/kernel/mm/transparent_hugepage"

typedef int (*fact_fn)(void *data, const char *key, const char *value);

struct teller {
	const char *root;
	fact_fn fact;
	void *data;
	int error; /* the first */
};

/* Takes @value over; NULL and an empty text are not told. */
static void tell(struct teller *t, const char *key, char *value)
{
	_cleanup_free_ char *owned = value;

	if (!t->error && owned && *owned)
		t->error = t->fact(t->data, key, owned);
}

/* A file, and the fact that it becomes. */
static const struct {
	const char *key;
	const char *path;
	bool choice; /* the word in brackets */
} files[] = {
	{ "machine.vendor", "/sys/class/dmi/id/sys_vendor", false },
	{ "machine.product", "/sys/class/dmi/id/product_name", false },
	{ "machine.firmware", "/sys/class/dmi/id/bios_version", false },
	{ "machine.smt", CPU_DIR "/smt/control", false },
	{ "machine.governor", CPU_DIR "/cpu0/cpufreq/scaling_governor", false },
	{ "machine.cpufreq_driver", CPU_DIR "/cpu0/cpufreq/scaling_driver", false },
	{ "machine.idle_driver", CPU_DIR "/cpuidle/current_driver", false },
	{ "machine.isolated_cpus", CPU_DIR "/isolated", false },
	{ "machine.nohz_full", CPU_DIR "/nohz_full", false },
	{ "machine.numa_nodes", "/sys/devices/system/node/online", false },
	{ "machine.numa_balancing", "/proc/sys/kernel/numa_balancing", false },
	{ "machine.thp_defrag", THP_DIR "/defrag", true },
	{ "machine.thp_shmem", THP_DIR "/shmem_enabled", true },
	{ "machine.khugepaged_defrag", THP_DIR "/khugepaged/defrag", false },
	{ "machine.ksm", "/sys/kernel/mm/ksm/run", false },
	{ "machine.clocksource", "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  false },
};

static void turbo_tell(struct teller *t)
{
	_cleanup_free_ char *none = pb_sys_text(t->root, CPU_DIR "/intel_pstate/no_turbo");
	_cleanup_free_ char *boost = pb_sys_text(t->root, CPU_DIR "/cpufreq/boost");

	if (none)
		tell(t, "machine.turbo", strdup(pb_streq(none, "1") ? "off" : "on"));
	else if (boost)
		tell(t, "machine.turbo", strdup(pb_streq(boost, "1") ? "on" : "off"));
}

static void mitigations_tell(struct teller *t)
{
	_cleanup_free_ char *path = pb_format("%s" CPU_DIR "/vulnerabilities", t->root);
	struct dirent **entries;
	int nr = path ? scandir(path, &entries, NULL, alphasort) : -1;

	for (int i = 0; i < nr; i++) {
		_cleanup_free_ char *key = pb_format("machine.mitigation.%s", entries[i]->d_name);

		if (entries[i]->d_name[0] != '.' && key)
			tell(t, key,
			     pb_sys_text(t->root, CPU_DIR "/vulnerabilities/%s",
					 entries[i]->d_name));
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

/* "mains", "battery, discharging"; a desktop has no such folder, and no fact. */
static void power_tell(struct teller *t)
{
	_cleanup_free_ char *path = pb_format("%s/sys/class/power_supply", t->root);
	_cleanup_closedir_ DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *type =
			pb_sys_text(t->root, "/sys/class/power_supply/%s/type", entry->d_name);
		_cleanup_free_ char *status =
			pb_sys_text(t->root, "/sys/class/power_supply/%s/status", entry->d_name);

		if (type && status && pb_streq(type, "Battery")) {
			tell(t, "machine.power",
			     strdup(pb_streq(status, "Discharging") ? "battery" : "mains"));
			return;
		}
	}
}

/* Who answers to CPUID leaf 0x40000000, and what its users call it. */
static const struct {
	const char *signature;
	const char *name;
} hypervisors[] = {
	{ "KVMKVMKVM", "kvm" },       { "TCGTCGTCGTCG", "tcg" },    { "Microsoft Hv", "hyperv" },
	{ "VMwareVMware", "vmware" }, { "XenVMMXenVMM", "xen" },    { "bhyve bhyve ", "bhyve" },
	{ "ACRNACRNACRN", "acrn" },   { "VBoxVBoxVBox", "oracle" }, { "prl hyperv  ", "parallels" },
	{ "QNXQVMBSQG", "qnx" },
};

/*
 * What firmware says of its maker, where the CPU says nothing: arm64, or a tree of files. Makers of
 * real machines are told apart by their product's name.
 */
static const struct {
	const char *vendor;
	const char *product; /* how its name begins; NULL: any */
	const char *name;
} vendors[] = {
	{ "QEMU", NULL, "qemu" },
	{ "VMware", NULL, "vmware" },
	{ "innotek GmbH", NULL, "oracle" },
	{ "Xen", NULL, "xen" },
	{ "Microsoft", "Virtual Machine", "hyperv" },
	{ "Google", "Google Compute Engine", "google" },
	{ "Amazon EC2", NULL, "amazon" },
	{ "Parallels", NULL, "parallels" },
	{ "OpenStack", NULL, "kvm" },
	{ "Alibaba Cloud", NULL, "kvm" },
	{ "DigitalOcean", NULL, "kvm" },
	{ "Apple Inc.", "Apple Virtualization", "apple" },
};

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

#if defined(__x86_64__)
static const char *cpu_virtual(void)
{
	static char other[13];
	unsigned int eax, ebx, ecx, edx;

	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx >> 31))
		return NULL;
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(other, &ebx, 4);
	memcpy(other + 4, &ecx, 4);
	memcpy(other + 8, &edx, 4);
	for (size_t i = 0; i < PB_ARRAY_SIZE(hypervisors); i++)
		if (pb_streq(hypervisors[i].signature, other))
			return hypervisors[i].name;
	return *other ? other : "unknown";
}
#else
static const char *cpu_virtual(void)
{
	return NULL;
}
#endif

const char *pb_hardware_virtual(const char *root)
{
	_cleanup_free_ char *vendor = pb_sys_text(root, "/sys/class/dmi/id/sys_vendor");
	_cleanup_free_ char *product = pb_sys_text(root, "/sys/class/dmi/id/product_name");
	const char *name = *root ? NULL : cpu_virtual();
	bool metal = product && strstr(product, ".metal"); /* Amazon's real machines */

	for (size_t i = 0; !name && vendor && !metal && i < PB_ARRAY_SIZE(vendors); i++)
		if (begins(vendor, vendors[i].vendor) &&
		    (!vendors[i].product || (product && begins(product, vendors[i].product))))
			name = vendors[i].name;
	return name;
}

int pb_hardware_facts(const char *root, int (*fact)(void *data, const char *key, const char *value),
		      void *data)
{
	struct teller t = { .root = root, .fact = fact, .data = data };
	const char *name = pb_hardware_virtual(root);

	if (name)
		tell(&t, "machine.virtual", strdup(name));
	for (size_t i = 0; i < PB_ARRAY_SIZE(files); i++)
		tell(&t, files[i].key,
		     files[i].choice ? pb_sys_choice(root, "%s", files[i].path)
				     : pb_sys_text(root, "%s", files[i].path));
	tell(&t, "machine.microcode", pb_sys_line(root, "/proc/cpuinfo", "microcode"));
	turbo_tell(&t);
	mitigations_tell(&t);
	power_tell(&t);
	return t.error;
}
