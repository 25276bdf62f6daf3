// SPDX-License-Identifier: GPL-2.0-only
/*
 * fits - combinations of a cell's words that cannot be measured, each with its reason.
 * Why: a cell that runs anyway would bear a name that is not what was done.
 */
#include "bench/agent/fits.h"

#include <errno.h>
#include <unistd.h>

#include "collect/axes.h"
#include "common/err.h"
#include "common/str.h"

int pb_fits_machine(const struct pb_context *context, const struct pb_cell *cell)
{
	const char *sharing = pb_sharing_name(cell->sharing);

	if (cell->nr_threads == 1 && cell->sharing == PB_SHARING_PRIVATE)
		return 0;
	if (context->plan->evidence == PB_EVIDENCE_EXACT)
		return pb_fail(
			-EOPNOTSUPP,
			"sharing '%s' by %u threads: an exact count runs one emulated CPU at a "
			"time, where contention means nothing (--backend kmod and --accel kvm have "
			"several)",
			sharing, cell->nr_threads);
	if (!cell->nr_threads || cell->nr_threads > PB_MAX_WORKERS)
		return pb_fail(-E2BIG, "%u threads: the device takes 1 to %d", cell->nr_threads,
			       PB_MAX_WORKERS);
	if (cell->nr_threads == 1)
		return pb_fail(-EOPNOTSUPP, "sharing '%s' wants two threads or more", sharing);
	if (cell->nr_threads > context->nr_cpus)
		return pb_fail(
			-E2BIG,
			"%u threads want a CPU each, and this machine has %zu online that the "
			"agent may use",
			cell->nr_threads, context->nr_cpus);
	return 0;
}

/* What is recorded is what a call does by itself, on pages that are there. */
static int record_check(const struct pb_context *context, const struct pb_cell *cell, bool loaded)
{
	if (!context->plan->record)
		return 0;
	if (cell->hold != PB_HOLDING_CALL || cell->residency != PB_RESIDENCY_WARM || loaded ||
	    cell->nr_ops)
		return pb_fail(
			-EOPNOTSUPP,
			"evidence 'model' records calls on warm pages with interrupts off: "
			"hold 'all', residency 'fault', loads and histograms are not for it");
	if (((uint64_t)cell->nr_samples + cell->nr_warmup) * cell->nr_pages > PB_MAX_PAGES)
		return pb_fail(
			-E2BIG,
			"%u calls of %llu pages with interrupts off: %u pages in all at most",
			cell->nr_samples + cell->nr_warmup, (unsigned long long)cell->nr_pages,
			PB_MAX_PAGES);
	return 0;
}

static int threads_check(const struct pb_cell *cell)
{
	if (cell->nr_threads == 1)
		return 0;
	if (cell->hold != PB_HOLDING_CALL)
		return pb_fail(-EOPNOTSUPP,
			       "hold '%s' by %u threads: threads are compared call by "
			       "call, and who holds all calls' pages makes no pairs",
			       pb_holding_name(cell->hold), cell->nr_threads);
	if (cell->residency != PB_RESIDENCY_WARM)
		return pb_fail(-EOPNOTSUPP,
			       "residency '%s' by %u threads: pages are zapped between "
			       "runs, and threads go on in one run until they have met",
			       pb_residency_name(cell->residency), cell->nr_threads);
	return 0;
}

