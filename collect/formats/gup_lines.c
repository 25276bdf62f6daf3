// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_lines - gup_test's lines, one by one.
 * Why: reading text that three programs wrote in ten years is an idea of its own.
 */
#include "collect/formats/gup_lines.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

#define MIB (UINT64_C(1) << 20)
/* More than any machine's range, and far from overflow. */
#define MAX_US   UINT64_C(1000000000000)
#define MAX_SIZE (UINT64_C(1) << 46)

/* Names and options of the benchmarks; the others (-b of new versions, -c) print no time. */
static const struct {
	const char *name;
	char letter;
	const char *strategy;
} benchmarks[] = {
	{ "GUP_FAST_BENCHMARK", 'u', "get-fast" },
	{ "PIN_FAST_BENCHMARK", 'a', "pin-fast" },
	{ "PIN_LONGTERM_BENCHMARK", 'L', "longterm" },
	{ "GUP_BENCHMARK", 'U', "get" },
	{ "PIN_BENCHMARK", 'b', "pin" },
};

void pb_gup_setting_default(struct pb_gup_setting *setting)
{
	/* Whether such memory is of huge pages is up to the machine: not `anon`, not `thp`. */
	*setting = (struct pb_gup_setting){
		.memory = "anon-default", .size_bytes = 128 * MIB, .nr_pages = 1, .nr_threads = 1
	};
}

static bool letter_take(char letter, struct pb_gup_setting *setting)
{
	static const struct {
		char letter;
		const char *memory;
	} memories[] = { { 't', "thp" }, { 'T', "anon" }, { 'H', "hugetlb" }, { 'S', "shmem" } };

	for (size_t i = 0; i < PB_ARRAY_SIZE(benchmarks); i++)
		if (letter == benchmarks[i].letter) {
			setting->strategy = benchmarks[i].strategy;
			return true;
		}
	for (size_t i = 0; i < PB_ARRAY_SIZE(memories); i++)
		if (letter == memories[i].letter) {
			setting->memory = memories[i].memory;
			return true;
		}
	if (letter == 'w' || letter == 'W')
		setting->read_only = letter == 'W';
	return letter && strchr("wWczp", letter) != NULL;
}

static int value_take(char letter, const char *text, struct pb_gup_setting *setting)
{
	uint64_t value = 0;
	int ret = 0;

	switch (letter) {
	case 'm':
		ret = pb_parse_u64(text, "gup_test: -m", 1, MAX_SIZE / MIB, &value);
		setting->size_bytes = ret ? setting->size_bytes : value * MIB;
		return ret;
	case 'n':
		/* Newer versions: a negative number is the whole range. */
		if (text[0] != '-')
			ret = pb_parse_u64(text, "gup_test: -n", 1, UINT32_MAX, &value);
		setting->nr_pages = value;
		return ret;
	case 'j':
		ret = pb_parse_u64(text, "gup_test: -j", 1, 65536, &value);
		setting->nr_threads = ret ? 1 : (uint32_t)value;
		return ret;
	case 'f':
		setting->memory = "file";
		return 0;
	default: /* -r repeats, -F flags: not part of what a sample is */
		return 0;
	}
}

/* One word of the command line, and the next one where that is its value. */
static int option_take(const char *word, char **save, struct pb_gup_setting *setting)
{
	if (word[0] != '-' || !word[1])
		return 0; /* pages for -c */
	for (const char *c = word + 1; *c; c++) {
		const char *value;

		if (!strchr("mnjfrF", *c)) {
			if (letter_take(*c, setting))
				continue;
			return pb_fail(
				-EINVAL,
				"gup_test has no option '-%c' (valid: -a -b -c -L -u -U, -m -n "
				"-j -r -F -f with a value, -t -T -H -S -w -W -z -p)",
				isprint((unsigned char)*c) ? *c : '?');
		}
		value = c[1] ? c + 1 : strtok_r(NULL, " \t", save);
		if (!value)
			return pb_fail(-EINVAL, "gup_test: option '-%c' wants a value", *c);
		return value_take(*c, value, setting);
	}
	return 0;
}

int pb_gup_setting_parse(const char *args, struct pb_gup_setting *setting)
{
	_cleanup_free_ char *copy = strdup(args);
	struct pb_gup_setting parsed;
	char *save = NULL;
	int ret = copy ? 0 : pb_fail(-ENOMEM, "out of memory");

	pb_gup_setting_default(&parsed);
	for (char *word = copy ? strtok_r(copy, " \t", &save) : NULL; word && !ret;
	     word = strtok_r(NULL, " \t", &save))
		ret = option_take(word, &save, &parsed);
	if (!ret)
		*setting = parsed;
	return ret;
}

/* "running ./gup_test -u", and the same with sudo, a folder, a shell's "+". */
static bool is_start(const char *line, const char **ret_args)
{
	static const char *const programs[] = { "gup_test", "gup_bench", "gup_benchmark" };
	const char *running = strstr(line, "running ");

	for (size_t i = 0; running && i < PB_ARRAY_SIZE(programs); i++) {
		const char *at = strstr(running, programs[i]);
		const char *end = at ? at + strlen(programs[i]) : NULL;

		if (!at || (at[-1] != '/' && at[-1] != ' ') ||
		    (*end && !isspace((unsigned char)*end)))
			continue;
		*ret_args = end;
		return true;
	}
	return false;
}

