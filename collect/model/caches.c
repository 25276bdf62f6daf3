// SPDX-License-Identifier: GPL-2.0-only
/*
 * caches - the caches of several CPUs, kept coherent: MESI, least recently used goes first.
 * Why: what an access costs is decided by who touched its line before, and here that is known.
 */
#include "collect/model/caches.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"

enum { NOBODY = -1 };

/* One cache: sets of ways, each set ordered by use, the latest first. 0: an empty way, else line + 1. */
struct cache {
	uint32_t ways, sets;
	uint32_t *tags;
};

/* Of one line: who has a copy, and whether one of them alone has it, changed or not. */
struct state {
	uint64_t holders;
	int8_t owner; /* exclusive or modified there; NOBODY: shared, or nowhere */
	bool modified;
};

struct pb_caches {
	bool inclusive;
	uint32_t nr_cpus, nr_lines;
	const uint64_t *phys;
	struct cache *d1, *l2; /* one each CPU */
	struct cache llc;
	struct state *states;
};

static int cache_init(struct cache *cache, const struct pb_cache_size *size)
{
	cache->ways = size->ways;
	cache->sets = size->sets;
	cache->tags = calloc((size_t)size->ways * size->sets, sizeof(*cache->tags));
	return cache->tags ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static void states_clear(struct pb_caches *caches)
{
	for (uint32_t line = 0; line < caches->nr_lines; line++)
		caches->states[line] = (struct state){ .owner = NOBODY };
}

int pb_caches_new(const struct pb_geometry *geometry, uint32_t nr_cpus, const uint64_t *phys,
		  uint32_t nr_lines, struct pb_caches **ret_caches)
{
	pb_cleanup(pb_caches_freep) struct pb_caches *caches = calloc(1, sizeof(*caches));
	int ret = 0;

	if (!caches)
		return pb_fail(-ENOMEM, "out of memory");
	caches->inclusive = geometry->inclusive;
	caches->nr_lines = nr_lines;
	caches->phys = phys;
	caches->d1 = calloc(nr_cpus, sizeof(*caches->d1));
	caches->l2 = calloc(nr_cpus, sizeof(*caches->l2));
	caches->states = calloc(nr_lines ? nr_lines : 1, sizeof(*caches->states));
	if (!caches->d1 || !caches->l2 || !caches->states)
		return pb_fail(-ENOMEM, "out of memory");
	caches->nr_cpus = nr_cpus;
	for (uint32_t cpu = 0; cpu < nr_cpus && !ret; cpu++) {
		ret = cache_init(&caches->d1[cpu], &geometry->levels[PB_CACHE_D1]);
		if (!ret)
			ret = cache_init(&caches->l2[cpu], &geometry->levels[PB_CACHE_L2]);
	}
	if (!ret)
		ret = cache_init(&caches->llc, &geometry->levels[PB_CACHE_LLC]);
	if (ret)
		return ret;
	/* calloc() left the ways empty. Large caches take memory as far as they are used, and no more. */
	states_clear(caches);
	*ret_caches = pb_steal(caches);
	return 0;
}

void pb_caches_free(struct pb_caches *caches)
{
	if (!caches)
		return;
	for (uint32_t cpu = 0; cpu < caches->nr_cpus; cpu++) {
		free(caches->d1[cpu].tags);
		free(caches->l2[cpu].tags);
	}
	free(caches->d1);
	free(caches->l2);
	free(caches->llc.tags);
	free(caches->states);
	free(caches);
}

static void cache_clear(struct cache *cache)
{
	memset(cache->tags, 0, (size_t)cache->ways * cache->sets * sizeof(*cache->tags));
}

void pb_caches_clear(struct pb_caches *caches)
{
	for (uint32_t cpu = 0; cpu < caches->nr_cpus; cpu++) {
		cache_clear(&caches->d1[cpu]);
		cache_clear(&caches->l2[cpu]);
	}
	cache_clear(&caches->llc);
	states_clear(caches);
}

static uint32_t *set_of(const struct pb_caches *caches, const struct cache *cache, uint32_t line)
{
	uint64_t phys = caches->phys[line];
	bool power = !(cache->sets & (cache->sets - 1));
	uint64_t set = power ? phys & (cache->sets - 1) : phys % cache->sets;

	return cache->tags + set * cache->ways;
}

/* Makes it the latest of its set. False: it is not there. */
static bool cache_use(const struct pb_caches *caches, struct cache *cache, uint32_t line)
{
	uint32_t *set = set_of(caches, cache, line), tag = line + 1, way = 0;

	while (way < cache->ways && set[way] != tag)
		way++;
	if (way == cache->ways)
		return false;
	memmove(set + 1, set, way * sizeof(*set));
	set[0] = tag;
	return true;
}

/* Puts in what is not there. True: *ret_out had to go. */
static bool cache_put(const struct pb_caches *caches, struct cache *cache, uint32_t line,
		      uint32_t *ret_out)
{
	uint32_t *set = set_of(caches, cache, line), last = set[cache->ways - 1];

	memmove(set + 1, set, (cache->ways - 1) * sizeof(*set));
	set[0] = line + 1;
	*ret_out = last - 1;
	return last != 0;
}

static void cache_drop(const struct pb_caches *caches, struct cache *cache, uint32_t line)
{
	uint32_t *set = set_of(caches, cache, line), way = 0;

	while (way < cache->ways && set[way] != line + 1)
		way++;
	if (way == cache->ways)
		return;
	memmove(set + way, set + way + 1, (cache->ways - way - 1) * sizeof(*set));
	set[cache->ways - 1] = 0;
}

/* Out of the caches of these CPUs. */
static void copies_drop(struct pb_caches *caches, uint64_t cpus, uint32_t line)
{
	struct state *state = &caches->states[line];

	state->holders &= ~cpus;
	if (state->owner != NOBODY && cpus >> state->owner & 1) {
		state->owner = NOBODY;
		state->modified = false;
	}
	for (; cpus; cpus &= cpus - 1) {
		uint32_t cpu = (uint32_t)__builtin_ctzll(cpus);

		cache_drop(caches, &caches->d1[cpu], line);
		cache_drop(caches, &caches->l2[cpu], line);
	}
}

static void llc_put(struct pb_caches *caches, uint32_t line)
{
	uint32_t out;

	if (cache_use(caches, &caches->llc, line))
		return;
	if (cache_put(caches, &caches->llc, line, &out) && caches->inclusive)
		copies_drop(caches, caches->states[out].holders, out);
}

/* What no longer fits into the L2 leaves the D1 as well; what was changed goes to the LLC. */
static void own_put(struct pb_caches *caches, uint32_t cpu, uint32_t line)
{
	uint32_t out;

	if (!cache_put(caches, &caches->l2[cpu], line, &out))
		return;
	if (caches->states[out].owner == (int8_t)cpu && caches->states[out].modified)
		llc_put(caches, out);
	copies_drop(caches, UINT64_C(1) << cpu, out);
}

/* The line is in none of this CPU's caches: whoever has it gives it, else the memory does. */
static void line_fetch(struct pb_caches *caches, uint32_t cpu, uint32_t line, bool write,
		       struct pb_touch *touch)
{
	struct state *state = &caches->states[line];
	uint64_t others = state->holders;

	touch->transfer = state->owner != NOBODY && state->modified;
	touch->llc_miss = !cache_use(caches, &caches->llc, line) && !others;
	if (write) {
		touch->lost = others;
		copies_drop(caches, others, line);
	} else {
		state->owner = NOBODY;
		state->modified = false;
	}
	llc_put(caches, line);
	own_put(caches, cpu, line);
	state->owner = state->holders ? NOBODY : (int8_t)cpu;
	state->holders |= UINT64_C(1) << cpu;
}

struct pb_touch pb_caches_touch(struct pb_caches *caches, uint32_t cpu, uint32_t line, bool write)
{
	struct state *state = &caches->states[line];
	uint64_t bit = UINT64_C(1) << cpu;
	struct pb_touch touch = { 0 };
	uint32_t out;

	touch.d1_miss = !cache_use(caches, &caches->d1[cpu], line);
	/* The D1 filters what the L2 sees of a line's use, but not that it holds the line. */
	touch.l2_miss = touch.d1_miss && !cache_use(caches, &caches->l2[cpu], line);
	if (touch.l2_miss)
		line_fetch(caches, cpu, line, write, &touch);
	if (touch.d1_miss)
		(void)cache_put(caches, &caches->d1[cpu], line, &out);
	if (!write)
		return touch;
	if (state->owner != (int8_t)cpu) {
		touch.upgrade = true;
		touch.lost = state->holders & ~bit;
		copies_drop(caches, touch.lost, line);
		state->owner = (int8_t)cpu;
	}
	state->modified = true;
	return touch;
}
