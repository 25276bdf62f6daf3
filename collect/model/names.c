// SPDX-License-Identifier: GPL-2.0-only
/*
 * names - what an access was to, and which function made it.
 * Why: the guest says where the objects lie that it is sure of; all else has a region at least.
 */
#include "collect/model/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/mark.h"

enum {
	CACHE_ROOM = 1 << 16,
	PAGE_BYTES = 4096,
	PAGE_STRUCT_BYTES = 64,
	STACK_BYTES = 16384,
	MAX_FOLIO_BYTES = 512 * PAGE_STRUCT_BYTES,
	PERCPU_DYNAMIC_BYTES = 64 << 10, /* behind the static ones, in the same chunk */
	MAX_DATA_BYTES = 1 << 20,
};

struct object {
	uint64_t vaddr, paddr; /* 0: not told */
};

struct site {
	const char *object;
	char *field;
	const char *function;
};

struct pb_names {
	const struct pb_symbols *symbols;
	const struct pb_fields *fields;
	struct object objects[PB_RECORDING_MAX_CPUS][PB_NR_OBJECTS];
	uint32_t nr_cpus;       /* that told of any */
	uint64_t percpu_symbol; /* this_cpu_off's address, and the bounds of what lies beside it */
	uint64_t percpu_begin, percpu_end;
	struct site *sites;
	uint32_t nr, room;
	uint32_t *slots; /* sites by their words, twice @room: number + 1; 0: empty */
	struct {
		uint64_t vaddr, pc;
		uint32_t site; /* + 1; 0: empty */
		uint8_t cpu;
	} * cache;
};

/* x86: with page tables of five levels, and of four. No two of them overlap. */
static const struct {
	const char *name;
	uint64_t begin, end;
} regions[] = {
	{ "direct-map", 0xff11000000000000, 0xff91000000000000 },
	{ "vmalloc", 0xffa0000000000000, 0xffd2000000000000 },
	{ "vmemmap", 0xffd4000000000000, 0xffd6000000000000 },
	{ "direct-map", 0xffff888000000000, 0xffffc88000000000 },
	{ "vmalloc", 0xffffc90000000000, 0xffffe90000000000 },
	{ "vmemmap", 0xffffea0000000000, 0xffffeb0000000000 },
	{ "data", 0xffffffff80000000, 0xffffffffc0000000 },
	{ "module", 0xffffffffc0000000, 0xffffffffff000000 },
};

/* The kernel's structures that are told of, and by which marker. */
static const struct {
	const char *type;
	uint8_t which;
} structures[] = {
	{ "mm_struct", PB_OBJECT_MM },
	{ "vm_area_struct", PB_OBJECT_VMA },
	{ "task_struct", PB_OBJECT_TASK },
	{ "pglist_data", PB_OBJECT_NODE },
};

static const struct {
	const char *field;
	uint8_t which;
} tables[] = {
	{ "pgd", PB_OBJECT_PGD }, { "p4d", PB_OBJECT_P4D }, { "pud", PB_OBJECT_PUD },
	{ "pmd", PB_OBJECT_PMD }, { "pte", PB_OBJECT_PTE },
};

static const char *const page_prefer[] = {
	"_refcount",        "_mapcount",         "compound_head",
	"_pincount",        "compound_pincount", "hpage_pinned_refcount",
	"_entire_mapcount", "compound_mapcount", NULL
};
static const char *const table_prefer[] = { "ptl", "_refcount", NULL };

static const char *region_of(uint64_t vaddr)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(regions); i++)
		if (vaddr >= regions[i].begin && vaddr < regions[i].end)
			return regions[i].name;
	return "other";
}

static uint64_t symbol_find(const struct pb_symbols *symbols, const char *name)
{
	return symbols ? pb_symbols_addr(symbols, name) : 0;
}

