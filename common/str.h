/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * str - strings, lists of words and numbers as people write them.
 * Why: every option, job file and record is parsed by the same few functions with the same
 * messages.
 */
#ifndef COMMON_STR_H
#define COMMON_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

/* "120" of a macro that is 120. */
#define PB_STRINGIFY(macro) PB_STRINGIFY_(macro)
#define PB_STRINGIFY_(text) #text

#define PB_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static inline bool pb_streq(const char *a, const char *b)
{
	return __builtin_strcmp(a, b) == 0;
}

/* Like asprintf(), but returns the string or NULL (out of memory, message set). */
char *pb_format(const char *fmt, ...) pb_must_check pb_printf(1, 2);

/* A string that grows. Zero-initialise; free .data, or guard with pb_cleanup(pb_buf_done). */
struct pb_buf {
	char *data; /* always terminated once something was added */
	size_t len_bytes;
	size_t room_bytes;
};

/* Both return 0 or -ENOMEM (message set). */
int pb_buf_add(struct pb_buf *buf, const void *data, size_t len_bytes) pb_must_check;
int pb_buf_printf(struct pb_buf *buf, const char *fmt, ...) pb_must_check pb_printf(2, 3);
void pb_buf_done(struct pb_buf *buf);

/*
 * Parses a whole number in [@min, @max], with an optional suffix k, M or G (powers of 1024).
 * @what names it in the message. Returns 0, -EINVAL or -ERANGE.
 */
int pb_parse_u64(const char *text, const char *what, uint64_t min, uint64_t max,
		 uint64_t *ret_value) pb_must_check;

/*
 * Splits "a,b,c" into newly allocated words, blanks around them removed; an empty word is an
 * error. The array ends with NULL; release it with pb_words_free(). Returns 0, -EINVAL, -ENOMEM.
 */
int pb_words_split(const char *text, const char *what, char ***ret_words,
		   size_t *ret_nr) pb_must_check;
void pb_words_free(char **words);

/* How many single-letter edits lie between two words (Damerau-Levenshtein, short words only). */
unsigned int pb_word_distance(const char *a, const char *b);

/* "512 B", "1.5 MiB": for people. Returns @buf. */
const char *pb_human_bytes(uint64_t bytes, char *buf, size_t size);

PB_DEFINE_CLEANUP(pb_words_freep, char **, pb_words_free);

#endif
