// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine - what lines of a log say about the machine: the kernel, the size of its pages.
 * Why: the page size divides every number, and gup_test does not print it.
 */
#include "collect/formats/gup/machine.h"

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

/* "CONFIG_ARM64_64K_PAGES=y", "CONFIG_PAGE_SIZE_16KB=y", "CONFIG_PAGE_SHIFT=16". */
static uint32_t config_read(const char *line)
{
	static const uint32_t sizes[] = { 4, 8, 16, 64, 256 };
	const char *config = strstr(line, "CONFIG_");

	/* CONFIG_HAVE_PAGE_SIZE_64KB says what could be. */
	if (!config || strstr(config, "_HAVE_") || strstr(config, "_HAS_"))
		return 0;
	for (size_t i = 0; i < PB_ARRAY_SIZE(sizes); i++) {
		char pages[32], size[32];

		snprintf(pages, sizeof(pages), "_%" PRIu32 "K_PAGES=y", sizes[i]);
		snprintf(size, sizeof(size), "_PAGE_SIZE_%" PRIu32 "KB=y", sizes[i]);
		if (strstr(config, pages) || strstr(config, size))
			return sizes[i] * 1024;
	}
	return 0;
}

/* "PAGE_SHIFT: 16", "CONFIG_ARM64_PAGE_SHIFT=16". */
static uint32_t shift_read(const char *line)
{
	const char *at = strcasestr(line, "page_shift");
	unsigned long shift;

	if (!at)
		return 0;
	at += strlen("page_shift");
	at += strspn(at, " \t:=");
	shift = strtoul(at, NULL, 10);
	return isdigit((unsigned char)*at) && shift < 32 && pb_page_bytes_valid(1ull << shift)
		       ? 1u << shift
		       : 0;
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

/* What stands between "page size" and the number. */
static const char *filler_pass(const char *at)
{
	static const char *const words[] = { "is ", "of ", "bytes", "in ", "used" };
	const char *from;

	do {
		from = at;
		at += strspn(at, " \t:=\"'()|");
		for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++)
			at += !strncmp(at, words[i], strlen(words[i])) ? strlen(words[i]) : 0;
	} while (at > from);
	return at;
}

uint32_t pb_gup_page_bytes(const char *line)
{
	uint32_t bytes = config_read(line);
	const char *at = bytes ? NULL : page_size_words(line);
	uint64_t kib;

	if (!bytes)
		bytes = shift_read(line);
	if (bytes || !at)
		return bytes;
	at = filler_pass(at);
	if (strncasecmp(at, "kb", 2) != 0 && strncasecmp(at, "kib", 3) != 0)
		return pb_page_bytes_read(at);
	/* "page size (kB): 64" */
	at = filler_pass(at + strcspn(at, " :=)"));
	kib = isdigit((unsigned char)*at) ? strtoull(at, NULL, 10) : 0;
	return kib <= 256 && pb_page_bytes_valid(kib * 1024) ? (uint32_t)kib * 1024 : 0;
}

/* The command itself, with options or without; no word of a sentence about it. */
static bool is_uname(const char *line)
{
	const char *at = strstr(line, "uname");

	if (!at || (at > line && !strchr(" /$#>%`(+;&|", at[-1])))
		return false;
	at += strlen("uname");
	at += strspn(at, " ");
	return !*at || *at == '-' || strchr(";&|", *at);
}

unsigned long pb_gup_asks(const char *line)
{
	const char *at = strstr(line, "getconf ");
	bool asks = (at && page_size_words(at) && !pb_gup_page_bytes(line)) ||
		    strstr(line, "getpagesize()") || strstr(line, "SC_PAGE") || is_uname(line);
	unsigned long nr = asks;

	/* Each of its commands may answer first. */
	for (at = line; asks && *at; at++)
		nr += *at == ';' || (at[0] == '&' && at[1] == '&');
	return nr;
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

/* Behind "Kernel:", "kernel release =", "uname -r:"; NULL where the line is no such. */
static const char *kernel_key_pass(const char *line)
{
	static const char *const keys[] = { "kernel release", "kernel version", "kernel.release",
					    "kernel_release", "kernel_version", "os release",
					    "uname -r",       "uname",          "release",
					    "kernel" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(keys); i++) {
		const char *at = line + strlen(keys[i]);

		if (strncasecmp(line, keys[i], strlen(keys[i])) != 0)
			continue;
		at += strspn(at, " \t");
		if (*at == ':' || *at == '=')
			return at + 1 + strspn(at + 1, " \t\"'");
	}
	return NULL;
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
	} else if (kernel_key_pass(line)) {
		at = kernel_key_pass(line);
		at += !strncmp(at, "Linux ", 6) ? 6 : 0;
	} else if (!asked) {
		return false;
	}
	if (!release_at(at, release, size))
		return false;
	machine_add(line, release, size);
	return true;
}

