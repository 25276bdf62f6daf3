// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_machine - what lines of a log say about the machine: the kernel, the size of its pages.
 * Why: the page size divides every number, and gup_test does not print it.
 */
#include "collect/formats/gup_machine.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/str.h"

bool pb_page_bytes_valid(uint64_t bytes)
{
	return bytes >= 4096 && bytes <= 256 << 10 && !(bytes & (bytes - 1));
}

uint32_t pb_page_bytes_read(const char *text)
{
	unsigned long long bytes;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return 0;
	bytes = strtoull(text, &end, 10);
	end += strspn(end, " ");
	if ((*end == 'k' || *end == 'K') && bytes <= 256) {
		bytes *= 1024;
		end++;
		end += !strncmp(end, "iB", 2) ? 2 : *end == 'B' || *end == 'b' ? 1 : 0;
	}
	if (isalnum((unsigned char)*end) && strncmp(end, "bytes", 5) != 0)
		return 0;
	return pb_page_bytes_valid(bytes) ? (uint32_t)bytes : 0;
}

/* "CONFIG_ARM64_64K_PAGES=y", "CONFIG_PAGE_SIZE_16KB=y". */
static uint32_t config_read(const char *line)
{
	static const uint32_t sizes[] = { 4, 8, 16, 64, 256 };
	const char *config = strstr(line, "CONFIG_");

	for (size_t i = 0; config && i < PB_ARRAY_SIZE(sizes); i++) {
		char pages[32], size[32];

		snprintf(pages, sizeof(pages), "_%" PRIu32 "K_PAGES=y", sizes[i]);
		snprintf(size, sizeof(size), "_PAGE_SIZE_%" PRIu32 "KB=y", sizes[i]);
		if (strstr(config, pages) || strstr(config, size))
			return sizes[i] * 1024;
	}
	return 0;
}

/* "page size", "PAGESIZE", "PAGE_SIZE" in @line, but no huge page's; what is behind it, or NULL. */
static const char *page_size_words(const char *line)
{
	static const char *const words[] = { "pagesize", "page size", "page_size", "page-size" };
	static const char *const others[] = { "huge", "thp", "tlb", "pmd", "--page" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(others); i++)
		if (strcasestr(line, others[i]))
			return NULL;
	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++) {
		const char *at = strcasestr(line, words[i]);

		if (at)
			return at + strlen(words[i]);
	}
	return NULL;
}

uint32_t pb_gup_page_bytes(const char *line)
{
	uint32_t bytes = config_read(line);
	const char *at = bytes ? NULL : page_size_words(line);

	if (!at)
		return bytes;
	at += strspn(at, " \t:=\"'()");
	if (!strncmp(at, "is ", 3) || !strncmp(at, "of ", 3))
		at += 3;
	return pb_page_bytes_read(at);
}

bool pb_gup_asks(const char *line)
{
	const char *at = strstr(line, "getconf ");

	if (at && page_size_words(at) && !pb_gup_page_bytes(line))
		return true;
	at = strstr(line, "uname");
	/* The command, with options or without; no word of a sentence about it. */
	if (!at || (at > line && !strchr(" /$#>%`(+", at[-1])))
		return false;
	at += strlen("uname");
	at += strspn(at, " ");
	return !*at || *at == '-' || strchr(";&|", *at);
}

static bool release_at(const char *at, char *release, size_t size)
{
	size_t len = strcspn(at, " \t,;()");

	if (!isdigit((unsigned char)at[0]) || !memchr(at, '.', len) || len >= size)
		return false;
	memcpy(release, at, len);
	release[len] = '\0';
	/* "6.1" and more: a clock or a lone number is none. */
	return isdigit((unsigned char)at[strspn(at, "0123456789") + 1]) && !memchr(at, ':', len);
}

/* uname's machine stands behind its release, and says as much about pages. */
static void machine_add(const char *line, char *release, size_t size)
{
	static const char *const machines[] = { "aarch64",     "arm64",  "ppc64le", "ppc64", "ia64",
						"loongarch64", "mips64", "sparc64", "alpha" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(machines); i++) {
		const char *at = strstr(line, machines[i]);
		size_t len = strlen(release);

		if (!at || strstr(release, machines[i]))
			continue;
		snprintf(release + len, size - len, " %s", machines[i]);
		return;
	}
}

bool pb_gup_release(const char *line, bool asked, char *release, size_t size, bool *ret_boots)
{
	static const char version[] = "Linux version ";
	const char *at = line;

	*ret_boots = false;
	if (!strncmp(line, version, strlen(version))) {
		*ret_boots = true;
		/* The compiler's name says the machine: "(aarch64-linux-gnu-gcc ...". */
		if (!release_at(line + strlen(version), release, size))
			return false;
		machine_add(line, release, size);
		return true;
	}
	/* "Linux host 6.1.0 #1 SMP ..." of uname -a. */
	if (!strncmp(line, "Linux ", 6)) {
		at = line + 6 + strcspn(line + 6, " ");
		at += *at == ' ';
		if (!strchr(at, '#'))
			return false;
	} else if (!asked) {
		return false;
	}
	if (!release_at(at, release, size))
		return false;
	machine_add(line, release, size);
	return true;
}

bool pb_gup_release_doubtful(const char *release)
{
	static const char *const signs[] = { "64k",       "16k",   "aarch64", "arm64",
					     "ppc64",     "ia64",  "powerpc", "mips",
					     "loongarch", "sparc", "alpha" };

	for (size_t i = 0; release && i < PB_ARRAY_SIZE(signs); i++)
		if (strcasestr(release, signs[i]))
			return true;
	return false;
}
