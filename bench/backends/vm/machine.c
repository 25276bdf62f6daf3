// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine - one QEMU with one guest: started, looked at, ended.
 * Why: the flags that make a guest count every instruction, the same way each time, stand here.
 */
#include "bench/backends/vm/machine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "bench/backends/vm/devices.h"
#include "bench/backends/vm/guest_agent.h"
#include "bench/backends/vm/initrd.h"
#include "bench/kernels/modules.h"
#include "bench/memory/needs.h"
#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"

/*
 * Of every machine, behind its architecture's own (bench/kernels/arch.c). icount's sleep=off lets
 * the clock jump when the guest idles, the seed and the clock of the virtual machine take away what
 * else could differ from one boot to the next. Memory and CPUs are fixed, since both move the
 * numbers (per-CPU thresholds); with less memory no huge pages form.
 */
static const char *const fixed_args[] = {
	"-m",       NULL, /* as pb_devices says */
	"-smp",     "1",  /* or as the options say, where nothing is counted */
	"-display", "none",  "-nodefaults", "-no-reboot", "-nic",
	"none",     "-seed", "1",           "-rtc",       "base=2026-01-01T00:00:00,clock=vm",
};

enum { MEMORY_ARG = 1, CPUS_ARG = 3 };
enum { MAX_ARGS = 2 + PB_ARCH_MAX_ARGS + PB_ARRAY_SIZE(fixed_args) + PB_DEVICES_MAX_ARGS };

/* panic=-1 with -no-reboot ends QEMU at a panic; loglevel=5 shows warnings. */
static const char base_cmdline[] = "loglevel=5 panic=-1";

static int plan_write(const char *path, const struct pb_agent_plan *plan)
{
	_cleanup_fclose_ FILE *out = fopen(path, "we");
	int ret;

	if (!out)
		return pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
	ret = pb_agent_plan_write(out, plan);
	if (!ret && fflush(out))
		ret = pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
	return ret;
}

static int modules_add(struct pb_initrd *initrd, const struct pb_kernel *kernel)
{
	pb_cleanup(pb_manifest_done) struct pb_manifest list = { 0 };
	int ret = pb_modules_open(kernel, &list);

	return ret ? ret : pb_initrd_add_modules(initrd, "modules", &list);
}

/*
 * QEMU opens the kernel later than we check it, and the cache is others' to change meanwhile. So it
 * gets a copy in the machine's private folder, of the very bytes that were checked.
 */
static int image_take(struct pb_machine *machine, const struct pb_kernel *kernel)
{
	_cleanup_free_ char *data = NULL;
	size_t len_bytes;
	int ret = pb_kernel_read(kernel, kernel->image, &data, &len_bytes);

	return ret ? ret : pb_file_write(machine->image, data, len_bytes);
}

/* Devices come last: where there are none, the archive is the same bytes as ever. */
static int initrd_fill(struct pb_initrd *initrd, const struct pb_kernel *kernel,
		       const char *plan_path, const struct pb_machine_options *options,
		       const char *dir, struct pb_devices *devices, unsigned int needs)
{
	_cleanup_free_ char *image = NULL;
	_cleanup_free_ char *agent = NULL;
	int ret = pb_guest_agent(pb_arch_of_machine(kernel->arch), &agent);

	if (!ret)
		ret = pb_initrd_add(initrd, "init", agent);
	if (!ret)
		ret = modules_add(initrd, kernel);
	if (!ret)
		ret = pb_initrd_add(initrd, "plan.jsonl", plan_path);
	if (!ret && options->exec)
		ret = pb_initrd_add(initrd, "test", options->exec);
	if (!ret && options->fault_module)
		ret = pb_initrd_add(initrd, "fault.ko", options->fault_module);
	if (!ret)
		ret = pb_devices_pack(needs | (options->exec ? PB_NEEDS_OBSERVER : 0), dir, kernel,
				      initrd, &image);
	if (!ret)
		ret = pb_devices_init(devices, pb_arch_of_machine(kernel->arch), needs, image);
	return ret ? ret : pb_initrd_finish(initrd);
}

static int dir_make(struct pb_machine *machine)
{
	int ret = pb_temporary_make(pb_temporary_parent(), "vm", &machine->dir);

	if (ret)
		return ret;
	machine->image = pb_format("%s/kernel", machine->dir.path);
	machine->console = pb_format("%s/console", machine->dir.path);
	machine->records = pb_format("%s/records", machine->dir.path);
	machine->log = pb_format("%s/qemu", machine->dir.path);
	return machine->image && machine->console && machine->records && machine->log ? 0 : -ENOMEM;
}

