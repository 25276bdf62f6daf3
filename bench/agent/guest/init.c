// SPDX-License-Identifier: GPL-2.0-only
/*
 * init - what process 1 owes a machine: mounts, the port to the host, switching off.
 * Why: the agent also runs on a machine that is up, where none of this is its business.
 */
#include "bench/agent/guest/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>

#include "bench/agent/guest/settle.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/*
 * A second serial line, not virtio-serial: an 8250 is built into every distribution kernel, and its
 * bytes leave inside the guest's own out instruction. A virtio completion comes from another thread
 * of the host, at a point that icount does not fix, and would move every number after it.
 */
#if defined(__aarch64__)
#define RECORD_PORT "/dev/ttyS0" /* the console is a PL011 */
#else
#define RECORD_PORT "/dev/ttyS1"
#endif

#define NS_PER_S 1000000000ULL

static const struct {
	const char *type;
	const char *dir;
} mounts[] = {
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "devtmpfs", "/dev" },
	{ "tmpfs", "/tmp" },
};

int pb_init_begin(void)
{
	int console;

	for (size_t i = 0; i < PB_ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].dir, 0755);
		/* EBUSY: a kernel that mounts /dev itself. */
		if (mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, NULL) && errno != EBUSY)
			return pb_fail(-errno, "cannot mount %s: %s", mounts[i].dir,
				       strerror(errno));
	}
	console = open("/dev/console", O_RDWR | O_NOCTTY);
	if (console < 0)
		return pb_fail(-errno, "cannot open the console: %s", strerror(errno));
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(console, fd);
	if (console > STDERR_FILENO)
		close(console);
	return 0;
}

int pb_init_port(FILE **ret_port)
{
	_cleanup_close_ int fd = open(RECORD_PORT, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios line;

	if (fd < 0 || tcgetattr(fd, &line))
		return pb_fail(-errno, "cannot open '%s': %s", RECORD_PORT, strerror(errno));
	cfmakeraw(&line);
	cfsetspeed(&line, B115200);
	line.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &line))
		return pb_fail(-errno, "cannot set up '%s': %s", RECORD_PORT, strerror(errno));
	*ret_port = fdopen(fd, "w");
	if (!*ret_port)
		return pb_fail(-errno, "cannot open '%s': %s", RECORD_PORT, strerror(errno));
	fd = -1;
	return 0;
}

/* /proc/stat's first line: where the time went since boot, in ticks of 10 ms. */
enum stat_column { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, NR_COLUMNS };

static int busy_read(unsigned long long *ret_busy)
{
	_cleanup_free_ char *stat = NULL;
	unsigned long long ticks[NR_COLUMNS];
	int ret = pb_file_read("/proc/stat", &stat, NULL);
	char *at, *end;

	if (ret)
		return ret;
	at = stat + strcspn(stat, " ");
	for (int i = 0; i < NR_COLUMNS; i++, at = end) {
		ticks[i] = strtoull(at, &end, 10);
		if (end == at)
			return pb_fail(-EBADMSG, "cannot read the machine's load from /proc/stat");
	}
	*ret_busy = ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] + ticks[SOFTIRQ];
	return 0;
}

/* /proc/loadavg, "0.00 0.01 0.05 1/83 123": of 83 tasks one wants to run now. */
static int running_read(unsigned long *ret_running)
{
	_cleanup_free_ char *loadavg = NULL;
	int ret = pb_file_read("/proc/loadavg", &loadavg, NULL);
	char *at, *end;

	if (ret)
		return ret;
	at = loadavg;
	for (int i = 0; i < 3; i++)
		at += strcspn(at, " ") + (at[strcspn(at, " ")] == ' ');
	*ret_running = strtoul(at, &end, 10);
	if (*end != '/')
		return pb_fail(-EBADMSG, "cannot read the machine's load from /proc/loadavg");
	return 0;
}

static int look(struct pb_load_look *now)
{
	struct timespec own;
	int ret = busy_read(&now->busy_ticks);

	if (!ret)
		ret = running_read(&now->running);
	if (!ret && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own))
		ret = pb_fail(-errno, "cannot read the agent's own time: %s", strerror(errno));
	if (!ret)
		now->own_ns =
			(unsigned long long)own.tv_sec * NS_PER_S + (unsigned long long)own.tv_nsec;
	return ret;
}

/*
 * Kernel threads work on after boot, for seconds on 7.x (self-tests of the crypto code), and take
 * the CPU in the middle of a measurement. Waiting is nearly free: an idle guest's clock jumps.
 */
int pb_init_settle(unsigned int *ret_waited_ms)
{
	struct pb_settle settle;
	struct pb_load_look now;
	bool idle = false;
	int ret = look(&now);

	if (!ret)
		pb_settle_begin(&settle, &now);
	while (!ret && !idle) {
		const struct timespec step = { .tv_nsec = pb_settle_step_us(&settle) * 1000L };

		if (settle.waited_ms >= PB_SETTLE_LIMIT_MS)
			return pb_fail(-EBUSY, "the guest did not become idle within %d s",
				       PB_SETTLE_LIMIT_MS / 1000);
		nanosleep(&step, NULL);
		ret = look(&now);
		idle = !ret && pb_settle_look(&settle, &now);
	}
	if (!ret)
		*ret_waited_ms = settle.waited_ms;
	return ret;
}

void pb_init_end(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
