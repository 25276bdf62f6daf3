// SPDX-License-Identifier: GPL-2.0-only
/*
 * packages - Debian's package indices: which kernels are there, and what belongs to one.
 * Why: a rung is a name like 6.12; which packages that means changes from week to week.
 */
#include "bench/kernels/fetch/packages.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <string.h>

#include "bench/kernels/arch.h"
#include "common/err.h"
#include "common/str.h"

static const char image_prefix[] = "linux-image-";
static const char kbuild_prefix[] = "linux-kbuild-";

/* Packages of a kernel's own source that its image and headers need; nothing else is unpacked. */
static const char *const own_kinds[] = {
	"linux-binary-", "linux-modules-", "linux-headers-", "linux-kbuild-", "linux-base-",
};

const char *const pb_library_packages[] = { "libjansson-dev", "libpfm4-dev", NULL };

static void packages_pick_init(struct pb_pick *pick, const struct pb_package *image)
{
	*pick = (struct pb_pick){ 0 };
	snprintf(pick->release, sizeof(pick->release), "%s", image->name + strlen(image_prefix));
	snprintf(pick->title, sizeof(pick->title), "kernel %s", pick->release);
}

/* The value of @field in the stanza that ends at @end: newly allocated, "" where it is missing. */
static char *stanza_field(const char *stanza, const char *end, const char *field)
{
	size_t len = strlen(field);

	for (const char *line = stanza; line && line < end;) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		if (!strncmp(line, field, len) && line[len] == ':') {
			const char *value = line + len + 1;

			value += strspn(value, " ");
			return strndup(value, (size_t)((next ? next : end) - value));
		}
		line = next ? next + 1 : NULL;
	}
	return strdup("");
}

static int stanza_add(void *data, const char *stanza, const char *end)
{
	struct pb_packages *packages = data;
	struct pb_package *items =
		reallocarray(packages->items, packages->nr + 1, sizeof(*packages->items));
	_cleanup_free_ char *size = stanza_field(stanza, end, "Size");
	struct pb_package *item;

	if (!items || !size)
		return pb_fail(-ENOMEM, "out of memory");
	packages->items = items;
	item = &items[packages->nr++];
	*item = (struct pb_package){ .name = stanza_field(stanza, end, "Package"),
				     .version = stanza_field(stanza, end, "Version"),
				     .arch = stanza_field(stanza, end, "Architecture"),
				     .depends = stanza_field(stanza, end, "Depends"),
				     .sha256 = stanza_field(stanza, end, "SHA256") };
	if (!item->name || !item->version || !item->arch || !item->depends || !item->sha256)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_parse_u64(size, "the Size of a package", 0, UINT64_MAX, &item->size_bytes);
}

static bool stanza_wanted(const char *stanza, const char *end)
{
	static const char field[] = "Package: ", kernels[] = "linux-";
	const char *name = stanza + strlen(field), *line_end;
	size_t len;

	if ((size_t)(end - stanza) <= strlen(field) || memcmp(stanza, field, strlen(field)) != 0)
		return false;
	line_end = memchr(name, '\n', (size_t)(end - name));
	len = (size_t)((line_end ? line_end : end) - name);
	for (const char *const *library = pb_library_packages; *library; library++)
		if (strlen(*library) == len && !memcmp(name, *library, len))
			return true;
	return len > strlen(kernels) && !memcmp(name, kernels, strlen(kernels));
}

/* Calls @each for every stanza of @index that is wanted. */
static int stanzas_walk(const char *index,
			int (*each)(void *data, const char *stanza, const char *end), void *data)
{
	const char *last = index + strlen(index);

	while (*index) {
		/* Not strstr(): an index is tens of megabytes, and a sanitizer's measures them each
		 * time. */
		const char *end = memmem(index, (size_t)(last - index), "\n\n", 2);
		int ret = 0;

		end = end ? end : last;
		if (stanza_wanted(index, end))
			ret = each(data, index, end);
		if (ret)
			return ret;
		for (index = end; *index == '\n';)
			index++;
	}
	return 0;
}

static int extract_add(void *out, const char *stanza, const char *end)
{
	int ret = pb_buf_add(out, stanza, (size_t)(end - stanza));

	return ret ? ret : pb_buf_add(out, "\n\n", 2);
}

int pb_packages_extract(const char *index, char **ret_extract)
{
	pb_cleanup(pb_buf_done) struct pb_buf out = { 0 };
	int ret = pb_buf_add(&out, "", 0);

	if (!ret)
		ret = stanzas_walk(index, extract_add, &out);
	if (ret)
		return ret;
	*ret_extract = pb_steal(out.data);
	return 0;
}

int pb_packages_parse(const char *index, struct pb_packages *ret_packages)
{
	pb_cleanup(pb_packages_done) struct pb_packages packages = { 0 };
	int ret = stanzas_walk(index, stanza_add, &packages);

	if (ret)
		return ret;
	*ret_packages = packages;
	packages = (struct pb_packages){ 0 };
	return 0;
}

void pb_packages_done(struct pb_packages *packages)
{
	for (size_t i = 0; i < packages->nr; i++) {
		free(packages->items[i].name);
		free(packages->items[i].version);
		free(packages->items[i].arch);
		free(packages->items[i].depends);
		free(packages->items[i].sha256);
	}
	free(packages->items);
	*packages = (struct pb_packages){ 0 };
}

