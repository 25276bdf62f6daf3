// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_compare - `pinbench compare BASE HEAD`: what differs, and whether it got worse.
 * Why: the answer is also the exit status, so that a script and `git bisect run` can use it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/cli/answer.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/cli/verdicts.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "report/judge/attribution/runs.h"
#include "report/judge/comparison.h"

struct values {
	const char *database;
	bool all;
	bool quiet;
	bool where;
	const char *tolerance;
	struct pb_word_list strategy;
	const char *memory;
	uint64_t nr_pages;
	uint64_t seed;
	const struct pb_document_format *form;
};

enum { SHOWN = 40, WHERE_SHOWN = 10, WHERE_ROWS = 20, MAX_PAGES = 1 << 18 };

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "all", 'a', PB_OPTION_FLAG, AT(all), NULL, "every difference, not only the 40 biggest", 0,
	  0 },
	{ "where", 'w', PB_OPTION_FLAG, AT(where), NULL,
	  "also which functions the differences sit in, of runs with --profile", 0, 0 },
	{ "strategy", 's', PB_OPTION_LIST, AT(strategy), "NAME[,HEAD]",
	  "with --where: this one; two are compared with each other", 0, 0 },
	{ "memory", 'm', PB_OPTION_TEXT, AT(memory), "NAME", "with --where: this memory only", 0,
	  0 },
	{ "pages", 'n', PB_OPTION_U64, AT(nr_pages), "N", "with --where: this many pages a call", 1,
	  MAX_PAGES },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "only the sentence", 0, 0 },
	{ "tolerance", 't', PB_OPTION_TEXT, AT(tolerance), "N%",
	  "noisy evidence: no difference is a change known to be no larger (5%)", 0, 0 },
	{ "seed", 0, PB_OPTION_U64, AT(seed), "N", "of the bootstrap, for noisy evidence (1)", 0,
	  UINT32_MAX },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	PB_OPTION_FORMAT(AT(form)),
	{ .name = NULL },
};
#undef AT

static bool is_all(const struct values *values)
{
	return values->all || pb_answer_is_complete(values->form);
}

static int sentence_print(const struct pb_comparison *comparison)
{
	_cleanup_free_ char *quote = pb_compare_quote(comparison);

	if (!quote)
		return -ENOMEM;
	pb_term_printf(stdout, "%s\n", quote);
	return 0;
}