/* Where pages lie apart for each thread, but in one table or one folio. */
static int sharing_check(const struct pb_cell *cell, const struct pb_memory_type *type)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t table_pages = page_bytes / sizeof(uint64_t);
	bool table = cell->sharing == PB_SHARING_PAGETABLE;
	const char *sharing = pb_sharing_name(cell->sharing);
	size_t entry_bytes = (size_t)page_bytes;
	int ret = 0;

	if (pb_sharing_flags(cell->sharing) & PB_SHARING_PROCESSES)
		return pb_fail(
			-EOPNOTSUPP,
			"sharing '%s': the threads of this backend are one process, with one "
			"address space; --backend syscall has two",
			sharing);
	if (!(pb_sharing_flags(cell->sharing) & PB_SHARING_SIDE_BY_SIDE))
		return 0;
	if (table == !!type->entry)
		return pb_fail(-EOPNOTSUPP,
			       table ? "sharing '%s' wants memory of small pages: memory '%s' has "
				       "no table of them"
				     : "sharing '%s' wants memory of large folios: those of memory "
				       "'%s' are single pages",
			       sharing, pb_memory_name(cell->memory));
	if (!table)
		ret = type->entry(&entry_bytes);
	if (!table && !type->folios)
		return pb_fail(-EOPNOTSUPP, "sharing 'folio': memory '%s' has no large folios",
			       pb_memory_name(cell->memory));
	if (!table)
		table_pages = entry_bytes / page_bytes;
	if (!ret && cell->nr_pages * cell->nr_threads > table_pages)
		ret = pb_fail(-E2BIG, "%u threads with %llu pages each: one %s has %llu",
			      cell->nr_threads, (unsigned long long)cell->nr_pages,
			      table ? "page table" : "folio", (unsigned long long)table_pages);
	return ret;
}

static int fault_check(const struct pb_cell *cell, const struct pb_memory_type *type, bool loaded)
{
	if (cell->residency != PB_RESIDENCY_FAULT)
		return 0;
	if (pb_streq(cell->strategy, "ref") || pb_streq(cell->strategy, "follow"))
		return pb_fail(-EOPNOTSUPP,
			       "residency 'fault': strategy '%s' never faults a page "
			       "in, it wants them there",
			       cell->strategy);
	if (loaded)
		return pb_fail(-EOPNOTSUPP, "residency 'fault' under a load: pages are zapped "
					    "between runs, and the load goes on during one run");
	if (type->kept)
		return pb_fail(-EOPNOTSUPP,
			       "residency 'fault': memory '%s' is made once for all cells, as it "
			       "takes long to clear",
			       pb_memory_name(cell->memory));
	return 0;
}

static int hold_check(const struct pb_context *context, const struct pb_cell *cell, bool loaded)
{
	if (cell->hold == PB_HOLDING_ALL && context->plan->irqs_off)
		return pb_fail(-EOPNOTSUPP, "hold 'all' with interrupts off (--irqs off): only of "
					    "calls that are released one by one can they be");
	if (cell->hold == PB_HOLDING_ALL && loaded && CPU_COUNT(&context->allowed) == 1)
		return pb_fail(-EOPNOTSUPP, "hold 'all' under a load: on one CPU the load has its "
					    "turn between two calls, and all of these are one");
	return 0;
}

int pb_fits_cell(const struct pb_context *context, const struct pb_cell *cell,
		 const struct pb_memory_type *type, bool loaded)
{
	int ret = 0;

	if (!cell->nr_pages || cell->nr_pages > PB_MAX_PAGES)
		return pb_fail(-E2BIG, "%llu pages a call: the device takes 1 to %u",
			       (unsigned long long)cell->nr_pages, PB_MAX_PAGES);
	if (!cell->nr_samples || cell->nr_samples > PB_MAX_SAMPLES)
		return pb_fail(-E2BIG, "%u samples: the device takes 1 to %u", cell->nr_samples,
			       PB_MAX_SAMPLES);
	if (cell->nr_ops && (cell->nr_ops < cell->nr_samples || cell->nr_ops > PB_MAX_OPS))
		return pb_fail(-E2BIG, "%u operations: want %u (the samples) to %u, or 0",
			       cell->nr_ops, cell->nr_samples, PB_MAX_OPS);
	ret = record_check(context, cell, loaded);
	if (!ret)
		ret = threads_check(cell);
	if (!ret)
		ret = sharing_check(cell, type);
	if (!ret)
		ret = fault_check(cell, type, loaded);
	return ret ? ret : hold_check(context, cell, loaded);
}
