// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_lines - what one line of a log says, by itself: times, a start, a result and whose it is.
 * Why: what a line says and what it means there (gup_log.h) are two questions.
 */
#include "collect/formats/gup_lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup_machine.h"
#include "common/err.h"
#include "common/str.h"

#define MIB (UINT64_C(1) << 20)
/* More than any machine's range, and far from overflow. */
#define MAX_US   UINT64_C(1000000000000)
#define MAX_SIZE (UINT64_C(1) << 46)

/* Names of benchmarks as they stand before times. */
static const struct {
	const char *name;
	const char *strategy;
} benchmarks[] = {
	{ "GUP_FAST_BENCHMARK", "get-fast" },
	{ "PIN_FAST_BENCHMARK", "pin-fast" },
	{ "PIN_LONGTERM_BENCHMARK", "longterm" },
	{ "GUP_BENCHMARK", "get" },
	{ "PIN_BENCHMARK", "pin" },
};

static bool starts_with(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* gup_bench's label: "(nr_pages=512  write private hugetlb=off thp=on)". */
static int label_take(const char *label, struct pb_gup_sample *sample)
{
	const char *pages = strstr(label, "(nr_pages=");
	struct pb_gup_setting *setting = &sample->setting;
	char *end;

	if (!pages)
		return 0;
	pb_gup_setting_default(setting);
	sample->labelled = true;
	setting->program = PB_GUP_BENCH;
	setting->nr_pages = strtoull(pages + strlen("(nr_pages="), &end, 10);
	if (!setting->nr_pages || setting->nr_pages > UINT32_MAX || *end != ' ')
		return pb_fail(-EBADMSG, "no number of pages in its label");
	setting->intent = strstr(end, " read ") ? PB_GUP_READS : PB_GUP_WRITES;
	if (strstr(end, " hugetlb=on")) {
		setting->memory = "hugetlb";
		/* The program's matrix doubles the range for these. */
		setting->size_bytes = 256 * MIB;
	} else if (strstr(end, " shared ")) {
		setting->memory = strstr(end, "thp=on") ? "shmem-thp" : "shmem";
	} else if (strstr(end, "thp=on")) {
		setting->memory = "thp";
	} else if (strstr(end, "thp=off")) {
		setting->memory = "anon";
	}
	return 0;
}

/* What is before the times, @len bytes: the benchmark's name, gup_bench's label. */
static int name_take(const char *line, size_t len, struct pb_gup_sample *sample)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(benchmarks); i++) {
		const char *name = benchmarks[i].name;
		const char *at = memmem(line, len, name, strlen(name));

		/* GUP_BENCHMARK is no part of another name, but be sure of it. */
		if (!at || (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_')))
			continue;
		sample->strategy = benchmarks[i].strategy;
		return label_take(at, sample);
	}
	if (memmem(line, len, "BENCHMARK", strlen("BENCHMARK")))
		return pb_fail(-EBADMSG, "a benchmark that is not known");
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

static bool word_take(const char **at, const char *word)
{
	bool is = starts_with(*at, word);

	*at += is ? strlen(word) : 0;
	return is;
}

/* "get:7318 put:3104 us", from 7.2 "get:7318 us put:3104 us", up to 4.19 "7318 us". */
static bool times_take(const char **at, struct pb_gup_sample *sample)
{
	if (!word_take(at, "get:"))
		return number_take(at, MAX_US, &sample->get_us) && word_take(at, " us");
	if (!number_take(at, MAX_US, &sample->get_us))
		return false;
	(void)word_take(at, " us");
	sample->has_put = true;
	return word_take(at, " put:") && number_take(at, MAX_US, &sample->put_us) &&
	       word_take(at, " us");
}

static int sample_take(const char *times, struct pb_gup_sample *sample)
{
	const char *at = times;

	if (!times_take(&at, sample))
		return pb_fail(-EBADMSG, "valid is 'Time: get:NUMBER put:NUMBER us'");
	/* kselftest's printing puts "# " before each part of a line. */
	at += strspn(at, "# ");
	if (word_take(&at, ", truncated (size: ")) {
		if (!number_take(&at, MAX_SIZE, &sample->got_bytes) || *at++ != ')')
			return pb_fail(-EBADMSG, "truncated, but to which size?");
		sample->truncated = true;
	}
	if (at[strspn(at, "# \t")])
		return pb_fail(-EBADMSG,
			       "more behind the times than is known, as where two lines ran "
			       "together or a mail's quoted-printable (=20) was not undone");
	return 0;
}

/* Where times stand in the line, behind "Time: " or "time: ", or NULL. */
static const char *times_find(const char *line)
{
	const char *at = strstr(line, "ime: get:");

	if (at)
		return at + strlen("ime: ");
	/* Of 4.15 to 4.19, which print nothing but this. */
	if (starts_with(line, "Time: ") && isdigit((unsigned char)line[6]) && strstr(line, " us"))
		return line + 6;
	return NULL;
}

/* "3", "1..6" behind "ok", and "- " behind that; what the result is of. */
static const char *description_find(const char *at)
{
	at += strspn(at, " \t");
	at += strspn(at, "0123456789.");
	at += strspn(at, " \t");
	return starts_with(at, "- ") ? at + 2 : at;
}

/* Whose result the description names. */
static enum pb_gup_owner owner_find(const char *text, struct pb_gup_command *command)
{
	if (!*text || *text == '#' || starts_with(text, "ioctl status") ||
	    starts_with(text, "Please run this test as root"))
		return PB_GUP_INNER;
	if (pb_gup_command_find(text, command))
		return PB_GUP_OWN;
	return strstr(text, "run_vmtests") ? PB_GUP_PARENT : PB_GUP_FOREIGN;
}

static bool result_take(const char *body, struct pb_gup_line *ret)
{
	static const struct {
		const char *word;
		enum pb_gup_result result;
	} brackets[] = { { "[PASS]", PB_GUP_PASS },
			 { "[FAIL]", PB_GUP_FAIL },
			 { "[SKIP]", PB_GUP_SKIP } };
	bool fails = starts_with(body, "not ok");
	const char *at = body + (fails ? 6 : 2);

	for (size_t i = 0; i < PB_ARRAY_SIZE(brackets); i++)
		if (starts_with(body, brackets[i].word)) {
			ret->result = brackets[i].result;
			ret->owner = PB_GUP_NAMELESS;
			return true;
		}
	if ((!fails && !starts_with(body, "ok")) || (*at && *at != ' ' && *at != '\t') ||
	    (!fails && *at && !isdigit((unsigned char)at[strspn(at, " \t")])))
		return false;
	at = description_find(at);
	ret->owner = owner_find(at, &ret->command);
	ret->result = strcasestr(at, "# skip") ? PB_GUP_SKIP : fails ? PB_GUP_FAIL : PB_GUP_PASS;
	return true;
}

/* What gup_test and its ancestors say when they end early, and what ends them. */
static bool is_failure(const char *body)
{
	static const char *const words[] = {
		"ioctl: ",
		" ioctl failed: ",
		"mmap: ",
		"open: ",
		"Bail out!",
		"Wrong argument",
		"Unexpected argument",
		"Invalid ",
		"invalid option",
		"requires an argument",
		"Not enough huge pages",
		"Could not determine huge page size",
		"mapping size is too large",
		"Page count is too large",
		"Unable to open ",
		"Failed to allocate ",
		"ailed to open /sys/kernel/debug/gup",
		"pthread_create failed",
		"pthread_join failed",
		"Segmentation fault",
		"Bus error",
		"Illegal instruction",
		"core dumped",
		"Killed",
		"Aborted",
		"Assertion `",
		"Permission denied",
		"command not found",
		"No such file or directory",
		"Cannot allocate memory",
		"Kernel panic",
		"BUG: ",
		"Oops: ",
		"kernel BUG at",
		"Terminated",
		"Out of memory",
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++) {
		const char *at = strstr(body, words[i]);

		if (at && (at == body || !isalnum((unsigned char)at[-1]) || words[i][0] == ' ' ||
			   words[i][0] == 'a'))
			return true;
	}
	return false;
}

static bool is_skip(const char *body)
{
	static const char *const words[] = { "CONFIG_GUP_TEST is enabled",
					     "Check CONFIG_GUP_TEST",
					     "CONFIG_GUP_BENCHMARK",
					     "ount debugfs at",
					     "Please run this test as root",
					     "Please run as root",
					     "# SKIP" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
		if (strstr(body, words[i]))
			return true;
	return false;
}

/* "running ./cow", "selftests: mm: cow", "+ cow", "root@host:~# cow": another program's lines. */
static bool is_elsewhere(const char *body)
{
	static const char *const words[] = { "running ", "running: ", "Running ", "selftests: ",
					     "[RUN]",    "./",        "+ ",       "$ " };
	size_t word = strcspn(body, " \t");

	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
		if (starts_with(body, words[i]) && body[strlen(words[i])])
			return true;
	/* "root@host:~#", "[root@host mm]#". */
	if (body[0] == '[' && memchr(body, '@', word))
		word += strcspn(body + word, "]") + 2;
	return word > 1 && word < strlen(body) && memchr(body, '@', word) &&
	       strchr("#$", body[word - 1]) && body[word + strspn(body + word, " \t")];
}

static void other_take(const struct pb_log_line *line, struct pb_gup_line *ret)
{
	const char *body = line->body;

	if (pb_gup_command_find(body, &ret->command)) {
		ret->kind = PB_GUP_START;
		ret->header = starts_with(body, "selftests: ");
	} else if (starts_with(body, "TAP version ") || starts_with(body, "KTAP version ") ||
		   starts_with(body, "Message-ID: ") || starts_with(body, "Message-Id: ")) {
		ret->kind = line->depth ? PB_GUP_OTHER : PB_GUP_BEGINS;
	} else if (pb_gup_release(body, false, ret->release, sizeof(ret->release), &ret->boots)) {
		ret->kind = PB_GUP_KERNEL;
	} else if ((ret->page_bytes = pb_gup_page_bytes(body))) {
		ret->kind = PB_GUP_PAGE_SIZE;
	} else if (pb_gup_asks(body)) {
		ret->kind = PB_GUP_ASKS;
	} else if (is_elsewhere(body)) {
		ret->kind = PB_GUP_ELSEWHERE;
	} else if (is_skip(body)) {
		ret->kind = PB_GUP_SKIPPED;
	} else if (is_failure(body)) {
		ret->kind = PB_GUP_FAILED;
	}
}

int pb_gup_line(const struct pb_log_line *line, struct pb_gup_line *ret)
{
	const char *body = line->body, *times = times_find(body);
	int failed;

	*ret = (struct pb_gup_line){ .kind = PB_GUP_OTHER };
	if (times) {
		ret->kind = PB_GUP_SAMPLE;
		failed = name_take(body, (size_t)(times - body), &ret->sample);
		return failed ? failed : sample_take(times, &ret->sample);
	}
	if (result_take(body, ret))
		ret->kind = PB_GUP_RESULT;
	else
		other_take(line, ret);
	return 0;
}

int pb_gup_answer(const struct pb_log_line *line, struct pb_gup_line *ret)
{
	uint32_t bytes = pb_page_bytes_read(line->body);

	*ret = (struct pb_gup_line){ .kind = PB_GUP_OTHER };
	if (pb_gup_release(line->body, true, ret->release, sizeof(ret->release), &ret->boots))
		ret->kind = PB_GUP_KERNEL;
	else if (bytes)
		*ret = (struct pb_gup_line){ .kind = PB_GUP_PAGE_SIZE, .page_bytes = bytes };
	else
		return pb_gup_line(line, ret);
	return 0;
}