/* The words that say where the guest's two serial lines end. */
struct lines {
	char *console;
	char *records;
	char *device;
};

static void lines_done(struct lines *lines)
{
	free(lines->console);
	free(lines->records);
	free(lines->device);
}

/* The architecture's own. An icount and CPUs that run at the same time exclude each other. */
static size_t arch_args_fill(const struct pb_arch *arch, const struct pb_machine_options *options,
			     const char **argv)
{
	const struct pb_accel *accel = options->accel ? options->accel : &pb_accel_tcg;
	const char *const *args = accel->native ? arch->kvm_args : arch->qemu_args;
	size_t nr = 0;

	if (!accel->counted) { /* so that each CPU's thread is known */
		argv[nr++] = "-name";
		argv[nr++] = "pinbench,debug-threads=on";
	}
	for (size_t i = 0; i + 1 < PB_ARCH_MAX_ARGS && args[i]; i += 2) {
		const char *name = args[i], *value = args[i + 1];

		if (!accel->counted && pb_streq(name, "-icount"))
			continue;
		argv[nr++] = name;
		if (accel->qemu && pb_streq(name, "-accel"))
			value = accel->qemu;
		argv[nr++] = options->cpu && pb_streq(name, "-cpu") ? options->cpu : value;
	}
	return nr;
}

/*
 * The fixed arguments and what the devices add; @argv has room for MAX_ARGS. @cpus is what the
 * options' number of CPUs reads. Returns how many arguments.
 */
static size_t args_fill(const struct pb_arch *arch, const struct pb_machine_options *options,
			const struct pb_devices *devices, const char *cpus, const char **argv)
{
	size_t nr = arch_args_fill(arch, options, argv);

	for (size_t i = 0; i < PB_ARRAY_SIZE(fixed_args); i++) {
		if (i == MEMORY_ARG)
			argv[nr++] = devices->memory_mib;
		else
			argv[nr++] = options->nr_cpus && i == CPUS_ARG ? cpus : fixed_args[i];
	}
	for (size_t i = 0; i < devices->nr_args; i++)
		argv[nr++] = devices->args[i];
	return nr;
}

/* @path in a list of options: what separates them is written twice. */
static char *path_escape(const char *path)
{
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };
	int ret = pb_buf_add(&out, "", 0);

	for (; *path && !ret; path++)
		ret = pb_buf_add(&out, *path == ',' ? ",," : path, *path == ',' ? 2 : 1);
	return ret ? NULL : pb_steal(out.data);
}

/* A file takes every byte at once: the guest never waits for a reader on the host. */
static int lines_make(const struct pb_machine *machine, const struct pb_arch *arch,
		      struct lines *lines)
{
	_cleanup_free_ char *records = path_escape(machine->records);

	if (!records)
		return -ENOMEM;
	lines->console = pb_format("file:%s", machine->console);
	if (arch->records_device) {
		lines->records = pb_format("file,id=records,path=%s", records);
		lines->device = pb_format("%s,chardev=records", arch->records_device);
	} else {
		lines->records = pb_format("file:%s", machine->records);
		lines->device = strdup("");
	}
	return lines->console && lines->records && lines->device ? 0 : -ENOMEM;
}

static int qemu_start(struct pb_machine *machine, const struct pb_kernel *kernel,
		      const struct pb_machine_options *options, const struct pb_devices *devices,
		      const char *initrd, const char *cmdline)
{
	const struct pb_arch *arch = pb_arch_of_machine(kernel->arch);
	pb_cleanup(lines_done) struct lines lines = { 0 };
	_cleanup_free_ char *cpus = pb_format("%u", options->nr_cpus);
	int ret = cpus ? lines_make(machine, arch, &lines) : -ENOMEM;
	const char *own_args[] = {
		"-serial",     lines.console, arch->records_device ? "-chardev" : "-serial",
		lines.records, "-kernel",     machine->image,
		"-initrd",     initrd,        "-append",
		cmdline
	};
	const char *argv[1 + MAX_ARGS + PB_ARRAY_SIZE(own_args) + 2 + PB_PROFILER_NR_ARGS + 1] = {
		arch->qemu
	};
	const char *const *plugin_args = machine->profiler   ? pb_profiler_args(machine->profiler)
					 : machine->recorder ? pb_recorder_args(machine->recorder)
							     : options->plugin_args;
	size_t nr = 1;

	if (ret)
		return ret;
	nr += args_fill(arch, options, devices, cpus, argv + nr);
	memcpy(argv + nr, own_args, sizeof(own_args));
	nr += PB_ARRAY_SIZE(own_args);
	if (arch->records_device) {
		argv[nr++] = "-device";
		argv[nr++] = lines.device;
	}
	if (plugin_args)
		memcpy(argv + nr, plugin_args, PB_PROFILER_NR_ARGS * sizeof(*argv));
	return pb_proc_start(argv, machine->log, &machine->pid);
}