/* gup_bench's label: "(nr_pages=512  write private hugetlb=off thp=on)". */
static int label_take(const char *label, struct pb_gup_setting *setting)
{
	const char *pages = strstr(label, "(nr_pages=");
	char *end;

	if (!pages)
		return 0;
	setting->nr_pages = strtoull(pages + strlen("(nr_pages="), &end, 10);
	if (!setting->nr_pages || setting->nr_pages > UINT32_MAX || *end != ' ')
		return pb_fail(-EBADMSG, "no number of pages in '%.80s'", label);
	setting->read_only = strstr(end, " read ") != NULL;
	setting->memory = "anon-default";
	if (strstr(end, " hugetlb=on")) {
		setting->memory = "hugetlb";
		/* The program's matrix doubles the range for these. */
		setting->size_bytes = 256 * MIB;
		return 0;
	}
	setting->size_bytes = 128 * MIB;
	if (strstr(end, " shared "))
		setting->memory = strstr(end, "thp=on") ? "shmem-thp" : "shmem";
	else if (strstr(end, "thp=on"))
		setting->memory = "thp";
	else if (strstr(end, "thp=off"))
		setting->memory = "anon";
	return 0;
}

static int name_take(const char *line, size_t len, struct pb_gup_setting *setting)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(benchmarks); i++) {
		const char *name = benchmarks[i].name;
		const char *at = memmem(line, len, name, strlen(name));

		/* GUP_BENCHMARK is no part of another name, but be sure of it. */
		if (!at || (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_')))
			continue;
		setting->strategy = benchmarks[i].strategy;
		return label_take(at, setting);
	}
	if (memmem(line, len, "BENCHMARK", strlen("BENCHMARK")))
		return pb_fail(-EBADMSG, "unknown benchmark in '%.80s'", line);
	return 0;
}

/* Digits only: strtoull() would take a sign. */
static bool number_take(const char **at, uint64_t max, uint64_t *ret_number)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*ret_number = strtoull(*at, &end, 10);
	*at = end;
	return !errno && *ret_number <= max;
}

static int sample_take(const char *line, const char *times, struct pb_gup_sample *sample)
{
	static const char truncated[] = ", truncated (size: ";
	struct pb_gup_sample taken = { 0 };
	const char *at = times;
	bool valid =
		number_take(&at, MAX_US, &taken.get_us) && !strncmp(at, " put:", strlen(" put:"));

	at += valid ? strlen(" put:") : 0;
	valid = valid && number_take(&at, MAX_US, &taken.put_us) && !strncmp(at, " us", 3);
	if (!valid)
		return pb_fail(-EBADMSG, "'%.80s': valid is 'Time: get:NUMBER put:NUMBER us'",
			       line);
	at += 3;
	/* kselftest's printing puts "# " before each part of a line. */
	at += strspn(at, "# ");
	if (!strncmp(at, truncated, strlen(truncated))) {
		at += strlen(truncated);
		if (!number_take(&at, MAX_SIZE, &taken.got_bytes) || *at++ != ')')
			return pb_fail(-EBADMSG, "'%.80s': truncated, but to which size?", line);
		taken.truncated = true;
	}
	if (at[strspn(at, "# \t\r")])
		return pb_fail(-EBADMSG, "'%.80s': more behind the times than is known", line);
	*sample = taken;
	return 0;
}

static bool is_skip(const char *line)
{
	static const char *const words[] = {
		"# SKIP",
		"[SKIP]",
		"CONFIG_GUP_TEST",
		"mount debugfs at",
		"Please run this test as root",
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

static bool is_failure(const char *line)
{
	const char *at = line + strspn(line, "# \t");

	return !strncmp(at, "not ok ", 7) || !strncmp(at, "ioctl: ", 7) ||
	       !strncmp(at, "mmap: ", 6) || !strncmp(at, "open: ", 6) || strstr(line, "[FAIL]");
}

int pb_gup_line(const char *line, struct pb_gup_setting *setting, struct pb_gup_sample *sample,
		enum pb_gup_kind *ret_kind)
{
	const char *args, *times = strstr(line, "ime: get:");
	int ret;

	*ret_kind = PB_GUP_OTHER;
	if (times) {
		*ret_kind = PB_GUP_SAMPLE;
		ret = name_take(line, (size_t)(times - line), setting);
		return ret ? ret : sample_take(line, times + strlen("ime: get:"), sample);
	}
	if (is_start(line, &args)) {
		*ret_kind = PB_GUP_SETTING;
		return pb_gup_setting_parse(args, setting);
	}
	if (strstr(line, "running ./") || strstr(line, "running bash "))
		*ret_kind = PB_GUP_ELSEWHERE;
	else if (is_skip(line))
		*ret_kind = PB_GUP_SKIPPED;
	else if (is_failure(line))
		*ret_kind = PB_GUP_FAILED;
	return 0;
}
