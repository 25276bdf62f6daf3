/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree - a machine made of files: /proc and /sys below a temporary folder.
 * Why: two sockets, Secure Boot and a battery are seldom at hand.
 */
#ifndef TESTS_CONTROL_TREE_H
#define TESTS_CONTROL_TREE_H

/* Makes the folder; cmocka set-up and tear-down. */
int tree_setup(void **state);
int tree_teardown(void **state);

/* Writes @text to @root/@path, making folders. */
void tree_put(const char *root, const char *path, const char *text);

/*
 * @nr CPUs from 0 with their lists: cores of two threads (i, i + nr/2) if @smt, @sockets sockets.
 */
void tree_cpus(const char *root, int nr, int smt, int sockets);

/* Asserts the file's text. */
void tree_expect(const char *root, const char *path, const char *text);

#endif
