// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat/clock_arm64 - keeps the PMU's cycle counter running, and finds out what it counts.
 * Why: nobody but perf may set a counter up, and nothing but the register is fast enough to read.
 *
 * Perf owns the PMU. It is asked for a pinned event a CPU, and what it then keeps running is only
 * read. Unloading the module gives all of it back.
 */
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <asm/arch_timer.h>

#include "clock.h"

/*
 * Which index perf gives the cycle counter: 0 before bf5ffc8c80e0 ("perf: arm_pmu: Remove event
 * index to counter remapping"), v6.12, which brought a name for it.
 */
#ifdef PB_HAVE_PMU_CYCLE_IDX
#include <linux/perf/arm_pmuv3.h>
#define CYCLE_IDX ARMV8_PMU_CYCLE_IDX
#else
#define CYCLE_IDX 0
#endif

/* config1 of arm64's PMU, format `long`: 64 bits, so that perf never has to set it back. */
#define CONFIG1_LONG 1

#define NR_PROBED 64 /* instructions */

u32 pb_clock_source = PB_CLOCK_SOURCE_CNTVCT;
EXPORT_SYMBOL_GPL(pb_clock_source);

static bool pmu = true;
module_param(pmu, bool, 0400);
MODULE_PARM_DESC(pmu, "take the PMU's cycle counter for a clock where there is one (Y)");

static DEFINE_PER_CPU(struct perf_event *, cycles);
static u32 clock_id = PB_CLOCK_CNTVCT;
static int hotplug_state;

u32 pb_clock_id(void)
{
	return clock_id;
}

u64 pb_clock_hz(void)
{
	return clock_id == PB_CLOCK_CNTVCT ? arch_timer_get_cntfrq() : 0;
}

/* Can stamps of two CPUs be compared? */
bool pb_clock_is_shared(void)
{
	return clock_id == PB_CLOCK_CNTVCT || num_possible_cpus() == 1;
}

static int cycles_create(unsigned int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.config1 = CONFIG1_LONG,
		.pinned = 1,
	};
	struct perf_event *event;

	event = perf_event_create_kernel_counter(&attr, cpu, NULL, NULL, NULL);
	if (IS_ERR(event))
		return PTR_ERR(event);
	/* Cycles in any other counter would be right, but not in the register that is read. */
	if (event->state != PERF_EVENT_STATE_ACTIVE || event->hw.idx != CYCLE_IDX) {
		perf_event_release_kernel(event);
		return -EBUSY;
	}
	per_cpu(cycles, cpu) = event;
	return 0;
}

/* A CPU that comes later must come even without a counter: runs on it are refused, not it. */
static int cycles_online(unsigned int cpu)
{
	int ret = cycles_create(cpu);

	if (!ret || clock_id == PB_CLOCK_CNTVCT)
		return ret;
	pr_warn("pinbench: CPU %u has no cycle counter to spare (%d)\n", cpu, ret);
	return 0;
}

static int cycles_offline(unsigned int cpu)
{
	struct perf_event *event = per_cpu(cycles, cpu);

	per_cpu(cycles, cpu) = NULL;
	if (event)
		perf_event_release_kernel(event);
	return 0;
}

/* Cycles from one read to the next with @body, of NR_PROBED instructions or none, between. */
#define probe_cycles(body)                                                                   \
	({                                                                                   \
		unsigned long flags;                                                         \
		u64 begin, end;                                                              \
											     \
		local_irq_save(flags);                                                       \
		asm volatile("isb\n\tmrs %0, pmccntr_el0\n\tisb\n\t" body                    \
			     "isb\n\tmrs %1, pmccntr_el0\n\tisb"                             \
			     : "=&r"(begin), "=&r"(end)                                      \
			     :                                                               \
			     : "memory", "x9");                                              \
		local_irq_restore(flags);                                                    \
		end - begin;                                                                 \
	})

/*
 * Instructions that do nothing, and divisions that wait for one another: no processor takes as long
 * for the one as for the other. Where both take the same power of two of cycles each, icount does.
 * Returns log2 of it, or -1.
 */
static int icount_shift(void)
{
	u64 nothing = probe_cycles("");
	u64 nops = probe_cycles(".rept 64\n\tnop\n\t.endr\n\t") - nothing;
	u64 divisions = probe_cycles(".rept 64\n\tudiv x9, x9, x9\n\t.endr\n\t") - nothing;
	u64 each = nops / NR_PROBED;

	if (nops != divisions || !each || nops % NR_PROBED || !is_power_of_2(each))
		return -1;
	return ilog2(each);
}

void pb_clock_init(void)
{
	int shift, ret = -ENODEV;

	if (pmu)
		ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "pinbench:cycles", cycles_online,
					cycles_offline);
	if (ret < 0) {
		pr_info("pinbench: no cycle counter (%d), so the clock is the generic timer\n",
			ret);
		return;
	}
	hotplug_state = ret;
	shift = icount_shift();
	pb_clock_source = shift < 0 ? 0 : shift;
	clock_id = shift < 0 ? PB_CLOCK_PMCCNTR : PB_CLOCK_ICOUNT;
}

void pb_clock_done(void)
{
	if (hotplug_state)
		cpuhp_remove_state(hotplug_state);
}

/* Counters of two CPUs have nothing to do with each other. */
int pb_clock_check(void)
{
	unsigned int cpu = cpumask_first_and(current->cpus_ptr, cpu_online_mask);

	if (clock_id == PB_CLOCK_CNTVCT)
		return 0;
	if (cpumask_next_and(cpu, current->cpus_ptr, cpu_online_mask) < nr_cpu_ids)
		return -EXDEV;
	return cpu < nr_cpu_ids && per_cpu(cycles, cpu) ? 0 : -ENODEV;
}
