// SPDX-License-Identifier: GPL-2.0-only
/*
 * pinbench-agent - runs the cells of a plan on the machine that it is on and streams records out.
 * Why: static and small, it is all the user space that a guest needs: started as process 1 it
 * boots, measures and switches off.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>

#include "bench/agent/facts.h"
#include "bench/agent/guest/devices.h"
#include "bench/agent/guest/init.h"
#include "bench/agent/guest/swap.h"
#include "bench/agent/measure.h"
#include "bench/agent/plan.h"
#include "bench/agent/profile.h"
#include "bench/agent/task.h"
#include "bench/agent/watch.h"
#include "bench/control/pools.h"
#include "bench/events/words.h"
#include "bench/load/load.h"
#include "bench/memory/hugetlb.h"
#include "bench/memory/memory.h"
#include "bench/semantics/watch.h"
#include "bench/users/guest/cell.h"
#include "collect/observed.h"
#include "collect/record.h"
#include "common/err.h"
#include "common/str.h"

struct agent {
	const char *plan_path;
	const char *modules_dir;
	FILE *records;
	bool is_init;
	pid_t owner;     /* who gives back what is added to the pools; 0: this one does */
	unsigned int up; /* PB_NEEDS_*: what is up, or known to be missing */
	struct pb_agent_plan plan;
	struct pb_context context;
};

/*
 * On a serial line, waits until every byte has left, so that the line's interrupts fall between
 * cells and never into one.
 */
static int records_flush(FILE *records)
{
	if (fflush(records) || (tcdrain(fileno(records)) && errno != ENOTTY && errno != EINVAL))
		return pb_fail(-errno, "cannot write records: %s", strerror(errno));
	return 0;
}

/* The plan's CPUs in its order, or all that this process may use. */
static int cpus_list(struct pb_context *context)
{
	const struct pb_agent_plan *plan = context->plan;

	if (sched_getaffinity(0, sizeof(context->allowed), &context->allowed))
		return pb_fail(-errno, "cannot ask for this machine's CPUs: %s", strerror(errno));
	for (size_t i = 0; i < plan->nr_cpus && context->nr_cpus < PB_ARRAY_SIZE(context->cpus);
	     i++)
		context->cpus[context->nr_cpus++] = plan->cpus[i];
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE && !plan->nr_cpus; cpu++)
		if (CPU_ISSET(cpu, &context->allowed) &&
		    context->nr_cpus < PB_ARRAY_SIZE(context->cpus))
			context->cpus[context->nr_cpus++] = cpu;
	return 0;
}