int pb_names_new(const struct pb_symbols *symbols, const struct pb_fields *fields,
		 struct pb_names **ret_names)
{
	pb_cleanup(pb_names_freep) struct pb_names *names = calloc(1, sizeof(*names));

	if (names)
		names->cache = calloc(CACHE_ROOM, sizeof(*names->cache));
	if (!names || !names->cache)
		return pb_fail(-ENOMEM, "out of memory");
	names->symbols = symbols;
	names->fields = fields;
	names->percpu_symbol = symbol_find(symbols, "this_cpu_off");
	names->percpu_begin = symbol_find(symbols, "__per_cpu_start");
	names->percpu_end = symbol_find(symbols, "__per_cpu_end");
	*ret_names = pb_steal(names);
	return 0;
}

void pb_names_free(struct pb_names *names)
{
	if (!names)
		return;
	for (uint32_t i = 0; i < names->nr; i++)
		free(names->sites[i].field);
	free(names->sites);
	free(names->slots);
	free(names->cache);
	free(names);
}

static bool lies_in(uint64_t vaddr, uint64_t begin, uint64_t bytes)
{
	return begin && vaddr >= begin && vaddr - begin < bytes;
}

static const char *field_of(const struct pb_names *names, const char *type, uint64_t offset,
			    const char *const *prefer, char *buf)
{
	if (!names->fields) {
		snprintf(buf, PB_FIELD_LEN, "-");
		return buf;
	}
	return pb_fields_name(names->fields, type, (uint32_t)offset, prefer, buf);
}

static bool structure_find(const struct pb_names *names, const struct object *objects,
			   uint64_t vaddr, const char **object, char *field)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(structures); i++) {
		uint64_t begin = objects[structures[i].which].vaddr;
		uint32_t bytes =
			names->fields ? pb_fields_size(names->fields, structures[i].type) : 0;

		if (!lies_in(vaddr, begin, bytes ? bytes : 64))
			continue;
		*object = structures[i].type;
		field_of(names, *object, vaddr - begin, NULL, field);
		return true;
	}
	return false;
}

static bool memory_find(const struct object *objects, uint64_t vaddr, const char **object,
			char *field)
{
	uint64_t pages = objects[PB_OBJECT_PAGES].vaddr;

	snprintf(field, PB_FIELD_LEN, "-");
	if (lies_in(vaddr, objects[PB_OBJECT_STACK].vaddr, STACK_BYTES))
		*object = "stack";
	else if (lies_in(vaddr, pages, objects[PB_OBJECT_PAGES_END].vaddr - pages + 1))
		*object = "pages[]";
	else
		return false;
	return true;
}

static bool table_find(const struct object *objects, uint64_t vaddr, const char **object,
		       char *field)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(tables); i++) {
		if (!lies_in(vaddr, objects[tables[i].which].vaddr, PAGE_BYTES))
			continue;
		*object = "page-table";
		snprintf(field, PB_FIELD_LEN, "%s", tables[i].field);
		return true;
	}
	return false;
}

/* A table's own struct page, by its frame: the page-table lock is in there. */
static bool is_table_page(const struct object *objects, uint64_t vaddr, uint64_t begin)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(tables); i++) {
		const struct object *table = &objects[tables[i].which];

		if (table->vaddr &&
		    lies_in(vaddr, begin + table->paddr / PAGE_BYTES * PAGE_STRUCT_BYTES,
			    PAGE_STRUCT_BYTES))
			return true;
	}
	return false;
}

