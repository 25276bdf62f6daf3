// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm - the backend that measures in a guest: prepares the kernel, boots it, follows it.
 * Why: QEMU's icount counts instructions exactly, on any machine, without a PMU and without root;
 * where there is KVM the same guest can be timed on several CPUs.
 */
#include "bench/backends/vm/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <sha256.h>
#include <string.h>
#include <time.h>

#include "bench/backends/vm/bind.h"
#include "bench/backends/vm/config_facts.h"
#include "bench/backends/vm/kvm.h"
#include "bench/backends/vm/watch.h"
#include "bench/control/control.h"
#include "bench/kernels/kernel.h"
#include "collect/hardware.h"
#include "collect/model/model.h"
#include "collect/model/recorder.h"
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

/* The host's own settings are those of the measured machine, but not who the host runs on. */
static int host_fact(void *data, const char *key, const char *value)
{
	struct facts *facts = data;

	fact_put(facts, pb_streq(key, "machine.virtual") ? "machine.host_virtual" : key, value);
	return facts->error;
}

static int accel_facts(struct facts *facts, const struct pb_accel *accel)
{
	int ret = accel->native ? pb_hardware_facts("", host_fact, facts) : 0;

	if (ret || accel->counted) /* qemu.args says it, as ever */
		return ret;
	fact_put(facts, "machine.accel", accel->name);
	fact_put(facts, "machine.virtual", accel->machine);
	return facts->error;
}

/* What was simulated, in words that go with the numbers wherever they go. */
static void model_facts(struct facts *facts, const struct pb_machine_options *options)
{
	_cleanup_free_ char *geometry = NULL, *seed = NULL, *interleavings = NULL, *cpus = NULL;

	if (!options->accel->recorded)
		return;
	geometry = pb_geometry_text(&options->model->geometry);
	seed = pb_format("%" PRIu64, options->model->seed);
	interleavings = pb_format("%d", PB_MODEL_NR_SEEDS);
	cpus = pb_format("%u", options->nr_cpus);
	if (!facts->error && (!geometry || !seed || !interleavings || !cpus))
		facts->error = -ENOMEM;
	fact_put(facts, "model.claim", PB_MODEL_CLAIM);
	fact_put(facts, "model.cache", options->model->geometry.name);
	fact_put(facts, "model.geometry", geometry);
	fact_put(facts, "model.source", options->model->geometry.source);
	fact_put(facts, "model.seed", seed);
	fact_put(facts, "model.interleavings", interleavings);
	fact_put(facts, "model.cpus", cpus);
}

static int facts_tell(const struct pb_backend_request *request,
		      const struct pb_machine_options *options, const struct pb_kernel *kernel,
		      const char *version, const struct pb_record_sink *sink, void *data)
{
	struct facts facts = { .sink = sink, .data = data };
	char digest[SHA256_DIGEST_STRING_LENGTH];
	_cleanup_free_ char *args = NULL;
	int ret = pb_machine_args(pb_arch_of_machine(kernel->arch), options, request->cells,
				  request->nr_cells, &args);

	if (!ret)
		ret = config_digest(kernel->config, digest);
	if (!ret)
		ret = accel_facts(&facts, options->accel);
	if (ret)
		return ret;
	fact_put(&facts, "kernel.name", kernel->name);
	fact_put(&facts, "kernel.package", kernel->package);
	fact_put(&facts, "kernel.package_version", kernel->version);
	fact_put(&facts, "kernel.commit", kernel->commit);
	fact_put(&facts, "kernel.describe", kernel->describe);
	fact_put(&facts, "kernel.config.sha256", digest);
	fact_put(&facts, "pinbench.modules_compiler", kernel->compiler);
	model_facts(&facts, options);
	fact_put(&facts, "qemu.version", version);
	fact_put(&facts, "qemu.args", args);
	return facts.error ? facts.error : pb_config_facts(kernel->config, sink, data);
}

int pb_vm_kernel_check(const char *name)
{
	if (!name)
		return pb_fail(-EINVAL, "the vm backend needs the name of a kernel, as debian:6.1");
	if (pb_streq(name, "host"))
		return pb_fail(-EINVAL,
			       "the vm backend boots kernels out of files, and 'host' is the one "
			       "that runs already: --backend kmod measures it, --backend syscall "
			       "times it; a guest wants Debian's (debian:6.1) or the folder of a "
			       "built tree");
	return 0;
}

static int request_check(const struct pb_backend_request *request, const struct pb_accel *accel)
{
	int ret = pb_vm_kernel_check(request->kernel);

	if (ret)
		return ret;
	if (request->inject > PB_MAX_INJECT)
		return pb_fail(-EINVAL, "cannot inject %u instructions: valid are 0 to %d",
			       request->inject, PB_MAX_INJECT);
	if (request->inject && accel->recorded)
		return pb_fail(-EINVAL, "nothing is injected into what is recorded");
	if (request->profile && !accel->counted)
		return pb_fail(-EOPNOTSUPP,
			       "no profile with --accel %s: which function an instruction is of "
			       "only an emulator sees; --profile wants --accel tcg",
			       accel->name);
	return 0;
}

