// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm - the backend that measures in a guest: prepares the kernel, boots it, follows it.
 * Why: QEMU's icount counts instructions exactly, on any machine, without a PMU and without root.
 */
#include "bench/vm/vm.h"

#include <errno.h>
#include <sha256.h>
#include <string.h>
#include <time.h>

#include "bench/kernel.h"
#include "bench/vm/config_facts.h"
#include "bench/vm/watch.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"
#include "kmods/uapi/pinbench.h"

enum { EXEC_LIMIT_S = 600, EXEC_POLL_MS = 100, MESSAGE_LINES = 20 };

struct facts {
	const struct pb_record_sink *sink;
	void *data;
	int error; /* the first */
};

static void fact_put(struct facts *facts, const char *key, const char *value)
{
	if (!facts->error && facts->sink->fact && value && *value)
		facts->error = facts->sink->fact(facts->data, key, value);
}

static int config_digest(const char *path, char digest[SHA256_DIGEST_STRING_LENGTH])
{
	if (!SHA256File(path, digest))
		return pb_fail(-errno, "cannot read '%s': %s", path, strerror(errno));
	return 0;
}

static int facts_tell(const struct pb_backend_request *request, const struct pb_kernel *kernel,
		      const char *version, const struct pb_record_sink *sink, void *data)
{
	struct facts facts = { .sink = sink, .data = data };
	char digest[SHA256_DIGEST_STRING_LENGTH];
	_cleanup_free_ char *args = NULL;
	int ret = pb_machine_args(pb_arch_of_machine(kernel->arch), request->cells,
				  request->nr_cells, &args);

	if (!ret)
		ret = config_digest(kernel->config, digest);
	if (ret)
		return ret;
	fact_put(&facts, "kernel.name", kernel->name);
	fact_put(&facts, "kernel.package", kernel->package);
	fact_put(&facts, "kernel.package_version", kernel->version);
	fact_put(&facts, "kernel.config.sha256", digest);
	fact_put(&facts, "pinbench.modules_compiler", kernel->compiler);
	fact_put(&facts, "qemu.version", version);
	fact_put(&facts, "qemu.args", args);
	return facts.error ? facts.error : pb_config_facts(kernel->config, sink, data);
}

static int request_check(const struct pb_backend_request *request)
{
	if (!request->kernel)
		return pb_fail(-EINVAL, "the vm backend needs the name of a kernel, as debian:6.1");
	if (request->inject > PB_MAX_INJECT)
		return pb_fail(-EINVAL, "cannot inject %u instructions: valid are 0 to %d",
			       request->inject, PB_MAX_INJECT);
	return 0;
}

static int kernel_run(const struct pb_backend_request *request, const struct pb_vm_options *options,
		      const struct pb_kernel *kernel, const struct pb_record_sink *sink, void *data)
{
	/* Nothing is counted where emulated CPUs run at once, and their times are nobody's. */
	const bool fake = options->machine.nr_cpus > 0;
	struct pb_agent_plan plan = {
		.inject = request->inject,
		.profile = request->profile || options->machine.plugin_args,
		.counters = (char **)request->counters,
		.nr_counters = request->nr_counters,
		.multiplex = request->multiplex,
		.fault = options->fault,
		.fault_cell = options->fault_cell,
		.late_us = options->late_us,
		.cells = (struct pb_cell *)request->cells,
		.nr_cells = request->nr_cells,
	};
	struct pb_machine machine = { 0 };
	bool intact = false, keep;
	int ret;

	snprintf(plan.metric, sizeof(plan.metric), "%s", fake ? "ticks" : "instructions");
	snprintf(plan.unit, sizeof(plan.unit), "%s", fake ? "ticks" : "instructions");
	snprintf(plan.evidence, sizeof(plan.evidence), "%s", fake ? "fake" : "exact");
	ret = pb_machine_start(&machine, kernel, &plan, &options->machine);
	if (!ret) {
		if (options->started)
			options->started(machine.pid);
		ret = pb_vm_watch(&machine, request, sink, data, &intact);
	}
	/* An interrupt is the user's own doing: there is nothing to look into. */
	keep = machine.log && pb_file_exists(machine.log) && !intact && ret != -EINTR;
	if (keep)
		pb_progress_say("The guest's console, records and plan are kept in '%s'.",
				machine.dir);
	pb_machine_done(&machine, keep);
	return ret;
}