/* Architectures, boards and CPUs whose kernels come with pages of several sizes, or of others. */
static const char *const doubtful[] = {
	"aarch64",  "arm64",     "armv8",    "ppc64",  "powerpc",  "pseries",
	"powernv",  "ia64",      "itanium",  "mips",   "octeon",   "loongarch",
	"loongson", "sparc",     "asahi",    "rpi",    "raspi",    "raspberry",
	"bcm2712",  "graviton",  "neoverse", "altra",  "thunderx", "kunpeng",
	"tegra",    "bluefield", "power8",   "power9", "power10",  "power11",
};

/* Those that have pages of 4 KiB and no others. */
static const char *const fixed[] = { "x86_64", "x86-64", "amd64", "i386",    "i486",  "i586",
				     "i686",   "s390x",  "s390",  "riscv64", "armv7", "armv6" };

bool pb_gup_release_doubtful(const char *release)
{
	static const char *const signs[] = { "64k", "16k", "2712", "alpha" };

	for (size_t i = 0; release && i < PB_ARRAY_SIZE(signs); i++)
		if (strcasestr(release, signs[i]))
			return true;
	for (size_t i = 0; release && i < PB_ARRAY_SIZE(doubtful); i++)
		if (strcasestr(release, doubtful[i]))
			return true;
	return false;
}

/* A word that begins with one of @names, and is no folder of a path. */
static bool has_word(const char *line, const char *const *names, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		for (const char *at = strcasestr(line, names[i]); at;
		     at = strcasestr(at + 1, names[i]))
			if (at == line || (!isalnum((unsigned char)at[-1]) && at[-1] != '/'))
				return true;
	return false;
}

/* "6.12.0-64k", "6.1.0-18-arm64" wherever it stands. */
static bool has_doubtful_release(const char *line)
{
	for (const char *at = line; *at;) {
		size_t len = strcspn(at, " \t,;()'\"");
		char release[64];

		if (release_at(at, release, sizeof(release)) && strchr(release, '-') &&
		    pb_gup_release_doubtful(release))
			return true;
		at += len;
		at += strspn(at, " \t,;()'\"");
	}
	return false;
}

/* "64K pages", "16 KiB-pages", but no huge ones. */
static bool has_other_pages(const char *line)
{
	if (strcasestr(line, "huge") || strcasestr(line, "thp") || strcasestr(line, "tlb"))
		return false;
	for (const char *at = strcasestr(line, "page"); at; at = strcasestr(at + 1, "page")) {
		const char *digits = at;

		while (digits > line && strchr(" -_kKiIbB", digits[-1]))
			digits--;
		if (digits == at || !memchr(digits, 'k', (size_t)(at - digits)) ==
					    !memchr(digits, 'K', (size_t)(at - digits)))
			continue;
		while (digits > line && isdigit((unsigned char)digits[-1]))
			digits--;
		if (strtoul(digits, NULL, 10) > 4 && strtoul(digits, NULL, 10) <= 256)
			return true;
	}
	return false;
}

/* "Architecture: aarch64", "arch=arm64", "aarch64" alone, what uname and a kernel's first line say.
 */
static bool is_statement(const char *line)
{
	static const char *const keys[] = { "arch",     "machine", "platform",  "cpu",
					    "hardware", "model",   "board",     "host",
					    "system",   "target",  "processor", "uname",
					    "kernel",   "linux",   "device",    "hostname",
					    "isa" };
	size_t word = strcspn(line, " \t:="), value;

	if (word == strlen(line))
		return true;
	if (!strncmp(line, "Linux ", 6))
		return true;
	value = strcspn(line, ":=");
	for (size_t i = 0; i < PB_ARRAY_SIZE(keys) && line[value] && value < 32; i++)
		if (!strncasecmp(line, keys[i], strlen(keys[i])))
			return true;
	/* "6.12.0 aarch64", as uname prints them. */
	return isdigit((unsigned char)line[0]) && !strpbrk(line, ":=,;()");
}

enum pb_gup_doubt pb_gup_doubt(const char *line)
{
	bool said = is_statement(line);

	if (!strncmp(line, "selftests: ", strlen("selftests: ")))
		return PB_GUP_NO_DOUBT;
	if (has_word(line, doubtful, PB_ARRAY_SIZE(doubtful)))
		return said ? PB_GUP_DOUBT_SAID : PB_GUP_DOUBT_MENTIONED;
	if (has_doubtful_release(line) || has_other_pages(line))
		return said ? PB_GUP_DOUBT_SAID : PB_GUP_DOUBT_MENTIONED;
	return said && has_word(line, fixed, PB_ARRAY_SIZE(fixed)) ? PB_GUP_DOUBT_NONE
								   : PB_GUP_NO_DOUBT;
}