/* Nothing came out of the guest: whose fault that is, the user cannot know from QEMU's words. */
static int boot_failed(const struct pb_machine *machine, const struct pb_accel *accel,
		       const char *kernel, int code)
{
	const char *doubt = pb_kvm_doubt("");

	if (code != -EIO || !accel->native || pb_machine_spoke(machine))
		return code;
	if (!doubt && pb_hardware_virtual(""))
		doubt = "this machine is virtual itself, and its KVM a nested one";
	return pb_fail_in(code,
			  "KVM is there, but kernel '%s' does not boot under it%s%s%s; --accel tcg "
			  "counts exactly and needs no KVM",
			  kernel, doubt ? " (" : "", doubt ? doubt : "", doubt ? ")" : "");
}

/* The host's part of it is the caller's to ask for: CPUs, by --place or the last ones. */
static int host_cpus_choose(const struct pb_backend_request *request,
			    struct pb_machine_options *options, uint32_t **ret_cpus)
{
	const struct pb_control control = {
		.place = request->control ? request->control->place : NULL,
	};
	size_t nr;
	int ret;

	if (!options->accel->native)
		return 0;
	ret = pb_control_cpus("", &control, request->cells, request->nr_cells, ret_cpus, &nr);
	if (ret)
		return ret;
	options->host_cpus = *ret_cpus;
	options->nr_host_cpus = nr < options->nr_cpus ? nr : options->nr_cpus;
	return 0;
}

/* Only where every CPU is where it should be does the run say so. */
static int cpus_bind(struct pb_machine *machine, const struct pb_backend_request *request,
		     const struct pb_machine_options *options, const struct pb_record_sink *sink,
		     void *data)
{
	const struct pb_control control = {
		.place = request->control ? request->control->place : NULL,
	};
	struct facts facts = { .sink = sink, .data = data };
	size_t nr = pb_vm_bind(machine, options->host_cpus, options->nr_host_cpus);

	if (nr == options->nr_host_cpus)
		return pb_control_facts("", &control, options->host_cpus, nr, host_fact, &facts);
	if (pb_machine_running(machine))
		pb_progress_say("Warning: %zu of the guest's %zu CPUs could be bound to CPUs of "
				"this machine; the others wander.",
				nr, options->nr_host_cpus);
	return 0;
}

/* The failure that it is kept for stays the one that is told, whose message stands. */
static void machine_keep(struct pb_machine *machine, int code)
{
	_cleanup_free_ char *message = code ? strdup(pb_fail_message(code)) : NULL;

	if (!pb_machine_keep(machine))
		pb_progress_say("The guest's console, records and plan are kept in '%s'.",
				machine->dir.path);
	else if (message)
		pb_fail(code, "%s", message);
	else
		pb_fail_clear();
}

