// SPDX-License-Identifier: GPL-2.0-only
/*
 * tell - what a run says of itself beside its cells: the kernel, the calls, and how quiet it was.
 * Why: see tell.h.
 */
#include "bench/backends/syscall/tell.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/backends/syscall/clock.h"
#include "collect/hardware.h"
#include "common/err.h"
#include "common/str.h"

static int fact_put(const struct pb_record_sink *sink, void *data, const char *strategy,
		    const char *what, const char *text)
{
	_cleanup_free_ char *key =
		pb_format("syscall.%s%s%s", strategy, *strategy ? "." : "", what);

	if (!key)
		return -ENOMEM;
	return text && sink->fact ? sink->fact(data, key, text) : 0;
}

/*
 * Where threads at once use another call than one alone, that one's facts have names of their own.
 */
static int consumer_tell(const struct pb_user *consumer, const struct pb_record_sink *sink,
			 void *data)
{
	bool alone = pb_user_find(consumer->strategy, false) == consumer;
	_cleanup_free_ char *name = pb_format("%s%s", consumer->strategy, alone ? "" : ".at-once");
	const struct {
		const char *what, *text;
	} facts[] = {
		{ "call", consumer->name },
		{ "baseline", consumer->baseline },
		{ "release-absent", consumer->unreleased },
		{ "pair", consumer->pair },
	};
	int ret = name ? 0 : -ENOMEM;

	for (size_t i = 0; i < PB_ARRAY_SIZE(facts) && !ret; i++)
		ret = fact_put(sink, data, name, facts[i].what, facts[i].text);
	return ret;
}

int pb_tell_facts(const struct pb_record_sink *sink, void *data)
{
	struct utsname name;
	int ret = 0;

	if (uname(&name))
		return pb_fail(-errno, "uname: %s", strerror(errno));
	if (sink->fact) {
		ret = sink->fact(data, "kernel.release", name.release);
		if (!ret)
			ret = sink->fact(data, "kernel.version", name.version);
		if (!ret)
			ret = sink->fact(data, "kernel.arch", name.machine);
		if (!ret)
			ret = pb_hardware_facts("", sink->fact, data);
	}
	if (!ret)
		ret = fact_put(sink, data, "", "clock", PB_CLOCK_NAME);
	for (size_t i = 0; pb_users[i] && !ret; i++)
		ret = consumer_tell(pb_users[i], sink, data);
	return ret;
}

static int identity_tell(const struct pb_trials_outcome *outcome, const struct pb_record_sink *sink,
			 void *data)
{
	size_t nr_counted = 0, nr_by_name = 0;
	const char *why = NULL;
	char text[320];

	for (size_t i = 0; i < outcome->nr_tracks; i++) {
		const struct pb_track *track = &outcome->tracks[i];

		nr_counted += track->proved && track->identity.counted;
		nr_by_name += track->proved && !track->identity.counted;
		if (track->proved && !track->identity.counted)
			why = track->identity.why;
	}
	snprintf(text, sizeof(text), "%zu cells by /proc/vmstat; %zu by name alone%s%s", nr_counted,
		 nr_by_name, why ? ": " : "", why ? why : "");
	return fact_put(sink, data, "", "identity", text);
}

/* Were the pages what the cells say they were? */
static int memory_tell(const struct pb_trials_outcome *outcome, const struct pb_record_sink *sink,
		       void *data)
{
	size_t nr[PB_PROOF_NONE + 1] = { 0 };
	const char *why = NULL;
	char text[448];

	for (size_t i = 0; i < outcome->nr_tracks; i++) {
		const struct pb_track *track = &outcome->tracks[i];

		nr[track->proof.by] += track->proved;
		if (track->proved && track->proof.by != PB_PROOF_PAGES)
			why = track->proof.why;
	}
	snprintf(text, sizeof(text),
		 "%zu cells by their pages' flags; %zu by /proc/self/smaps alone; %zu not%s%s",
		 nr[PB_PROOF_PAGES], nr[PB_PROOF_SMAPS], nr[PB_PROOF_NONE], why ? ": " : "",
		 why ? why : "");
	return fact_put(sink, data, "", "memory", text);
}

/* How fast the core ran, and how often it was not ours alone. */
static int core_tell(const struct pb_trials_outcome *outcome, const struct pb_record_sink *sink,
		     void *data)
{
	double least = INFINITY, most = 0;
	size_t nr = 0, nr_shared = 0;
	char text[128];
	int ret;

	for (size_t i = 0; i < outcome->nr_tracks; i++) {
		const struct pb_track *track = &outcome->tracks[i];

		nr += track->nr;
		nr_shared += pb_track_nr_shared(track, outcome->quiet);
		for (size_t j = 0; j < track->nr; j++) {
			least = fmin(least, track->values[PB_KIND_CYCLE][j]);
			most = fmax(most, track->values[PB_KIND_CYCLE][j]);
		}
	}
	if (!nr)
		return 0;
	snprintf(text, sizeof(text), "%.2f to %.2f", 1 / most, 1 / least);
	ret = fact_put(sink, data, "", "core-ghz", text);
	snprintf(text, sizeof(text), "%zu of %zu samples, after %u rounds of %u", nr_shared, nr,
		 outcome->nr_rounds, outcome->nr_planned);
	return ret ? ret : fact_put(sink, data, "", "core-shared", text);
}

int pb_tell_outcome(const struct pb_trials_outcome *outcome, const struct pb_record_sink *sink,
		    void *data)
{
	double load[1] = { 0 };
	char text[16];
	int ret = identity_tell(outcome, sink, data);

	if (!ret)
		ret = memory_tell(outcome, sink, data);
	if (!ret)
		ret = core_tell(outcome, sink, data);
	if (ret || getloadavg(load, 1) != 1)
		return ret;
	snprintf(text, sizeof(text), "%.2f", load[0]);
	return fact_put(sink, data, "", "load", text);
}
