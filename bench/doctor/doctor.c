// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor - what this machine can measure, what it lacks, and the command that gets it.
 * Why: a check is one row; `pinbench doctor` prints them and scripts read its exit status.
 */
#include "bench/doctor/doctor.h"

#include <string.h>

#include "bench/backends/backend.h"
#include "bench/doctor/checks.h"
#include "common/encode/terminal.h"
#include "common/str.h"

const struct pb_check pb_checks[] = {
	{ "qemu", PB_NEED_VM, pb_look_qemu },
	{ "parts", PB_NEED_VM | PB_NEED_KMOD, pb_look_parts },
	{ "agent", PB_NEED_VM | PB_NEED_KMOD, pb_look_agent },
	{ "make", PB_NEED_VM, pb_look_make },
	{ "apt", PB_NEED_VM, pb_look_apt },
	{ "gnuplot", PB_NEED_NONE, pb_look_gnuplot },
	{ "mmdebstrap", PB_NEED_NONE, pb_look_mmdebstrap },
	{ "arm64", PB_NEED_NONE, pb_look_arm64 },
	{ "cache", PB_NEED_VM | PB_NEED_KMOD, pb_look_cache },
	{ "modules", PB_NEED_KMOD, pb_look_modules },
	{ "headers", PB_NEED_KMOD, pb_look_headers },
	{ "signature", PB_NEED_KMOD, pb_look_signature },
	{ "symbols", PB_NEED_NONE, pb_look_symbols },
	{ "pages", PB_NEED_NONE, pb_look_pages },
	{ "pins", PB_NEED_NONE, pb_look_pins },
	{ "calls", PB_NEED_NONE, pb_look_calls },
	{ "seccomp", PB_NEED_NONE, pb_look_seccomp },
	{ "pmu", PB_NEED_NONE, pb_look_pmu },
	{ "events", PB_NEED_NONE, pb_look_events },
	{ "cpus", PB_NEED_NONE, pb_look_cpus },
	{ "kvm", PB_NEED_NONE, pb_look_kvm },
	{ "virtual", PB_NEED_NONE, pb_look_virtual },
	{ "thp", PB_NEED_NONE, pb_look_thp },
	{ "hugetlb-2m", PB_NEED_NONE, pb_look_hugetlb_2m },
	{ "hugetlb-1g", PB_NEED_NONE, pb_look_hugetlb_1g },
	{ "dax", PB_NEED_NONE, pb_look_dax },
	{ "swap", PB_NEED_NONE, pb_look_swap },
	{ "memlock", PB_NEED_NONE, pb_look_memlock },
	{ "steady", PB_NEED_NONE, pb_look_steady },
	{ "left", PB_NEED_KMOD, pb_look_left },
	{ "temporary", PB_NEED_NONE, pb_look_temporary },
	{ "journals", PB_NEED_NONE, pb_look_journals },
	{ NULL, PB_NEED_NONE, NULL },
};

static const struct {
	const struct pb_backend *backend;
	unsigned int need;
} backends[] = {
	{ &pb_backend_kmod, PB_NEED_KMOD },
	{ &pb_backend_vm, PB_NEED_VM },
	{ &pb_backend_syscall, PB_NEED_SYSCALL },
};

static const char *const words[] = {
	[PB_HEALTH_OK] = "ok",
	[PB_HEALTH_LIMITED] = "limited",
	[PB_HEALTH_MISSING] = "missing",
};

static void finding_write(const char *name, const struct pb_finding *finding, FILE *out)
{
	pb_term_printf(out, "%-11s %-8s %s\n", name, words[finding->health], finding->text);
	if (finding->remedy[0])
		pb_term_printf(out, "%-11s %-8s -> %s\n", "", "", finding->remedy);
}

unsigned int pb_doctor_report(const char *root, FILE *out)
{
	enum pb_health healths[PB_ARRAY_SIZE(pb_checks)] = { PB_HEALTH_OK };
	unsigned int unmet = 0;

	for (size_t i = 0; pb_checks[i].name; i++) {
		struct pb_finding finding = { 0 };

		pb_checks[i].look(root, &finding);
		healths[i] = finding.health;
		if (finding.health == PB_HEALTH_MISSING)
			unmet |= pb_checks[i].needs;
		finding_write(pb_checks[i].name, &finding, out);
	}
	fputc('\n', out);
	for (size_t b = 0; b < PB_ARRAY_SIZE(backends); b++) {
		const char *separator = "cannot work here; see ";

		pb_term_printf(out, "backend %-8s ", backends[b].backend->name);
		for (size_t i = 0; pb_checks[i].name; i++) {
			if (healths[i] != PB_HEALTH_MISSING ||
			    !(pb_checks[i].needs & backends[b].need))
				continue;
			pb_term_printf(out, "%s%s", separator, pb_checks[i].name);
			separator = ", ";
		}
		pb_term_printf(out, "%s%s\n", unmet & backends[b].need ? "" : "works here: ",
			       unmet & backends[b].need ? "" : backends[b].backend->summary);
	}
	return unmet;
}