static bool page_find(const struct pb_names *names, const struct object *objects, uint64_t vaddr,
		      const char **object, char *field)
{
	uint64_t head = objects[PB_OBJECT_HEAD].vaddr, offset = vaddr % PAGE_STRUCT_BYTES;
	uint64_t begin = vaddr >= 0xffffea0000000000 ? 0xffffea0000000000 : 0xffd4000000000000;
	uint32_t folio_bytes = names->fields ? pb_fields_size(names->fields, "folio") : 0;
	bool has_ptdesc = names->fields && pb_fields_size(names->fields, "ptdesc");

	if (is_table_page(objects, vaddr, begin)) {
		*object = "ptdesc";
		field_of(names, has_ptdesc ? "ptdesc" : "page", offset, table_prefer, field);
		return true;
	}
	/* A large folio's own counters lie behind its first page. */
	if (head && vaddr >= head + PAGE_STRUCT_BYTES && vaddr - head < folio_bytes) {
		*object = "folio";
		field_of(names, "folio", vaddr - head, page_prefer, field);
		return true;
	}
	if (!lies_in(vaddr, head, MAX_FOLIO_BYTES) &&
	    !lies_in(vaddr, objects[PB_OBJECT_PAGE].vaddr, MAX_FOLIO_BYTES))
		return false;
	*object = "page";
	field_of(names, "page", offset, page_prefer, field);
	return true;
}

static bool percpu_find(const struct pb_names *names, const struct object *objects, uint64_t vaddr,
			const char **object, char *field)
{
	uint64_t copy = objects[PB_OBJECT_PERCPU].vaddr;
	uint64_t addr = vaddr - copy + names->percpu_symbol;
	const struct pb_symbol *symbol;

	if (!copy || !names->percpu_end || addr < names->percpu_begin ||
	    addr >= names->percpu_end + PERCPU_DYNAMIC_BYTES)
		return false;
	*object = "percpu";
	symbol = addr < names->percpu_end ? pb_symbols_find(names->symbols, addr) : NULL;
	snprintf(field, PB_FIELD_LEN, "%s", symbol ? symbol->name : "(allocated)");
	return true;
}

static bool data_find(const struct pb_names *names, uint64_t vaddr, const char **object,
		      char *field)
{
	const char *region = region_of(vaddr);
	const struct pb_symbol *symbol;

	if (!names->symbols || (!pb_streq(region, "data") && !pb_streq(region, "module")))
		return false;
	symbol = pb_symbols_find(names->symbols, vaddr);
	if (!symbol)
		return false;
	*object = "data";
	snprintf(field, PB_FIELD_LEN, "%s", symbol->name);
	return true;
}

static bool object_find(const struct pb_names *names, const struct object *objects, uint64_t vaddr,
			const char **object, char *field)
{
	if (pb_streq(region_of(vaddr), "vmemmap"))
		return page_find(names, objects, vaddr, object, field);
	return memory_find(objects, vaddr, object, field) ||
	       table_find(objects, vaddr, object, field) ||
	       percpu_find(names, objects, vaddr, object, field) ||
	       structure_find(names, objects, vaddr, object, field);
}

/* The CPU's own objects come first: another one's stack is rarely touched. */
static void access_name(const struct pb_names *names, const struct pb_access *access,
			const char **object, char *field)
{
	if (object_find(names, names->objects[access->cpu], access->vaddr, object, field))
		return;
	for (uint32_t cpu = 0; cpu < names->nr_cpus; cpu++)
		if (cpu != access->cpu &&
		    object_find(names, names->objects[cpu], access->vaddr, object, field))
			return;
	if (data_find(names, access->vaddr, object, field))
		return;
	*object = region_of(access->vaddr);
	snprintf(field, PB_FIELD_LEN, "-");
}

/* Fowler, Noll, Vo (1a); the NUL of each word counts, too. */
static uint64_t word_hash(uint64_t hash, const char *word)
{
	do
		hash = (hash ^ (unsigned char)*word) * 0x100000001b3;
	while (*word++);
	return hash;
}

/* By letters: a kernel has several static functions of one name, and they are one site. */
static uint32_t *slot_find(const struct pb_names *names, const char *object, const char *field,
			   const char *function)
{
	uint64_t hash = word_hash(word_hash(0xcbf29ce484222325, object), field);

	for (size_t at = word_hash(hash, function);; at++) {
		uint32_t *slot = &names->slots[at & (2 * (size_t)names->room - 1)];
		const struct site *site = *slot ? &names->sites[*slot - 1] : NULL;

		if (!site || (pb_streq(site->object, object) && pb_streq(site->field, field) &&
			      pb_streq(site->function, function)))
			return slot;
	}
}

