// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay - one interleaving of a recording's CPUs, and what their caches would have made of it.
 * Why: who touches a line next decides what that costs, so the order is made here, once, by a seed.
 */
#include "collect/model/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/caches.h"
#include "common/err.h"

const char *const pb_model_metrics[PB_MODEL_NR_METRICS] = {
	[PB_MODEL_LOADS] = "loads",
	[PB_MODEL_STORES] = "stores",
	[PB_MODEL_LOCKED] = "locked",
	[PB_MODEL_D1_MISSES] = "d1-misses",
	[PB_MODEL_L2_MISSES] = "l2-misses",
	[PB_MODEL_LLC_MISSES] = "llc-misses",
	[PB_MODEL_COLD_LINES] = "cold-lines",
	[PB_MODEL_TRANSFERS] = "transfers",
	[PB_MODEL_UPGRADES] = "upgrades",
	[PB_MODEL_INVALIDATIONS] = "invalidations",
	[PB_MODEL_FALSE_SHARING] = "false-sharing",
};

const char *const pb_model_phases[PB_MODEL_NR_PHASES] = {
	[PB_MODEL_ACQUIRE] = "acquire",
	[PB_MODEL_RELEASE] = "release",
	[PB_MODEL_CALL] = "call",
};

/*
 * What one CPU has to do with one shared line. A transfer is true sharing as soon as a byte is used
 * that others wrote while the line was elsewhere; if the line is lost before, it was false.
 */
struct stake {
	uint64_t foreign; /* bytes that others wrote since this CPU lost the line */
	uint64_t sought;  /* of the transfer that brought it: those that make it true; 0: settled */
	uint32_t site;
	uint8_t phase;
	bool counted;
};

struct running {
	const struct pb_recording *recording;
	struct pb_caches *caches;
	uint32_t *shared; /* of each line: its number among the shared ones */
	struct stake *stakes;
	uint64_t offsets[PB_RECORDING_MAX_CPUS];
	size_t at[PB_RECORDING_MAX_CPUS];
	struct pb_replay *replay;
};

static void running_done(struct running *running)
{
	pb_caches_free(running->caches);
	free(running->shared);
	free(running->stakes);
}

/* Steele, Lea, Flood 2014: a counter, mixed. */
static uint64_t seed_mix(uint64_t seed)
{
	seed += 0x9e3779b97f4a7c15;
	seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9;
	seed = (seed ^ seed >> 27) * 0x94d049bb133111eb;
	return seed ^ seed >> 31;
}

static int running_init(struct running *running, const struct pb_recording *recording,
			const struct pb_geometry *geometry, uint64_t seed)
{
	uint32_t nr_shared = 0;
	int ret;

	running->recording = recording;
	running->shared = calloc(recording->nr_lines + 1, sizeof(*running->shared));
	if (!running->shared)
		return pb_fail(-ENOMEM, "out of memory");
	for (uint32_t line = 0; line < recording->nr_lines; line++)
		if (recording->shared[line])
			running->shared[line] = nr_shared++;
	running->stakes =
		calloc((size_t)nr_shared * recording->nr_cpus + 1, sizeof(*running->stakes));
	if (!running->stakes)
		return pb_fail(-ENOMEM, "out of memory");
	for (uint32_t cpu = 0; cpu < recording->nr_cpus; cpu++) {
		uint32_t length = recording->tracks[cpu].length;
		uint64_t random = seed_mix(seed_mix(seed) + cpu);

		running->offsets[cpu] = length ? random % length : 0;
	}
	ret = pb_caches_new(geometry, recording->nr_cpus, recording->phys, recording->nr_lines,
			    &running->caches);
	return ret;
}

static void count(struct running *running, uint8_t phase, uint32_t site, uint8_t flags,
		  enum pb_model_metric metric, uint64_t nr)
{
	if (!(flags & PB_STEP_COUNTED) || !nr)
		return;
	running->replay->phases[phase].of[metric] += nr;
	running->replay->phases[PB_MODEL_CALL].of[metric] += nr;
	running->replay->sites[site].of[metric] += nr;
}

static struct stake *stake_of(struct running *running, uint32_t line, uint32_t cpu)
{
	return &running->stakes[(size_t)running->shared[line] * running->recording->nr_cpus + cpu];
}

static void stake_lose(struct running *running, struct stake *stake)
{
	if (stake->sought)
		count(running, stake->phase, stake->site, stake->counted ? PB_STEP_COUNTED : 0,
		      PB_MODEL_FALSE_SHARING, 1);
	stake->sought = 0;
}