static int kernel_run(const struct pb_backend_request *request, const struct pb_vm_options *options,
		      const struct pb_kernel *kernel, const struct pb_record_sink *sink, void *data)
{
	const struct pb_accel *accel = options->machine.accel;
	struct pb_agent_plan plan = {
		.inject = request->inject,
		.profile = request->profile || options->machine.plugin_args || accel->recorded,
		.record = accel->recorded,
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

	snprintf(plan.metric, sizeof(plan.metric), "%s", accel->metric);
	snprintf(plan.unit, sizeof(plan.unit), "%s", accel->metric);
	plan.evidence = accel->evidence;
	ret = pb_machine_start(&machine, kernel, &plan, &options->machine);
	if (!ret) {
		if (options->started)
			options->started(machine.pid);
		if (options->machine.nr_host_cpus)
			ret = cpus_bind(&machine, request, &options->machine, sink, data);
	}
	if (!ret) {
		ret = pb_vm_watch(&machine, request, accel->boot_limit_s, sink, data, &intact);
		ret = boot_failed(&machine, accel, request->kernel, ret);
	}
	/* An interrupt is the user's own doing: there is nothing to look into. */
	keep = machine.log && pb_file_exists(machine.log) && !intact && ret != -EINTR;
	if (keep)
		machine_keep(&machine, ret);
	pb_machine_done(&machine);
	return ret;
}

/* What can be said no to before a kernel is fetched. */
static int possible_check(const struct pb_backend_request *request, const struct pb_accel *accel,
			  const struct pb_arch **ret_arch)
{
	int ret = request_check(request, accel);

	if (!ret)
		ret = pb_kernel_arch(request->kernel, ret_arch);
	if (!ret && accel->recorded && (*ret_arch)->no_profile)
		ret = pb_fail(-EOPNOTSUPP, "no evidence 'model' of kernel '%s': %s",
			      request->kernel, (*ret_arch)->no_profile);
	if (!ret && request->profile && (*ret_arch)->no_profile)
		ret = pb_fail(-EOPNOTSUPP, "no profile of kernel '%s': %s", request->kernel,
			      (*ret_arch)->no_profile);
	return ret ? ret : pb_accel_check(accel, *ret_arch);
}

/* Times have company where somebody else works, or the guest's kernel checks itself. */
static int warnings_say(const struct pb_kernel *kernel, const struct pb_accel *accel)
{
	_cleanup_free_ char *config = NULL;
	int ret = accel->native ? pb_file_read(kernel->config, &config, NULL) : 0;

	return ret || !accel->native ? ret : pb_control_warnings_say("", config);
}

int pb_vm_run(const struct pb_backend_request *request, const struct pb_vm_options *options,
	      const struct pb_record_sink *sink, void *data)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	struct pb_vm_options own = *options;
	_cleanup_free_ char *version = NULL;
	_cleanup_free_ uint32_t *cpus = NULL;
	const struct pb_arch *arch;
	int ret;

	if (!own.machine.accel)
		own.machine.accel = &pb_accel_tcg;
	if (!own.machine.model)
		own.machine.model = request->model;
	if (own.machine.accel->counted && own.machine.nr_cpus)
		return pb_fail(-EINVAL, "%u CPUs cannot be counted", own.machine.nr_cpus);
	ret = possible_check(request, own.machine.accel, &arch);
	if (!ret && !own.machine.nr_cpus)
		ret = pb_accel_cpus(own.machine.accel, request, &own.machine.nr_cpus);
	if (!ret)
		ret = host_cpus_choose(request, &own.machine, &cpus);
	if (!ret)
		ret = pb_machine_version(arch, &version);
	if (!ret)
		ret = pb_kernel_prepare(request->kernel, &kernel);
	if (!ret)
		ret = warnings_say(&kernel, own.machine.accel);
	if (!ret)
		ret = facts_tell(request, &own.machine, &kernel, version, sink, data);
	if (ret)
		return ret;
	pb_progress_say("Booting %s %s in QEMU%s.", kernel.name, kernel.release,
			own.machine.accel->native ? " under KVM" : "");
	return kernel_run(request, &own, &kernel, sink, data);
}

static int backend_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		       void *data)
{
	static const struct pb_vm_options none;

	return pb_vm_run(request, &none, sink, data);
}

static int kvm_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		   void *data)
{
	static const struct pb_vm_options kvm = { .machine = { .accel = &pb_accel_kvm } };

	return pb_vm_run(request, &kvm, sink, data);
}

static int model_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		     void *data)
{
	static const struct pb_vm_options model = { .machine = { .accel = &pb_accel_model } };

	return pb_vm_run(request, &model, sink, data);
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

static int machine_wait(struct pb_machine *machine, unsigned int limit_s)
{
	const struct timespec pause = { .tv_nsec = EXEC_POLL_MS * 1000000L };

	for (unsigned int waited_ms = 0; pb_machine_running(machine); waited_ms += EXEC_POLL_MS) {
		if (waited_ms / 1000 > limit_s) {
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
		.evidence = PB_EVIDENCE_EXACT,
		.exec = (char *)"/test",
	};
	struct pb_machine machine = { 0 };
	int ret = pb_kernel_prepare(kernel_name, &kernel);

	if (!ret)
		ret = pb_machine_start(&machine, &kernel, &plan, options);
	if (!ret)
		ret = machine_wait(&machine,
				   options->exec_limit_s ? options->exec_limit_s : EXEC_LIMIT_S);
	if (!ret)
		ret = output_copy(&machine, out, ret_status);
	pb_machine_done(&machine);
	return ret;
}

const struct pb_backend pb_backend_vm = {
	.name = "vm",
	.evidence = PB_EVIDENCE_EXACT,
	.summary = "a Debian kernel in QEMU, its instructions counted exactly",
	.can = PB_BACKEND_ACCELS,
	.boots_kernels = true,
	.run = backend_run,
};

/* The same backend to a user: --accel chooses between the two (bench/backends/vm/accel.c). */
const struct pb_backend pb_backend_vm_kvm = {
	.name = "vm",
	.evidence = PB_EVIDENCE_HARDWARE,
	.summary = "a Debian kernel in QEMU under KVM, timed on this machine's CPUs",
	.can = PB_BACKEND_CPUS | PB_BACKEND_PLACES,
	.boots_kernels = true,
	.wants_quiet = true,
	.run = kvm_run,
};

/* And again: --evidence chooses. Its numbers are simulated, and never those of a machine. */
const struct pb_backend pb_backend_vm_model = {
	.name = "vm",
	.evidence = PB_EVIDENCE_MODEL,
	.summary = "a kernel in QEMU, its accesses recorded and replayed in simulated caches",
	.can = PB_BACKEND_CPUS | PB_BACKEND_OWN_PLAN,
	.plan = "coherence",
	.boots_kernels = true,
	.run = model_run,
};
