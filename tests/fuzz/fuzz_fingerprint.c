// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_fingerprint - what a machine's files say of it.
 * Why: firmware says anything, and it ends in databases and reports.
 */
#include <string.h>

#include "collect/hardware.h"
#include "tests/fuzz/fuzz.h"

/* Each part up to a NUL is one of these, in this order. */
static const char *const files[] = {
	"proc/cpuinfo",
	"sys/class/dmi/id/sys_vendor",
	"sys/class/dmi/id/product_name",
	"sys/devices/system/node/online",
	"sys/devices/system/cpu/online",
	"sys/devices/system/cpu/vulnerabilities/meltdown",
	"sys/kernel/mm/transparent_hugepage/enabled",
	"sys/class/power_supply/AC/type",
	"sys/class/power_supply/AC/online",
	"sys/devices/system/cpu/cpufreq/boost",
	"sys/devices/system/clocksource/clocksource0/current_clocksource",
};

static int fact(void *data, const char *key, const char *value)
{
	(void)data;
	return strlen(key) + strlen(value) == SIZE_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const uint8_t *rest;
		size_t rest_size, len = fuzz_cut(data, size, &rest, &rest_size);

		fuzz_file(files[i], data, len);
		data = rest;
		size = rest_size;
	}
	(void)!pb_hardware_facts(fuzz_dir(), fact, NULL);
	(void)pb_hardware_virtual(fuzz_dir());
	return 0;
}
