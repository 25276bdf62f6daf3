// SPDX-License-Identifier: GPL-2.0-only
/*
 * proc - other programs: started without a shell, their output kept for the message.
 * Why: apt, make, qemu and gnuplot fail in their own words; those words must reach the user.
 */
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/alone.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

enum { LAST_LINES = 12, EXIT_NO_PROGRAM = 127 };

struct child_fds {
	int in;
	int out;
	int err;
};

/* Where PATH has it. */
static bool program_find(const char *name, char *ret_path, size_t size)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return snprintf(ret_path, size, "%s", name) < (int)size && !access(name, X_OK);
	for (const char *dir = path ? path : "/usr/bin:/bin"; *dir;) {
		size_t len = strcspn(dir, ":");

		if (len && snprintf(ret_path, size, "%.*s/%s", (int)len, dir, name) < (int)size &&
		    !access(ret_path, X_OK))
			return true;
		dir += len + (dir[len] == ':');
	}
	return false;
}

static void child_exec(const char *const *argv, const struct pb_proc_options *options,
		       struct child_fds fds, pid_t parent)
{
	char path[4096];
	sigset_t none;

	/* Our own handler would swallow the signal of a parent that dies before execvp(). */
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* A killed pinbench leaves no guest and no build behind. */
	prctl(PR_SET_PDEATHSIG, options->death_signal ? options->death_signal : SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_NO_PROGRAM);
	if (dup2(fds.in, STDIN_FILENO) < 0 || dup2(fds.out, STDOUT_FILENO) < 0 ||
	    dup2(fds.err, STDERR_FILENO) < 0)
		_exit(EXIT_NO_PROGRAM);
	if (options->dir && chdir(options->dir)) {
		dprintf(STDERR_FILENO, "cannot enter '%s': %s\n", options->dir, strerror(errno));
		_exit(EXIT_NO_PROGRAM);
	}
	for (size_t i = 0; options->env && options->env[i]; i++)
		putenv((char *)options->env[i]);
	/* Ours is ignored, so that a full quota is an error of a write; a child's is its end. */
	signal(SIGXFSZ, SIG_DFL);
	if (!options->alone)
		execvp(argv[0], (char *const *)argv);
	else if (program_find(argv[0], path, sizeof(path)))
		pb_alone_exec(path, (char *const *)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NO_PROGRAM);
}

static int spawn(const char *const *argv, const struct pb_proc_options *options,
		 struct child_fds fds, pid_t *ret_pid)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return pb_fail(-errno, "cannot start %s: %s", argv[0], strerror(errno));
	if (!pid)
		child_exec(argv, options, fds, parent);
	*ret_pid = pid;
	return 0;
}

/* The last lines of @text, which is cut in place. */
static const char *last_lines(char *text, size_t len)
{
	int lines = 0;

	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	while (len) {
		if (text[len - 1] == '\n' && ++lines == LAST_LINES)
			return text + len;
		len--;
	}
	return text;
}

static int memfd_text(int fd, char **ret_text, size_t *ret_len)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return pb_file_read(path, ret_text, ret_len);
}

static int input_open(const char *input)
{
	_cleanup_close_ int fd = -1;

	if (!input)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("pinbench-input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	/* A limit of file sizes holds here, too: the first write is short, the next says why. */
	for (size_t left = strlen(input); left;) {
		ssize_t put = write(fd, input, left);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			input += put;
			left -= (size_t)put;
		}
	}
	return lseek(fd, 0, SEEK_SET) ? -1 : pb_steal_fd(fd);
}

static int status_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static int proc_failed(const char *const *argv, int status, char *words, size_t len)
{
	const char *last = last_lines(words, len);

	if (WIFSIGNALED(status))
		return pb_fail(-EIO, "%s was killed by signal %d (%s)%s%s", argv[0],
			       WTERMSIG(status), strsignal(WTERMSIG(status)), *last ? ":\n" : "",
			       last);
	return pb_fail(-EIO, "%s failed with exit status %d%s%s", argv[0], WEXITSTATUS(status),
		       *last ? ":\n" : "", last);
}

static int log_append(const char *path, const char *text, size_t len)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		return pb_fail(-errno, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

int pb_proc_run(const char *const *argv, const struct pb_proc_options *options, char **ret_output)
{
	static const struct pb_proc_options none;
	_cleanup_close_ int in = -1, words = -1, out = -1;
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int ret, status;
	pid_t pid;

	options = options ? options : &none;
	if (!pb_proc_exists(argv[0]))
		return pb_fail(-ENOENT, "the program '%s' is not installed", argv[0]);
	in = input_open(options->input);
	words = memfd_create("pinbench-words", MFD_CLOEXEC);
	if (options->out)
		out = open(options->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else
		out = ret_output ? memfd_create("pinbench-output", MFD_CLOEXEC) : dup(words);
	if (in < 0 || words < 0 || out < 0)
		return pb_fail(-errno, "cannot run %s: %s", argv[0], strerror(errno));
	ret = spawn(argv, options, (struct child_fds){ in, out, words }, &pid);
	if (ret)
		return ret;
	status = status_wait(pid);
	ret = memfd_text(words, &text, &len);
	if (!ret && options->log)
		ret = log_append(options->log, text, len);
	if (ret)
		return ret;
	if (status)
		return proc_failed(argv, status, text, len);
	return ret_output ? memfd_text(out, ret_output, NULL) : 0;
}

int pb_proc_start(const char *const *argv, const char *log, pid_t *ret_pid)
{
	/* Nobody waits for it after us, and a QEMU that is stuck would not listen to SIGTERM. */
	static const struct pb_proc_options none = { .death_signal = SIGKILL };
	_cleanup_close_ int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (!pb_proc_exists(argv[0]))
		return pb_fail(-ENOENT, "the program '%s' is not installed", argv[0]);
	if (in < 0 || out < 0)
		return pb_fail(-errno, "cannot open '%s': %s", log, strerror(errno));
	return spawn(argv, &none, (struct child_fds){ in, out, out }, ret_pid);
}

/* Documentation/scheduler/sched-stats.rst: ns on a CPU, ns waiting for one, time slices. */
static int64_t thread_delayed_ms(const char *path)
{
	_cleanup_free_ char *text = NULL;
	const char *wait;

	if (pb_file_read(path, &text, NULL)) {
		pb_fail_clear();
		return 0;
	}
	wait = strchr(text, ' ');
	return wait ? strtoll(wait, NULL, 10) / 1000000 : 0;
}

int64_t pb_proc_delayed_ms(pid_t pid)
{
	_cleanup_free_ char *pattern = pb_format("/proc/%d/task/[0-9]*/schedstat", (int)pid);
	glob_t threads = { 0 };
	int64_t most = 0;

	if (pattern && !glob(pattern, GLOB_NOSORT, NULL, &threads)) {
		for (size_t i = 0; i < threads.gl_pathc; i++) {
			int64_t delayed = thread_delayed_ms(threads.gl_pathv[i]);

			most = delayed > most ? delayed : most;
		}
	}
	globfree(&threads);
	return most;
}

bool pb_proc_exists(const char *name)
{
	char path[4096];

	return program_find(name, path, sizeof(path));
}