/* What was written as lines of text, which stay as they are. */
static int lines_add(const char *text, struct pb_document *document)
{
	pb_document_list(document, PB_ITEM_VERBATIM, "functions", NULL);
	while (*text) {
		size_t len = strcspn(text, "\n");

		pb_document_line(document, "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
	return 0;
}

static int where_add(const struct values *values, const struct pb_sides *sides,
		     const struct pb_summary *base, const struct pb_summary *head,
		     struct pb_document *document)
{
	struct pb_where_filter filter = {
		.strategy = values->strategy.nr ? values->strategy.words[0] : NULL,
		.head_strategy = values->strategy.nr == 2 ? values->strategy.words[1] : NULL,
		.nr_pages = values->nr_pages,
	};
	const struct pb_where_style style = { .max_rows = is_all(values) ? 0 : WHERE_ROWS };
	pb_cleanup(pb_where_pairs_done) struct pb_where_pairs pairs = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret = 0;

	if (values->memory && !*values->memory)
		return pb_fail(-EINVAL, "compare: --memory wants the name of a type of memory");
	if (values->memory)
		ret = pb_memory_take(values->memory, &filter.memory);
	if (!ret)
		ret = pb_where_runs(sides->runs[0].store, base, sides->runs[1].store, head, &filter,
				    &pairs);
	if (ret)
		return ret;
	out = open_memstream(&text, &len);
	if (!out)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_where_pairs_print(&pairs, base, head, is_all(values) ? 0 : WHERE_SHOWN, &style,
				   out);
	if (fclose(out) && !ret)
		ret = pb_fail(-ENOMEM, "out of memory");
	return ret ? ret : lines_add(text + strspn(text, "\n"), document);
}

/* Two strategies differ on purpose: neither side is worse, and there is nothing else to say. */
static int strategies_compare(const struct values *values, const struct pb_sides *sides,
			      struct pb_document *document)
{
	pb_cleanup(pb_summary_done) struct pb_summary base = { 0 }, head = { 0 };
	int ret = pb_summary_load(sides->runs[0].store, sides->runs[0].run_id, &base);

	if (!ret)
		ret = pb_summary_load(sides->runs[1].store, sides->runs[1].run_id, &head);
	return ret ? ret : where_add(values, sides, &base, &head, document);
}

static int runs_compare(const struct values *values, const struct pb_sides *sides,
			struct pb_document *document, int *ret_status)
{
	struct pb_compare_options options = pb_compare_defaults;
	struct pb_comparison comparison = { 0 };
	int ret;

	options.seed = values->seed;
	ret = values->tolerance ? pb_percent_parse(values->tolerance, "compare: --tolerance",
						   PB_TOLERANCE_LEAST, &options.tolerance)
				: 0;
	if (ret)
		return ret;
	ret = pb_compare_by(sides->runs[0].store, sides->runs[0].run_id, sides->runs[1].store,
			    sides->runs[1].run_id, &options, &comparison);
	if (ret)
		return ret;
	ret = values->quiet
		      ? sentence_print(&comparison)
		      : pb_compare_document(&comparison, is_all(values) ? 0 : SHOWN, document);
	if (!ret && values->where)
		ret = where_add(values, sides, &comparison.base, &comparison.head, document);
	*ret_status = pb_verdict_exit(comparison.verdict);
	pb_comparison_done(&comparison);
	return ret;
}

static int sides_compare(const struct values *values, char **words, struct pb_document *document,
			 int *ret_status)
{
	struct pb_sides sides = { 0 };
	int ret = values->strategy.nr == 2
			  ? pb_sides_open(values->database, words, 2, &sides)
			  : pb_sides_open_chosen(values->database, words, pb_sides_names, 2, NULL,
						 NULL, &sides);

	if (ret)
		return ret;
	/* Two strategies of one run are a comparison; one run with itself is none. */
	*ret_status = PB_EXIT_OK;
	if (values->strategy.nr == 2)
		ret = strategies_compare(values, &sides, document);
	else
		ret = pb_sides_distinct(&sides, words, "compare");
	if (!ret && values->strategy.nr != 2)
		ret = runs_compare(values, &sides, document, ret_status);
	pb_sides_done(&sides);
	return ret;
}

static int words_compare(const struct values *values, char **words, struct pb_document *document,
			 int *ret_status)
{
	const struct pb_verdicts_style style = { .all = values->all, .quiet = values->quiet };
	int ret;

	if (!pb_verdicts_meant(values->database, words, 2))
		return sides_compare(values, words, document, ret_status);
	if (values->where || values->tolerance)
		return pb_fail(-EINVAL,
			       "compare: --where and --tolerance are for numbers, and these "
			       "runs watched held pages");
	ret = pb_answer_only_text(values->form, "compare");
	return ret ? ret
		   : pb_verdicts_compare(values->database, words, "compare", &style, ret_status);
}

/* What was found before something failed is shown: the functions alone may not be known. */
static int compare_failed(const struct values *values, const struct pb_document *document, int code)
{
	_cleanup_free_ char *said = strdup(pb_fail_message(code));

	if (document->nr_items)
		pb_answer(document, values->form, PB_EXIT_ERROR);
	return pb_command_failed(said ? pb_fail(code, "%s", said) : code);
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(),
				 .seed = pb_compare_defaults.seed };
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "compare" };
	int nr, status = PB_EXIT_ERROR, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr != 2)
		ret = pb_fail(-EINVAL,
			      "compare: which two runs? pinbench compare BASE HEAD, for example "
			      "latest~1 latest");
	if (!ret && !values.where && (values.strategy.nr || values.memory || values.nr_pages))
		ret = pb_fail(
			-EINVAL,
			"compare: --strategy, --memory and --pages choose what --where shows");
	if (!ret && values.strategy.nr > 2)
		ret = pb_fail(-EINVAL, "compare: --strategy takes one name, or two to compare");
	if (!ret)
		ret = words_compare(&values, argv + 1, &document, &status);
	pb_word_list_done(&values.strategy);
	if (!ret)
		return document.nr_items ? pb_answer(&document, values.form, status) : status;
	return compare_failed(&values, &document, ret);
}

const struct pb_command pb_command_compare = {
	.name = "compare",
	.args = "BASE HEAD",
	.summary = "what differs between two runs, and whether it got worse",
	.text = "A side is `latest`, `latest~N`, the start of a run's uuid, a kernel (its newest run),\n"
		"another database (its newest run) or DATABASE:RUN. Where the newest lacks cells of the\n"
		"other side, the newest run of the same kernel that has the most of them is taken, and\n"
		"that is said; `latest~N` and uuids are taken as they are.\n"
		"--where --strategy get-fast,pin-fast latest latest: what one strategy adds to another.\n"
		"Exact numbers are compared as they are; those with noise by intervals that hold for all\n"
		"cells together, and are the same only where these lie within --tolerance; samples that\n"
		"drift, jump or fall into two levels cannot tell (docs/methodology.md). Neither can what a\n"
		"side did not measure.\n"
		"Runs of `pinbench semantics` are compared by their verdicts: 1 is that some changed, 125\n"
		"that none did, but not all of the base were watched.\n"
		"exit status: 0 same or better, 1 worse, 2 error, 125 cannot tell.",
	.options = rows,
	.run = run,
};