/* A plugin of ours, if any: both write into this machine's folder. */
static int plugin_choose(struct pb_machine *machine, const struct pb_kernel *kernel,
			 const struct pb_agent_plan *plan, const struct pb_machine_options *options)
{
	_cleanup_free_ char *doubt = NULL;
	int ret;

	if (!plan->profile || options->plugin_args)
		return 0;
	if (!plan->record)
		return pb_profiler_new(machine->dir.path, &machine->profiler);
	ret = pb_recorder_new(machine->dir.path, machine->image, kernel->release, options->model,
			      &doubt, &machine->recorder);
	if (!ret && doubt)
		pb_progress_say("Warning: %s.", doubt);
	return ret;
}

static const char *cmdline_of(const struct pb_agent_plan *plan)
{
	return plan->record    ? " " PB_RECORDER_CMDLINE
	       : plan->profile ? " " PB_PROFILER_CMDLINE
			       : "";
}

int pb_machine_start(struct pb_machine *machine, const struct pb_kernel *kernel,
		     const struct pb_agent_plan *plan, const struct pb_machine_options *options)
{
	pb_cleanup(pb_initrd_freep) struct pb_initrd *initrd = NULL;
	pb_cleanup(pb_devices_done) struct pb_devices devices = { 0 };
	_cleanup_free_ char *plan_path = NULL, *initrd_path = NULL, *cmdline = NULL;
	int ret = dir_make(machine);

	if (ret)
		return ret;
	plan_path = pb_format("%s/plan.jsonl", machine->dir.path);
	initrd_path = pb_format("%s/initrd", machine->dir.path);
	if (!plan_path || !initrd_path)
		return -ENOMEM;
	ret = plan_write(plan_path, plan);
	if (!ret)
		ret = image_take(machine, kernel);
	if (!ret)
		ret = plugin_choose(machine, kernel, plan, options);
	if (!ret)
		ret = pb_initrd_new(initrd_path, &initrd);
	if (!ret)
		ret = initrd_fill(initrd, kernel, plan_path, options, machine->dir.path, &devices,
				  pb_devices_needs(plan->cells, plan->nr_cells));
	if (ret)
		return ret;
	cmdline = pb_format("%s %s%s%s%s%s", pb_arch_of_machine(kernel->arch)->cmdline,
			    base_cmdline, cmdline_of(plan), devices.cmdline.data,
			    options->cmdline ? " " : "", options->cmdline ? options->cmdline : "");
	return cmdline ? qemu_start(machine, kernel, options, &devices, initrd_path, cmdline)
		       : -ENOMEM;
}

int pb_machine_args(const struct pb_arch *arch, const struct pb_machine_options *options,
		    const struct pb_cell *cells, size_t nr_cells, char **ret_args)
{
	pb_cleanup(pb_devices_done) struct pb_devices devices = { 0 };
	pb_cleanup(pb_buf_done) struct pb_buf args = { 0 };
	_cleanup_free_ char *cpus = pb_format("%u", options->nr_cpus);
	const char *argv[MAX_ARGS];
	int ret = cpus ? 0 : -ENOMEM;
	size_t nr = 0;

	if (!ret)
		ret = pb_devices_init(&devices, arch, pb_devices_needs(cells, nr_cells), NULL);
	if (!ret)
		nr = args_fill(arch, options, &devices, cpus, argv);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = pb_buf_printf(&args, "%s%s", i ? " " : "", argv[i]);
	if (!ret)
		*ret_args = pb_steal(args.data);
	return ret;
}

int pb_machine_version(const struct pb_arch *arch, char **ret_version)
{
	const char *const argv[] = { arch->qemu, "--version", NULL };
	static const char before[] = "QEMU emulator version ";
	_cleanup_free_ char *output = NULL;
	const char *version;
	int ret;

	if (!pb_proc_exists(arch->qemu))
		return pb_fail(-ENOENT, "%s is not installed: it is in Debian's package %s",
			       arch->qemu, arch->qemu_package);
	ret = pb_proc_run(argv, NULL, &output);
	if (ret)
		return ret;
	output[strcspn(output, "\n")] = '\0';
	version = strncmp(output, before, strlen(before)) ? output : output + strlen(before);
	*ret_version = strdup(version);
	return *ret_version ? 0 : pb_fail(-ENOMEM, "out of memory");
}

