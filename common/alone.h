/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alone - starts a program that can start no other one.
 * Why: gnuplot's language has shell commands; should a text ever become one, there is no shell.
 */
#ifndef COMMON_ALONE_H
#define COMMON_ALONE_H

/*
 * Like execv(), in a child: returns only when it failed, with errno set. Every further execve() of
 * that process fails with EACCES. This is the second lock, behind common/encode/gnuplot.h: where
 * the kernel has no seccomp, or the program is a script whose interpreter is started by itself, it
 * is run without.
 */
void pb_alone_exec(const char *path, char *const *argv);

#endif