/* The newest package of that name for @arch, or NULL. */
static const struct pb_package *packages_find(const struct pb_packages *packages, const char *name,
					      const char *arch)
{
	const struct pb_package *best = NULL;

	for (size_t i = 0; i < packages->nr; i++) {
		const struct pb_package *item = &packages->items[i];

		if (pb_streq(item->name, name) &&
		    (pb_streq(item->arch, arch) || pb_streq(item->arch, "all")) &&
		    (!best || pb_version_compare(item->version, best->version) > 0))
			best = item;
	}
	return best;
}

static bool is_own_kind(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(own_kinds); i++) {
		size_t len = strlen(own_kinds[i]);

		/* A digit follows: linux-base alone is a package of scripts. */
		if (!strncmp(name, own_kinds[i], len) && isdigit((unsigned char)name[len]))
			return true;
	}
	return false;
}

static bool pick_has(const struct pb_pick *pick, const char *name)
{
	for (size_t i = 0; i < pick->nr; i++)
		if (pb_streq(pick->list[i]->name, name))
			return true;
	return false;
}

static bool pick_add(const struct pb_packages *packages, struct pb_pick *pick, const char *name,
		     const char *arch)
{
	bool runs = !strncmp(name, kbuild_prefix, strlen(kbuild_prefix));
	const struct pb_package *item;

	if (pick_has(pick, name))
		return true;
	item = packages_find(packages, name, runs ? pb_arch_default->name : arch);
	if (!item || pick->nr == PB_PICK_MAX)
		return false;
	pick->list[pick->nr++] = item;
	pick->size_bytes += item->size_bytes;
	return true;
}

/* Adds what @depends names of the kernel's own kind; of alternatives the first. */
static bool pick_add_depends(const struct pb_packages *packages, struct pb_pick *pick,
			     const char *depends, const char *arch)
{
	while (*depends) {
		size_t len = strcspn(depends, " ,|(");
		char name[128];

		snprintf(name, sizeof(name), "%.*s", (int)len, depends);
		if (is_own_kind(name) && !pick_add(packages, pick, name, arch))
			return false;
		depends += strcspn(depends, ",");
		depends += strspn(depends, ", ");
	}
	return true;
}

/* Image and headers and all that they need, from this index; false: something is missing. */
static bool pick_complete(const struct pb_packages *packages, const struct pb_package *image,
			  struct pb_pick *pick)
{
	char headers[128];

	packages_pick_init(pick, image);
	snprintf(headers, sizeof(headers), "linux-headers-%s", pick->release);
	if (!pick_add(packages, pick, image->name, image->arch) ||
	    !pick_add(packages, pick, headers, image->arch))
		return false;
	for (size_t i = 0; i < pick->nr; i++)
		if (!pick_add_depends(packages, pick, pick->list[i]->depends, image->arch))
			return false;
	return true;
}

/* "6.12.107-1~deb12u1" is upstream's 6.12.107. */
static bool is_upstream(const char *version, const char *upstream)
{
	size_t len = strlen(upstream);

	return !strncmp(version, upstream, len) &&
	       (version[len] == '-' || version[len] == '+' || version[len] == '~' || !version[len]);
}

int pb_packages_pick(const struct pb_packages *packages, const char *pattern, const char *version,
		     struct pb_pick *ret_pick)
{
	_cleanup_free_ char *whole = pb_format("^(%s)$", pattern);
	struct pb_pick pick, best = { 0 };
	bool image_alone = false;
	regex_t regex;

	if (!whole)
		return -ENOMEM;
	if (regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB))
		return pb_fail(-EINVAL, "'%s' is no regular expression", pattern);
	for (size_t i = 0; i < packages->nr; i++) {
		const struct pb_package *item = &packages->items[i];

		if (regexec(&regex, item->name, 0, NULL, 0) ||
		    (version[0] && !is_upstream(item->version, version)))
			continue;
		if (!pick_complete(packages, item, &pick))
			image_alone = true;
		else if (!best.nr || pb_version_compare(item->version, best.list[0]->version) > 0)
			best = pick;
	}
	regfree(&regex);
	if (best.nr) {
		*ret_pick = best;
		return 0;
	}
	return image_alone ? pb_fail(-ENOPKG, "only images without headers match '%s'", pattern)
			   : pb_fail(-ENOENT, "no package matches '%s'", pattern);
}

int pb_packages_pick_one(const struct pb_packages *packages, const char *name, const char *arch,
			 struct pb_pick *ret_pick)
{
	const struct pb_package *item = packages_find(packages, name, arch);

	if (!item)
		return pb_fail(-ENOENT, "no package '%s' for %s", name, arch);
	*ret_pick = (struct pb_pick){ .list = { item }, .nr = 1, .size_bytes = item->size_bytes };
	snprintf(ret_pick->title, sizeof(ret_pick->title), "%s for %s", name, arch);
	return 0;
}

bool pb_pick_compiler(const struct pb_pick *pick, char *ret_name, size_t len_bytes)
{
	for (size_t i = 0; i < pick->nr; i++) {
		const char *word = pick->list[i]->depends;
		unsigned long version;
		char *end;

		/* "linux-compiler-gcc-12-x86", "gcc-14-for-host (>= 14.2)". */
		while ((word = strstr(word, "gcc-"))) {
			word += strlen("gcc-");
			version = strtoul(word, &end, 10);
			if (end > word && version < 1000) {
				snprintf(ret_name, len_bytes, "gcc-%lu", version);
				return true;
			}
		}
	}
	return false;
}
