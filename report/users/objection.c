// SPDX-License-Identifier: GPL-2.0-only
/*
 * objection - what pin_user_pages.rst would say against a user, from what was seen of it.
 * Why: the rules are a document's, the calls a kernel's; only side by side do they say something.
 */
#include <string.h>

#include "common/str.h"
#include "report/users/rows.h"

struct seen {
	bool pins, gets, longterm, writes;
};

/* memfd_pin_folios() is for long by its nature, and has no flags. */
static struct seen seen_of(const char *entry, const char *flags)
{
	return (struct seen){
		.pins = strstr(entry, "pin_user_pages") || strstr(entry, "memfd_pin_folios"),
		.gets = strstr(entry, "get_user_page") != NULL,
		.longterm = strstr(flags, "FOLL_LONGTERM") || strstr(entry, "memfd_pin_folios"),
		.writes = strstr(flags, "FOLL_WRITE") != NULL,
	};
}

const char *pb_user_objection(const char *sort, const char *entry, const char *flags)
{
	const struct seen seen = seen_of(entry, flags);

	switch (*sort) {
	case '1':
		if (seen.gets)
			return seen.writes ? "holds by FOLL_GET what a device writes to"
					   : "holds by FOLL_GET what direct I/O should pin";
		return seen.longterm ? "holds for long what is short" : NULL;
	case '2':
		if (seen.gets)
			return "holds for long by FOLL_GET";
		return seen.pins && !seen.longterm ? "holds for long without FOLL_LONGTERM" : NULL;
	case '3':
		/* A reference for as long as the call lasts is how it comes to the page. */
		return seen.pins ? "holds what a notifier would follow" : NULL;
	case '4':
		return seen.pins ? "pins what it does not touch" : NULL;
	case '5':
		/* The rule is about writing: who only reads a page's data may hold it as it likes. */
		if (seen.gets)
			return seen.writes ? "writes to data by FOLL_GET" : NULL;
		if (seen.longterm)
			return "pins for long what it only copies";
		return seen.pins && !seen.writes ? "pins what it only reads" : NULL;
	default:
		return NULL;
	}
}
