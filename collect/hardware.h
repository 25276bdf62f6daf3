/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hardware - the machine that is measured: what its firmware, kernel and power supply say of it.
 * Why: microcode, mitigations, turbo or a hypervisor move numbers, and nobody remembers them later.
 */
#ifndef COLLECT_HARDWARE_H
#define COLLECT_HARDWARE_H

#include <stdbool.h>

#include "common/cleanup.h"

/*
 * Tells machine.* facts of the machine below @root ("" is this one); what it does not say is left
 * out. Numbers that a virtual machine gives carry machine.virtual, the hypervisor's name.
 */
int pb_hardware_facts(const char *root, int (*fact)(void *data, const char *key, const char *value),
		      void *data) pb_must_check;

/*
 * "kvm", "tcg", "hyperv", ...; NULL where nothing says that the machine is virtual. This machine's
 * CPU is asked when @root is "", else its firmware alone. Never to be freed.
 */
const char *pb_hardware_virtual(const char *root);

#endif