/* Which CPUs used what others wrote. */
static void sharing_follow(struct running *running, uint32_t cpu, const struct pb_track_step *step,
			   const struct pb_touch *touch)
{
	uint64_t bytes = (step->bytes == 64 ? 0 : UINT64_C(1) << step->bytes) - 1;
	struct stake *own = stake_of(running, step->line, cpu);
	uint32_t nr_cpus = running->recording->nr_cpus;

	bytes <<= step->offset;
	for (uint64_t lost = touch->lost; lost; lost &= lost - 1)
		stake_lose(running, stake_of(running, step->line, (uint32_t)__builtin_ctzll(lost)));
	if (touch->l2_miss)
		stake_lose(running, own); /* it had fallen out of the cache meanwhile */
	if (touch->transfer) {
		own->sought = own->foreign;
		own->site = step->site;
		own->phase = step->phase;
		own->counted = step->flags & PB_STEP_COUNTED;
	}
	if (touch->l2_miss)
		own->foreign = 0;
	if (own->sought & bytes)
		own->sought = 0;
	for (uint32_t i = 0; i < nr_cpus && step->flags & PB_STEP_STORES; i++)
		if (i != cpu)
			stake_of(running, step->line, i)->foreign |= bytes;
}

static void fixed_count(struct running *running, const struct pb_track_step *step)
{
	bool begins = !(step->flags & PB_STEP_AGAIN);
	uint8_t phase = step->phase, flags = step->flags;
	struct pb_model_counts *call = &running->replay->phases[PB_MODEL_CALL];

	count(running, phase, step->site, flags, PB_MODEL_LOADS, begins && (flags & PB_STEP_LOADS));
	count(running, phase, step->site, flags, PB_MODEL_STORES,
	      begins && (flags & PB_STEP_STORES));
	count(running, phase, step->site, flags, PB_MODEL_LOCKED,
	      begins && (flags & PB_STEP_LOCKED));
	if (!(flags & PB_STEP_COUNTED))
		return;
	if (flags & PB_STEP_FIRST)
		running->replay->phases[phase].of[PB_MODEL_COLD_LINES]++;
	if (flags & PB_STEP_FIRST_OF_CALL) {
		call->of[PB_MODEL_COLD_LINES]++;
		running->replay->sites[step->site].of[PB_MODEL_COLD_LINES]++;
	}
}

static void step_run(struct running *running, uint32_t cpu, const struct pb_track_step *step)
{
	struct pb_touch touch =
		pb_caches_touch(running->caches, cpu, step->line, step->flags & PB_STEP_STORES);
	uint8_t phase = step->phase, flags = step->flags;
	uint64_t nr_lost = (uint64_t)__builtin_popcountll(touch.lost);

	fixed_count(running, step);
	count(running, phase, step->site, flags, PB_MODEL_D1_MISSES, touch.d1_miss);
	count(running, phase, step->site, flags, PB_MODEL_L2_MISSES, touch.l2_miss);
	count(running, phase, step->site, flags, PB_MODEL_LLC_MISSES, touch.llc_miss);
	count(running, phase, step->site, flags, PB_MODEL_TRANSFERS, touch.transfer);
	count(running, phase, step->site, flags, PB_MODEL_UPGRADES, touch.upgrade);
	count(running, phase, step->site, flags, PB_MODEL_INVALIDATIONS, nr_lost);
	if (running->recording->shared[step->line])
		sharing_follow(running, cpu, step, &touch);
}

/* The CPU whose turn it is, and how long it is: until the next one's clock. */
static bool turn_find(const struct running *running, uint32_t *ret_cpu, uint64_t *ret_until)
{
	uint64_t least = UINT64_MAX, next = UINT64_MAX;

	for (uint32_t cpu = 0; cpu < running->recording->nr_cpus; cpu++) {
		const struct pb_cpu_track *track = &running->recording->tracks[cpu];
		uint64_t clock;

		if (running->at[cpu] == track->nr_steps)
			continue;
		clock = track->steps[running->at[cpu]].clock + running->offsets[cpu];
		if (clock < least) {
			next = least;
			least = clock;
			*ret_cpu = cpu;
		} else if (clock < next) {
			next = clock;
		}
	}
	*ret_until = next;
	return least != UINT64_MAX;
}

static void turns_run(struct running *running)
{
	uint64_t until;
	uint32_t cpu;

	while (turn_find(running, &cpu, &until)) {
		const struct pb_cpu_track *track = &running->recording->tracks[cpu];

		do {
			step_run(running, cpu, &track->steps[running->at[cpu]]);
		} while (++running->at[cpu] < track->nr_steps &&
			 track->steps[running->at[cpu]].clock + running->offsets[cpu] < until);
	}
}

int pb_replay_run(const struct pb_recording *recording, const struct pb_geometry *geometry,
		  uint64_t seed, uint32_t nr_sites, struct pb_replay *ret_replay)
{
	pb_cleanup(pb_replay_done) struct pb_replay replay = { .nr_sites = nr_sites };
	pb_cleanup(running_done) struct running running = { .replay = &replay };
	int ret;

	replay.sites = calloc(nr_sites + 1, sizeof(*replay.sites));
	if (!replay.sites)
		return pb_fail(-ENOMEM, "out of memory");
	ret = running_init(&running, recording, geometry, seed);
	if (ret)
		return ret;
	turns_run(&running);
	for (uint32_t cpu = 0; cpu < recording->nr_cpus; cpu++)
		replay.nr_calls += recording->tracks[cpu].nr_counted;
	*ret_replay = replay;
	replay = (struct pb_replay){ 0 };
	return 0;
}

void pb_replay_done(struct pb_replay *replay)
{
	free(replay->sites);
	*replay = (struct pb_replay){ 0 };
}