int pb_vm_run(const struct pb_backend_request *request, const struct pb_vm_options *options,
	      const struct pb_record_sink *sink, void *data)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	_cleanup_free_ char *version = NULL;
	const struct pb_arch *arch;
	int ret = request_check(request);

	if (!ret)
		ret = pb_kernel_arch(request->kernel, &arch);
	if (!ret && request->profile && arch->no_profile)
		ret = pb_fail(-EOPNOTSUPP, "no profile of kernel '%s': %s", request->kernel,
			      arch->no_profile);
	if (!ret)
		ret = pb_machine_version(arch, &version);
	if (!ret)
		ret = pb_kernel_prepare(request->kernel, &kernel);
	if (!ret)
		ret = facts_tell(request, &kernel, version, sink, data);
	if (ret)
		return ret;
	pb_progress_say("Booting %s %s in QEMU.", kernel.name, kernel.release);
	return kernel_run(request, options, &kernel, sink, data);
}

static int backend_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		       void *data)
{
	static const struct pb_vm_options none;

	return pb_vm_run(request, &none, sink, data);
}

/* The agent's end record says "exit 0" or "signal 9". */
static int status_parse(const char *state, int *ret_status)
{
	static const char exit_word[] = "exit ", signal_word[] = "signal ";

	if (strncmp(state, exit_word, strlen(exit_word)) == 0)
		*ret_status = (int)strtol(state + strlen(exit_word), NULL, 10);
	else if (strncmp(state, signal_word, strlen(signal_word)) == 0)
		*ret_status = 128 + (int)strtol(state + strlen(signal_word), NULL, 10);
	else
		return pb_fail(-EIO, "the agent could not run the test");
	return 0;
}

/* Everything before the end record is the program's. */
static int output_copy(const struct pb_machine *machine, FILE *out, int *ret_status)
{
	static const char end_record[] = "{\"type\":\"end\",\"state\":\"";
	_cleanup_free_ char *text = NULL, *lines = NULL;
	int ret = pb_file_read(machine->records, &text, NULL);
	char *end;

	if (ret)
		return ret;
	end = strstr(text, end_record);
	fwrite(text, 1, end ? (size_t)(end - text) : strlen(text), out);
	if (end)
		return status_parse(end + strlen(end_record), ret_status);
	ret = pb_machine_last_lines(machine, MESSAGE_LINES, &lines);
	return ret ? ret : pb_fail(-EIO, "the guest ended before the test did:\n%s", lines);
}

static int machine_wait(struct pb_machine *machine)
{
	const struct timespec pause = { .tv_nsec = EXEC_POLL_MS * 1000000L };

	for (unsigned int waited_ms = 0; pb_machine_running(machine); waited_ms += EXEC_POLL_MS) {
		if (waited_ms > EXEC_LIMIT_S * 1000U) {
			pb_machine_kill(machine);
			break;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

int pb_vm_exec(const char *kernel_name, const struct pb_machine_options *options, FILE *out,
	       int *ret_status)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	const struct pb_agent_plan plan = {
		.metric = "instructions",
		.unit = "instructions",
		.evidence = "exact",
		.exec = (char *)"/test",
	};
	struct pb_machine machine = { 0 };
	int ret = pb_kernel_prepare(kernel_name, &kernel);

	if (!ret)
		ret = pb_machine_start(&machine, &kernel, &plan, options);
	if (!ret)
		ret = machine_wait(&machine);
	if (!ret)
		ret = output_copy(&machine, out, ret_status);
	pb_machine_done(&machine, false);
	return ret;
}

const struct pb_backend pb_backend_vm = {
	.name = "vm",
	.evidence = "exact",
	.summary = "a Debian kernel in QEMU, its instructions counted exactly",
	.boots_kernels = true,
	.run = backend_run,
};
