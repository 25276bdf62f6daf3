// SPDX-License-Identifier: GPL-2.0-only
/*
 * deny CALL... -- PROGRAM [ARG...]: runs a program under a seccomp filter that refuses system
 * calls. Why: containers do, with EPERM, and what pinbench then says must name the filter.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned int number;
} calls[] = {
	{ "finit_module", SYS_finit_module },
	{ "perf_event_open", SYS_perf_event_open },
};

enum { MAX_RULES = 32 };

static int call_number(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i].name, name))
			return (int)calls[i].number;
	fprintf(stderr, "deny: unknown call '%s'\n", name);
	return -1;
}

int main(int argc, char **argv)
{
	struct sock_filter rules[MAX_RULES] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog filter = { .len = 1, .filter = rules };
	int at;

	for (at = 1; at < argc && strcmp(argv[at], "--") != 0 && filter.len < MAX_RULES - 3; at++) {
		int number = call_number(argv[at]);

		if (number < 0)
			return 99;
		rules[filter.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								   (unsigned int)number, 0, 1);
		rules[filter.len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	rules[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (at + 1 >= argc) {
		fprintf(stderr, "usage: deny CALL... -- PROGRAM [ARG...]\n");
		return 99;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
		perror("deny: seccomp");
		return 99;
	}
	execvp(argv[at + 1], argv + at + 1);
	perror(argv[at + 1]);
	return 99;
}