static int cpu_bind(struct pb_context *context)
{
	cpu_set_t first;
	int ret = cpus_list(context);

	if (ret)
		return ret;
	CPU_ZERO(&first);
	CPU_SET(context->cpus[0], &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		return pb_fail(-errno, "cannot stay on CPU %u: %s", context->cpus[0],
			       strerror(errno));
	/* Not MCL_FUTURE: the memory that is measured must not be locked, GUP treats that apart. */
	if (mlockall(MCL_CURRENT))
		return pb_fail(-errno, "cannot lock the agent's memory: %s", strerror(errno));
	return 0;
}

static int device_open(struct pb_context *context)
{
	context->device = open(PB_DEVICE, O_RDWR | O_CLOEXEC);
	context->info = (struct pb_info){ .size = sizeof(context->info) };
	if (context->device >= 0 && ioctl(context->device, PB_IOC_INFO, &context->info) &&
	    errno == ENOTTY)
		return pb_fail(-EPROTO,
			       "'%s' is of another pinbench, whose requests have other numbers; "
			       "unload its modules (this agent speaks ABI %u)",
			       PB_DEVICE, PB_ABI);
	if (context->device < 0 || !context->info.abi)
		return pb_fail(-errno, "cannot use '%s': %s", PB_DEVICE, strerror(errno));
	if (context->info.abi != PB_ABI)
		return pb_fail(-EPROTO, "'%s' has ABI %u, this agent speaks %u", PB_DEVICE,
			       context->info.abi, PB_ABI);
	return 0;
}

/* Ticks of another clock would be stored as instructions, and nothing later could tell. */
static int clock_check(const struct pb_context *context)
{
	uint32_t clock = context->info.clock;

	if (!pb_streq(context->plan->unit, "instructions") || clock == PB_CLOCK_TSC ||
	    clock == PB_CLOCK_ICOUNT)
		return 0;
	return pb_fail(
		-EOPNOTSUPP,
		"the clock of '%s' is %s, which does not count instructions: the guest's CPU "
		"has no PMU that counts by icount",
		PB_DEVICE, pb_facts_clock(clock));
}

static int settle(struct agent *agent)
{
	char text[16];
	unsigned int waited_ms;
	int ret = pb_init_settle(&waited_ms);

	if (ret)
		return ret;
	snprintf(text, sizeof(text), "%u", waited_ms);
	return pb_record_write_fact(agent->records, "guest.settled_ms", text);
}

/*
 * Not before the first cell that wants them: to have persistent memory makes the kernel look twice
 * at every page that it puts (devmap_managed_key), and cells that come earlier are spared that.
 * What file systems and disks log as they come up is no cell's fault.
 */
static int devices_begin(struct agent *agent, unsigned int needs)
{
	unsigned int waited_ms;
	int ret = 0;

	agent->up |= needs;
	if (needs & PB_NEEDS_PMEM)
		ret = pb_devices_begin("/devices");
	if (!ret && needs & PB_NEEDS_SWAP)
		ret = pb_swap_begin("/swap");
	if (!ret)
		ret = pb_init_settle(&waited_ms);
	if (ret)
		return ret;
	closep(&agent->context.kmsg);
	agent->context.kmsg = -1;
	return pb_watch_open(&agent->context.kmsg);
}

static int cell_run(struct agent *agent, const struct pb_cell *cell, struct pb_cell_result *result)
{
	if (pb_streq(cell->event, PB_EVENT_USE))
		return pb_guest_cell(cell, agent->context.kmsg, result);
	return cell->event[0] ? pb_watch_cell(cell, agent->context.kmsg, result)
			      : pb_measure(&agent->context, cell, result);
}

static int cell_stream(struct agent *agent, const struct pb_cell *cell)
{
	struct pb_cell_result result = { 0 };
	unsigned int needs = pb_memory_needs(cell->memory) | pb_load_needs(cell->load) |
			     pb_event_needs(cell->event);
	int ret = pb_record_write_cell(agent->records, cell);

	needs &= (PB_NEEDS_PMEM | PB_NEEDS_SWAP) & ~agent->up;
	if (!ret && agent->is_init && needs)
		ret = devices_begin(agent, needs);
	if (!ret)
		ret = records_flush(agent->records);
	if (!ret)
		ret = cell_run(agent, cell, &result);
	for (size_t i = 0; i < result.nr_series && !ret; i++)
		ret = pb_record_write_series(agent->records, cell->index, &result.series[i]);
	for (size_t i = 0; i < result.nr_histograms && !ret; i++)
		ret = pb_record_write_histogram(agent->records, cell->index, &result.histograms[i]);
	if (!ret)
		ret = pb_record_write_observation(agent->records, &result);
	if (!ret)
		ret = pb_record_write_done(agent->records, &result);
	pb_cell_result_done(&result);
	return ret ? ret : records_flush(agent->records);
}

/* A test program's own words take the port; the end record tells how it ended. */
static int program_run(struct agent *agent)
{
	char *argv[] = { agent->plan.exec, NULL };
	enum pb_run_state ended;
	char state[32];
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return pb_fail(-errno, "cannot start '%s': %s", argv[0], strerror(errno));
	if (!pid) {
		dup2(fileno(agent->records), STDOUT_FILENO);
		dup2(fileno(agent->records), STDERR_FILENO);
		execv(argv[0], argv);
		dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return pb_fail(-errno, "cannot wait for '%s': %s", argv[0],
				       strerror(errno));
	snprintf(state, sizeof(state), WIFSIGNALED(status) ? "signal %d" : "exit %d",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	/* No state of a run: foreign, which whoever asked for the program reads. */
	if (pb_run_state_take(state, &ended))
		return -ENOMEM;
	return pb_record_write_end(agent->records, ended);
}

/* What could not be checked on this machine, and why. */
static int blindness_tell(struct agent *agent)
{
	const struct pb_memory_proof *proof = pb_task_proof();
	int ret = 0;

	if (proof->by != PB_PROOF_PAGES)
		ret = pb_record_write_fact(agent->records, "unchecked.memory", proof->why);
	if (!ret && pb_watch_blind())
		ret = pb_record_write_fact(agent->records, "unchecked.pins", pb_watch_blind());
	return ret;
}

/* Not everybody may read the kernel's log; who runs system calls alone can do without. */
static int log_open(struct agent *agent)
{
	int ret = pb_watch_open(&agent->context.kmsg);

	if (!ret || !agent->plan.by_calls)
		return ret;
	return pb_record_write_fact(agent->records, "unchecked.log", pb_fail_message(ret));
}

static int agent_run(struct agent *agent)
{
	struct pb_context *context = &agent->context;
	int ret = pb_agent_plan_read(agent->plan_path, &agent->plan);

	context->plan = &agent->plan;
	context->late_us = agent->plan.late_us;
	if (!ret && agent->plan.by_calls)
		pb_watch_by_calls();
	else if (!ret && !agent->modules_dir)
		ret = pb_fail(-EINVAL, "'%s' wants --modules DIR: it does not say by_calls",
			      agent->plan_path);
	else if (!ret)
		ret = pb_modules_load(agent->modules_dir, agent->plan.inject, &context->modules);
	if (!ret && agent->plan.exec)
		return program_run(agent); /* the device is all its own */
	if (!ret && !agent->plan.by_calls)
		ret = device_open(context);
	if (!ret)
		ret = clock_check(context);
	if (!ret)
		ret = pb_facts_write(agent->records, &context->info,
				     !pb_streq(agent->plan.unit, "instructions"));
	if (!ret)
		ret = pb_counting_begin(&agent->plan, agent->records, &context->counting);
	if (!ret)
		pb_guest_prepare(agent->plan.cells, agent->plan.nr_cells);
	if (!ret && agent->plan.profile)
		ret = pb_profile_symbols_send(agent->plan.record);
	if (!ret)
		ret = cpu_bind(context);
	if (!ret && agent->is_init)
		ret = settle(agent);
	else if (!ret)
		ret = pb_watch_others();
	if (!ret)
		ret = log_open(agent);
	for (size_t i = 0; i < agent->plan.nr_cells && !ret; i++)
		ret = cell_stream(agent, &agent->plan.cells[i]);
	if (!ret)
		ret = blindness_tell(agent);
	return ret ? ret : pb_record_write_end(agent->records, PB_RUN_STATE_COMPLETE);
}

static pid_t pools_owner;

static int pool_add(unsigned int shift, uint64_t nr_huge)
{
	return pb_pools_add("", pools_owner, UINT64_C(1) << (shift - 10), nr_huge);
}

/* A guard that started it gives back what it was itself told of, whoever is killed. */
static int pools_give_back(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	int ret = pb_pools_give_back("", pools_owner, &said);

	if (said.data)
		fputs(said.data, stderr);
	return ret;
}

/* What stopped the agent stands in the stream too: the host has nothing else to read. */
static int agent_finish(struct agent *agent, int code)
{
	int ret = 0;

	if (code) {
		fprintf(stderr, "pinbench-agent: %s\n", pb_fail_message(code));
		ret = pb_record_write_fact(agent->records, "agent.error", pb_fail_message(code));
		if (!ret)
			ret = pb_record_write_end(agent->records, PB_RUN_STATE_FAILED);
	}
	if (!ret)
		ret = records_flush(agent->records);
	if (!agent->is_init && !agent->owner)
		ret = pools_give_back() ? -EIO : ret;
	pb_counting_free(agent->context.counting);
	pb_modules_done(&agent->context.modules);
	pb_agent_plan_done(&agent->plan);
	closep(&agent->context.device);
	closep(&agent->context.kmsg);
	return ret;
}

static void usage(FILE *out)
{
	fputs("usage: pinbench-agent --plan FILE [--modules DIR] [--records FILE] [--owner PID]\n"
	      "Runs the cells of a plan on this machine and writes records, by default to standard\n"
	      "output. Wants root, and --modules, where the plan does not say by_calls. The process that --owner names gives back what is added to the\n"
	      "pools of huge pages; without it, this one does. As process 1 it takes no options.\n",
	      out);
}

static int options_parse(int argc, char **argv, struct agent *agent)
{
	static const struct option options[] = {
		{ "plan", required_argument, NULL, 'p' },
		{ "modules", required_argument, NULL, 'm' },
		{ "records", required_argument, NULL, 'r' },
		{ "owner", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *records = NULL;

	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'h') {
			usage(stdout);
			exit(EXIT_SUCCESS);
		} else if (option == 'p') {
			agent->plan_path = optarg;
		} else if (option == 'm') {
			agent->modules_dir = optarg;
		} else if (option == 'r') {
			records = optarg;
		} else if (option == 'o') {
			agent->owner = (pid_t)strtol(optarg, NULL, 10);
		} else {
			return -EINVAL;
		}
	}
	if (!agent->plan_path || optind < argc)
		return -EINVAL;
	agent->records = records ? fopen(records, "we") : stdout;
	return agent->records ? 0 : -errno;
}

static void init_main(struct agent *agent)
{
	int ret = pb_init_begin();

	agent->is_init = true;
	agent->plan_path = "/plan.jsonl";
	agent->modules_dir = "/modules";
	pb_hugetlb_grow_by(pb_hugetlb_grow_for_good);
	if (!ret)
		ret = pb_init_port(&agent->records);
	if (ret)
		fprintf(stderr, "pinbench-agent: %s\n", pb_fail_message(ret));
	else
		ret = agent_finish(agent, agent_run(agent));
	if (ret)
		fprintf(stderr, "pinbench-agent: %s\n", pb_fail_message(ret));
	pb_init_end();
}

int main(int argc, char **argv)
{
	struct agent agent = { .context = { .device = -1, .kmsg = -1 } };
	int ret, code;

	if (getpid() == 1)
		init_main(&agent);
	ret = options_parse(argc, argv, &agent);
	if (ret) {
		usage(stderr);
		return 2;
	}
	pools_owner = agent.owner ? agent.owner : getpid();
	pb_hugetlb_grow_by(pool_add);
	code = agent_run(&agent);
	ret = agent_finish(&agent, code);
	return code || ret ? 2 : 0;
}
