// SPDX-License-Identifier: GPL-2.0-only
/*
 * lines - what one line of a log says, by itself: times, a start, a result and whose it is.
 * Why: what a line says and what it means there (gup_log.h) are two questions.
 */
#include "collect/formats/gup/lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/formats/gup/machine.h"
#include "collect/formats/gup/words.h"
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
	sample->before = line;
	for (size_t i = 0; i < PB_ARRAY_SIZE(benchmarks); i++) {
		const char *name = benchmarks[i].name;
		const char *at = memmem(line, len, name, strlen(name));

		/* GUP_BENCHMARK is no part of another name, but be sure of it. */
		if (!at || (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_')))
			continue;
		sample->strategy = benchmarks[i].strategy;
		sample->before_len = (size_t)(at - line);
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
	if (starts_with(text, "ioctl status") || starts_with(text, "Please run this test as root"))
		return PB_GUP_INNER;
	if (!*text || *text == '#')
		return PB_GUP_NUMBERED;
	if (pb_gup_command_named(text, command))
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
	ret->number = strtoul(at, NULL, 10);
	at = description_find(at);
	ret->owner = owner_find(at, &ret->command);
	ret->result = strcasestr(at, "# skip") ? PB_GUP_SKIP : fails ? PB_GUP_FAIL : PB_GUP_PASS;
	return true;
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

/* LAVA's "<LAVA_SIGNAL_ENDTC gup_test>", "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=fail>". */
static bool signal_take(const char *body, struct pb_gup_line *ret)
{
	const char *at = strstr(body, "LAVA_SIGNAL_"), *result;

	if (!at)
		return false;
	if (!starts_with(at, "LAVA_SIGNAL_TESTCASE") || !pb_gup_mentioned(at))
		return starts_with(at, "LAVA_SIGNAL_ENDTC");
	result = strstr(at, "RESULT=");
	result = result ? result + strlen("RESULT=") : "";
	ret->kind = PB_GUP_RESULT;
	ret->owner = PB_GUP_OWN;
	ret->command = (struct pb_gup_command){ .program = PB_GUP_TEST, .args = "" };
	ret->result = starts_with(result, "fail") || starts_with(result, "unknown") ? PB_GUP_FAIL
		      : starts_with(result, "skip")                                 ? PB_GUP_SKIP
										    : PB_GUP_PASS;
	return true;
}

/* "1..6": how many results follow. */
static unsigned long plan_read(const char *body)
{
	char *end;
	unsigned long nr;

	if (!starts_with(body, "1..") || !isdigit((unsigned char)body[3]))
		return 0;
	nr = strtoul(body + 3, &end, 10);
	end += strspn(end, " \t");
	return *end && *end != '#' ? 0 : nr;
}

static bool start_find(const char *body, struct pb_gup_line *ret)
{
	static const char header[] = "selftests: ";

	ret->header = starts_with(body, header);
	return ret->header ? pb_gup_command_named(body, &ret->command)
			   : pb_gup_command_find(body, &ret->command);
}

/* "Before:", "== v6.12 ==", "**patched**": a heading that tells one kernel from another. */
static bool is_heading(const char *body)
{
	static const char *const words[] = { "before",  "after",     "baseline", "base",  "vanilla",
					     "patched", "unpatched", "mainline", "stock", "without",
					     "with",    "kernel",    "next",     "old",   "new",
					     "linux",   "original",  "patch",    "head" };
	size_t marks = strspn(body, "=*#_[<~ -"), len = strlen(body);
	bool closed = marks && strchr("=*#_]>~ -", body[len - 1]);

	if (len > 60 || (!closed && (!len || body[len - 1] != ':') && body[0] != '#'))
		return false;
	for (const char *at = body + marks; *at;
	     at += strcspn(at, " \t"), at += strspn(at, " \t")) {
		const char *number = at + (*at == 'v');
		size_t digits = strspn(number, "0123456789");

		for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
			if (!strncasecmp(at, words[i], strlen(words[i])) &&
			    !isalnum((unsigned char)at[strlen(words[i])]))
				return true;
		if (digits && digits < 3 && number[digits] == '.' &&
		    isdigit((unsigned char)number[digits + 1]))
			return true;
	}
	return false;
}

/* "gup_test with -a -m 16", "['gup_test', '-a']"; what a compiler is called with is none. */
static bool has_options(const char *body)
{
	const char *at = strstr(body, "gup");

	if (!at || strstr(body, "-o "))
		return false;
	for (at = strchr(at, '-'); at; at = strchr(at + 1, '-'))
		if (strchr(" '\"(`", at[-1]) && isalpha((unsigned char)at[1]) &&
		    !isalpha((unsigned char)at[2]))
			return true;
	return false;
}

/* What only words tell: a line with the program's name is its own before it is another's. */
static void words_judge(const char *body, struct pb_gup_line *ret)
{
	bool named = pb_gup_mentioned(body);
	bool runner = starts_with(body, "[RUN]") ||
		      (strncasecmp(body, "running", strlen("running")) == 0 && has_options(body));

	if (is_elsewhere(body) && !(named && runner))
		ret->kind = PB_GUP_ELSEWHERE;
	else if (pb_gup_is_skip(body))
		ret->kind = PB_GUP_SKIPPED;
	else if (pb_gup_is_failure(body))
		ret->kind = PB_GUP_FAILED;
	else if (named)
		*ret = (struct pb_gup_line){ .kind = PB_GUP_NAMED, .lost = has_options(body) };
	else if (is_heading(body))
		ret->kind = PB_GUP_HEADING;
}

static void other_take(const struct pb_log_line *line, struct pb_gup_line *ret)
{
	const char *body = line->body;

	if (signal_take(body, ret))
		return;
	ret->number = pb_gup_asks(body);
	if (pb_gup_is_death(body)) {
		ret->kind = PB_GUP_FAILED;
	} else if (start_find(body, ret)) {
		ret->kind = PB_GUP_START;
	} else if (starts_with(body, "TAP version ") || starts_with(body, "KTAP version ") ||
		   starts_with(body, "Message-ID: ") || starts_with(body, "Message-Id: ")) {
		ret->kind = line->depth ? PB_GUP_OTHER : PB_GUP_BEGINS;
	} else if (plan_read(body)) {
		ret->kind = PB_GUP_PLAN;
		ret->number = plan_read(body);
	} else if (pb_gup_release(body, false, ret->release, sizeof(ret->release), &ret->boots)) {
		ret->kind = PB_GUP_KERNEL;
	} else if ((ret->page_bytes = pb_gup_page_bytes(body))) {
		ret->kind = PB_GUP_PAGE_SIZE;
	} else if (ret->number) {
		ret->kind = PB_GUP_ASKS;
	} else {
		words_judge(body, ret);
	}
}

/* "get:1 put:2 us" without its name, and a name without its times: a mail wrapped the line. */
static int wrapped_check(const char *body)
{
	const char *get = strstr(body, "get:"), *put = strstr(body, "put:"), *name;

	if (get && put && get < put && isdigit((unsigned char)get[4]) &&
	    isdigit((unsigned char)put[4]) && strstr(put, " us"))
		return pb_fail(-EBADMSG, "times without 'Time: ' before them, as where a mail "
					 "wrapped the line; join its parts");
	name = strstr(body, "_BENCHMARK: Time:");
	if (name && !name[strlen("_BENCHMARK: Time:")])
		return pb_fail(-EBADMSG, "a benchmark's name without its times, as where a mail "
					 "wrapped the line; join its parts");
	return 0;
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
	if (ret->kind != PB_GUP_RESULT)
		ret->doubt = pb_gup_doubt(body);
	return ret->kind == PB_GUP_OTHER ? wrapped_check(body) : 0;
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