bool pb_machine_running(struct pb_machine *machine)
{
	if (machine->pid > 0 && waitpid(machine->pid, &machine->status, WNOHANG) == machine->pid)
		machine->pid = 0;
	return machine->pid > 0;
}

void pb_machine_kill(struct pb_machine *machine)
{
	if (machine->pid <= 0)
		return;
	kill(machine->pid, SIGKILL);
	while (waitpid(machine->pid, &machine->status, 0) < 0 && errno == EINTR)
		;
	machine->pid = 0;
}

/* The guest's text can hold anything; carriage returns and NULs are dropped. */
static int text_read(const char *path, char **ret_text)
{
	size_t len = 0, kept = 0;
	int ret = pb_file_read(path, ret_text, &len);

	if (ret)
		return ret;
	for (size_t i = 0; i < len; i++)
		if ((*ret_text)[i] != '\r' && (*ret_text)[i] != '\0')
			(*ret_text)[kept++] = (*ret_text)[i];
	while (kept && (*ret_text)[kept - 1] == '\n')
		kept--;
	(*ret_text)[kept] = '\0';
	return 0;
}

int pb_machine_ending(const struct pb_machine *machine, char **ret_ending)
{
	static const char mark[] = "Kernel panic - not syncing: ";
	_cleanup_free_ char *console = NULL;
	char *panic = NULL;
	int ret = text_read(machine->console, &console);

	if (!ret)
		panic = strstr(console, mark);
	else
		pb_fail_clear(); /* QEMU ended before it made the file */
	if (panic) {
		panic += strlen(mark);
		panic[strcspn(panic, "\n")] = '\0';
		*ret_ending = pb_format("the guest panicked: %s", panic);
	} else if (WIFSIGNALED(machine->status)) {
		*ret_ending =
			pb_format("QEMU was killed by signal %d (%s)", WTERMSIG(machine->status),
				  strsignal(WTERMSIG(machine->status)));
	} else if (WEXITSTATUS(machine->status)) {
		*ret_ending =
			pb_format("QEMU failed with exit status %d", WEXITSTATUS(machine->status));
	} else {
		*ret_ending = pb_format("the guest switched itself off before its plan ended");
	}
	return *ret_ending ? 0 : -ENOMEM;
}

bool pb_machine_spoke(const struct pb_machine *machine)
{
	struct stat records;

	return machine->records && !stat(machine->records, &records) && records.st_size > 0;
}

static const char *last_lines(const char *text, unsigned int nr_lines)
{
	size_t len = strlen(text);

	for (unsigned int lines = 0; len; len--)
		if (text[len - 1] == '\n' && ++lines == nr_lines)
			break;
	return text + len;
}

int pb_machine_last_lines(const struct pb_machine *machine, unsigned int nr_lines, char **ret_lines)
{
	const char *const paths[] = { machine->console, machine->log };
	pb_cleanup(pb_buf_done) struct pb_buf lines = { 0 };
	int ret = pb_buf_add(&lines, "", 0);

	for (size_t i = 0; i < PB_ARRAY_SIZE(paths) && !ret; i++) {
		_cleanup_free_ char *text = NULL;

		if (!paths[i] || text_read(paths[i], &text)) {
			pb_fail_clear();
			continue;
		}
		if (*text)
			ret = pb_buf_printf(&lines, "%s%s", lines.len_bytes ? "\n" : "",
					    last_lines(text, nr_lines));
	}
	if (!ret)
		*ret_lines = pb_steal(lines.data);
	return ret;
}

int pb_machine_keep(struct pb_machine *machine)
{
	int ret;

	pb_machine_kill(machine);
	ret = pb_temporary_keep(&machine->dir);
	if (ret)
		return ret;
	machine->kept = true;
	return 0;
}

void pb_machine_done(struct pb_machine *machine)
{
	pb_machine_kill(machine);
	if (machine->kept) {
		closep(&machine->dir.lock);
		free(pb_steal(machine->dir.path));
	}
	pb_temporary_done(&machine->dir);
	pb_profiler_free(machine->profiler);
	pb_recorder_free(machine->recorder);
	free(machine->image);
	free(machine->console);
	free(machine->records);
	free(machine->log);
	*machine = (struct pb_machine){ 0 };
}
