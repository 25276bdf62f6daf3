// SPDX-License-Identifier: GPL-2.0-only
/*
 * dated - is a run's date one that it can have?
 * Why: boards without a battery measure in 1970 or 2039; nothing is ordered by that date, and who
 * reads it is told.
 */
#include "report/judge/dated.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"
#include "report/runs/text.h"

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

enum { DAY_S = 24 * 60 * 60, DATE_LEN = sizeof("2026-01-01T00:00:00Z") - 1 };

struct version {
	unsigned int major, minor;
};

/* The first number of a release and the one behind its dot: "debian:6.1", "6.1.0-49-amd64". */
static bool version_read(const char *text, struct version *ret_version)
{
	const char *begin = text + strcspn(text, "0123456789");
	unsigned long major, minor;
	char *dot, *end;

	major = strtoul(begin, &dot, 10);
	if (dot == begin || *dot != '.' || !isdigit((unsigned char)dot[1]))
		return false;
	minor = strtoul(dot + 1, &end, 10);
	if (major > 9999 || minor > 9999)
		return false;
	*ret_version = (struct version){ (unsigned int)major, (unsigned int)minor };
	return true;
}

static bool version_before(const struct version *a, const struct version *b)
{
	return a->major < b->major || (a->major == b->major && a->minor < b->minor);
}

/*
 * The day before which there was no kernel of this release, or "". One that is called -rc came
 * after the version before it.
 */
static void day_of(const char *release, char *ret_day, size_t size)
{
	bool candidate = strstr(release, "-rc") || strstr(release, "~rc");
	struct version wanted, row;
	char name[16], day[16];

	ret_day[0] = '\0';
	if (!version_read(release, &wanted))
		return;
	for (const char *line = pb_embedded_released[0].text; line && *line;
	     line = strchr(line, '\n'), line += line != NULL) {
		if (sscanf(line, "%15[0-9.]\t%10[0-9-]", name, day) != 2 ||
		    !version_read(name, &row))
			continue;
		/* The table is in order: the last one that is not after it stays. */
		if (version_before(&wanted, &row) || (candidate && !version_before(&row, &wanted)))
			break;
		snprintf(ret_day, size, "%s", day);
	}
}

static bool is_date(const char *created)
{
	static const char shape[] = "0000-00-00T00:00:00Z";

	if (strlen(created) != DATE_LEN)
		return false;
	for (size_t i = 0; i < DATE_LEN; i++)
		if (shape[i] == '0' ? created[i] < '0' || created[i] > '9' : created[i] != shape[i])
			return false;
	return true;
}

int pb_dated(const char *created, const char *release, time_t now, char **ret_why)
{
	char latest[DATE_LEN + 1] = "", day[16] = "";
	time_t ahead = now + DAY_S;
	_cleanup_free_ char *why = NULL;
	struct tm utc;

	*ret_why = NULL;
	strftime(latest, sizeof(latest), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&ahead, &utc));
	if (release)
		day_of(release, day, sizeof(day));
	/* Dates of this form are ordered as their letters are. */
	if (!is_date(created))
		why = strdup("has no date that can be read");
	else if (strcmp(created, latest) > 0)
		why = pb_format("is dated %s, in the future", created);
	else if (day[0] && strcmp(created, day) < 0)
		why = pb_format("is dated %s, before its kernel %s was released (%s)", created,
				release, day);
	else
		return 0;
	if (!why)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_why = pb_steal(why);
	return 0;
}

int pb_dated_say(struct pb_store *store, int64_t run_id)
{
	static const char sql[] =
		"SELECT uuid, created, (SELECT value FROM fact WHERE run_id = run.id AND "
		"key = 'kernel.release') FROM run WHERE id = ?1";
	pb_cleanup(statement_freep) sqlite3_stmt *query = NULL;
	_cleanup_free_ char *why = NULL;
	const char *text[3];
	int ret;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK || sqlite3_step(query) != SQLITE_ROW)
		return pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	for (int i = 0; i < 3; i++)
		text[i] = (const char *)sqlite3_column_text(query, i);
	ret = pb_dated(text[1] ? text[1] : "", text[2], time(NULL), &why);
	if (ret || !why)
		return ret;
	pb_progress_say("Run %.8s %s; the newest run is the one stored last, whatever its date.",
			text[0] ? text[0] : "?", why);
	return 0;
}