static int sites_grow(struct pb_names *names)
{
	uint32_t room = names->room ? 2 * names->room : 256;
	struct site *sites = reallocarray(names->sites, room, sizeof(*sites));
	uint32_t *slots;

	if (!sites)
		return -ENOMEM;
	names->sites = sites;
	slots = calloc(2 * (size_t)room, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(names->slots);
	names->slots = slots;
	names->room = room;
	for (uint32_t i = 0; i < names->nr; i++)
		*slot_find(names, sites[i].object, sites[i].field, sites[i].function) = i + 1;
	return 0;
}

static uint32_t site_add(struct pb_names *names, const char *object, const char *field,
			 const char *function)
{
	uint32_t *slot;
	char *copy;

	if (names->nr == names->room && sites_grow(names))
		return UINT32_MAX;
	slot = slot_find(names, object, field, function);
	if (*slot)
		return *slot - 1;
	copy = strdup(field);
	if (!copy)
		return UINT32_MAX;
	names->sites[names->nr] =
		(struct site){ .object = object, .field = copy, .function = function };
	*slot = ++names->nr;
	return names->nr - 1;
}

static int object_take(void *data, const struct pb_access *access)
{
	struct pb_names *names = data;

	if (access->phase >= PB_NR_OBJECTS || access->cpu >= PB_RECORDING_MAX_CPUS)
		return pb_fail(-EBADMSG, "object %u of CPU %u", access->phase, access->cpu);
	names->objects[access->cpu][access->phase] =
		(struct object){ access->vaddr, access->paddr };
	if (access->cpu >= names->nr_cpus)
		names->nr_cpus = access->cpu + 1U;
	return 0;
}

static uint32_t site_take(void *data, const struct pb_access *access)
{
	struct pb_names *names = data;
	uint64_t hash = (access->vaddr ^ access->pc << 20 ^ access->cpu) * 0x9e3779b97f4a7c15;
	size_t at = hash >> 32 & (CACHE_ROOM - 1);
	const struct pb_symbol *function;
	char field[PB_FIELD_LEN];
	const char *object;
	uint32_t site;

	if (names->cache[at].site && names->cache[at].vaddr == access->vaddr &&
	    names->cache[at].pc == access->pc && names->cache[at].cpu == access->cpu)
		return names->cache[at].site - 1;
	access_name(names, access, &object, field);
	function = names->symbols ? pb_symbols_find(names->symbols, access->pc) : NULL;
	site = site_add(names, object, field, function ? function->name : "-");
	if (site == UINT32_MAX) {
		pb_fail(-ENOMEM, "out of memory");
		return site;
	}
	names->cache[at].vaddr = access->vaddr;
	names->cache[at].pc = access->pc;
	names->cache[at].cpu = access->cpu;
	names->cache[at].site = site + 1;
	return site;
}

struct pb_sites pb_names_sites(struct pb_names *names)
{
	memset(names->objects, 0, sizeof(names->objects));
	memset(names->cache, 0, CACHE_ROOM * sizeof(*names->cache));
	names->nr_cpus = 0;
	for (uint32_t i = 0; i < names->nr; i++)
		free(names->sites[i].field);
	if (names->nr)
		memset(names->slots, 0, 2 * (size_t)names->room * sizeof(*names->slots));
	names->nr = 0;
	return (struct pb_sites){ object_take, site_take, names };
}

uint32_t pb_names_nr(const struct pb_names *names)
{
	return names->nr;
}

struct pb_site_name pb_names_get(const struct pb_names *names, uint32_t site)
{
	const struct site *of = &names->sites[site];

	return (struct pb_site_name){ of->object, of->field, of->function };
}
