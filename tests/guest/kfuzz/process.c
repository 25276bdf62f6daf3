// SPDX-License-Identifier: GPL-2.0-only
/*
 * process - one whose threads make requests, until it is killed.
 * Why: whoever uses the device ends in every way there is: by kill -9 in the middle of a request,
 * by closing the file under another thread, by forking and by becoming another program.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/guest/kfuzz/kfuzz.h"

static const struct {
	enum kind kind;
	unsigned int weight;
} requests[] = {
	{ KIND_RUN, 40 },  { KIND_HOLD, 20 },         { KIND_DROP, 14 },
	{ KIND_GROUP, 6 }, { KIND_STEP, 6 },          { KIND_GROUP_DROP, 4 },
	{ KIND_INFO, 4 },  { KIND_STRATEGY_INFO, 4 }, { KIND_OTHER, 2 },
};

enum { WEIGHTS = 100 };

static enum kind kind_any(struct chance *chance)
{
	uint64_t at = chance_below(chance, WEIGHTS);
	size_t i = 0;

	while (at >= requests[i].weight)
		at -= requests[i++].weight;
	return requests[i].kind;
}

/*
 * The old file is closed under whoever is using it. generation is odd meanwhile, so that nobody
 * takes a handle of one file for one of the other.
 */
static void file_open(struct process *process)
{
	int fd = open(PB_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return; /* an allocation that was made to fail, or the modules are being unloaded */
	atomic_fetch_or(&process->generation, 1);
	if (atomic_load(&process->fd) < 0) {
		atomic_store(&process->fd, fd);
	} else {
		dup2(fd, atomic_load(&process->fd));
		close(fd);
	}
	for (size_t i = 0; i < NR_HANDLES; i++)
		atomic_store(&process->held[i], 0);
	atomic_fetch_add(&process->generation, 1);
}

/* Another mm: whatever it asks is refused, and what it inherited stays its parent's. */
static void child_run(struct process *process, struct chance *chance)
{
	struct pb_info info = { .size = sizeof(info) };
	pid_t pid = fork();

	if (pid < 0)
		return;
	if (!pid) {
		if (!ioctl(atomic_load(&process->fd), PB_IOC_INFO, &info) || errno != EBADFD)
			broken(process->tally, "a child's request: errno %d, not EBADFD", errno);
		if (chance_one_in(chance, 8)) {
			fcntl(atomic_load(&process->fd), F_SETFD, 0);
			execl("/proc/self/exe", "kfuzz", "exit", NULL);
		}
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void peer_signal(struct process *process, struct chance *chance)
{
	int tid = atomic_load(&process->threads[chance_below(chance, NR_THREADS)]);

	if (tid)
		syscall(SYS_tgkill, getpid(), tid, SIGUSR1);
}

static void *thread_main(void *data)
{
	struct thread *thread = data;
	struct process *process = thread->process;
	struct chance *chance = &thread->chance;

	atomic_store(&process->threads[thread->index], (int)syscall(SYS_gettid));
	for (;;) {
		uint64_t what = chance_below(chance, 1000);

		if (what < 60)
			space_change(thread);
		else if (what < 80)
			peer_signal(process, chance);
		else if (what < 82)
			child_run(process, chance);
		else if (what < 86 && thread->index == 0) /* one at a time */
			file_open(process);
		else
			request_make(thread, kind_any(chance));
	}
	return NULL;
}

static void signal_ignore(int signal)
{
	(void)signal;
}

void process_main(struct tally *tally, uint64_t seed)
{
	static struct process process = { .fd = -1 };
	static struct thread threads[NR_THREADS];
	/* No SA_RESTART: it is to interrupt. */
	const struct sigaction interrupt = { .sa_handler = signal_ignore };
	struct chance chance = { seed };
	pthread_t id;

	process.tally = tally;
	sigaction(SIGUSR1, &interrupt, NULL);
	space_init(&chance);
	while (atomic_load(&process.fd) < 0)
		file_open(&process);
	for (unsigned int i = 0; i < NR_THREADS; i++) {
		threads[i] = (struct thread){
			.process = &process,
			.index = i,
			.chance = { seed + ((uint64_t)i << 32) },
		};
		if (i && pthread_create(&id, NULL, thread_main, &threads[i]))
			_exit(2);
	}
	thread_main(&threads[0]);
	_exit(2);
}
