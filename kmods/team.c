// SPDX-License-Identifier: GPL-2.0-only
/*
 * team - PB_IOC_GROUP, PB_IOC_GROUP_DROP, PB_IOC_STEP, and what a run asks of its group.
 * Why: nobody may wait for ever for a thread that never comes, was killed, or has no CPU; so every
 * wait ends by a signal, by the end of the group, or after PB_WAIT_S seconds.
 */
#include "team.h"

#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "compat/resched.h"
#include "core.h"

static void team_free(struct kref *ref)
{
	kvfree(container_of(ref, struct pb_team, ref));
}

static void team_cancel(struct pb_team *team)
{
	/* pairs with pb_team_cancelled(): who sees it sees whose finish came before */
	smp_store_release(&team->cancelled, true);
	wake_up_all(&team->wait);
}

bool pb_team_cancelled(struct pb_team *team)
{
	/* pairs with team_cancel() */
	return smp_load_acquire(&team->cancelled);
}

bool pb_team_finished(struct pb_team *team)
{
	return atomic_read(&team->nr_finished) == team->nr_workers;
}

void pb_team_finish(struct pb_team *team)
{
	atomic_inc(&team->nr_finished);
	wake_up_all(&team->wait);
}

static int group_check(const struct pb_group *group)
{
	if (group->pad || group->flags & ~PB_GROUP_ALL || !group->nr_workers)
		return -EINVAL;
	if (!group->delay_us != !(group->flags & PB_GROUP_LATE))
		return -EINVAL;
	if (group->nr_workers > PB_MAX_WORKERS || group->nr_workers > num_online_cpus())
		return -E2BIG;
	return group->delay_us > PB_MAX_DELAY_US ? -E2BIG : 0;
}

static int team_new(const struct pb_group *group, struct pb_team **ret_team)
{
	struct pb_team *team;

	team = pb_alloc(1, struct_size(team, workers, group->nr_workers));
	if (!team)
		return -ENOMEM;
	kref_init(&team->ref);
	init_waitqueue_head(&team->wait);
	team->nr_workers = group->nr_workers;
	team->delay_us = group->delay_us;
	*ret_team = team;
	return 0;
}

int pb_team_request(struct pb_file *file, struct pb_group *group)
{
	struct pb_team *team;
	int ret;

	group->handle = 0;
	ret = group_check(group);
	if (ret)
		return ret;
	if (atomic_inc_return(&file->nr_teams) > PB_MAX_GROUPS) {
		ret = -ENOSPC;
		goto return_room;
	}
	ret = team_new(group, &team);
	if (ret)
		goto return_room;
	ret = pb_handle_new(&file->teams, &file->last_team, team, &group->handle);
	if (ret)
		goto put_team;
	return 0;

put_team:
	kref_put(&team->ref, team_free);
return_room:
	atomic_dec(&file->nr_teams);
	return ret;
}

int pb_team_drop(struct pb_file *file, u32 handle)
{
	struct pb_team *team = xa_erase(&file->teams, handle);

	if (!team)
		return -ENOENT;
	atomic_dec(&file->nr_teams);
	team_cancel(team);
	kref_put(&team->ref, team_free);
	return 0;
}

/* The file is being closed: no run is under way, as each has a reference on the file. */
void pb_team_drop_all(struct pb_file *file)
{
	struct pb_team *team;
	unsigned long handle;

	xa_for_each(&file->teams, handle, team)
		kref_put(&team->ref, team_free);
	xa_destroy(&file->teams);
}

/* With a reference, or NULL. */
static struct pb_team *team_get(struct pb_file *file, u32 handle)
{
	struct pb_team *team;

	xa_lock(&file->teams);
	team = xa_load(&file->teams, handle);
	if (team)
		kref_get(&team->ref);
	xa_unlock(&file->teams);
	return team;
}

int pb_team_step(struct pb_file *file, struct pb_step *step)
{
	struct pb_team *team = team_get(file, step->group);
	int ret = 0;

	step->nr_steps = 0;
	if (!team)
		return -ENOENT;
	if (pb_team_cancelled(team) || pb_team_finished(team))
		ret = -ECANCELED;
	else
		step->nr_steps = atomic64_inc_return(&team->nr_steps);
	wake_up_all(&team->wait);
	kref_put(&team->ref, team_free);
	return ret;
}

int pb_team_join(struct pb_file *file, u32 handle, u32 worker, struct pb_team **ret_team)
{
	struct pb_team *team = team_get(file, handle);
	int ret = 0;

	if (!team)
		return -ENOENT;
	if (worker >= team->nr_workers)
		ret = -EINVAL;
	else if (test_and_set_bit(worker, team->taken))
		ret = -EBUSY;
	else if (pb_team_cancelled(team))
		ret = -ECANCELED;
	if (ret) {
		kref_put(&team->ref, team_free);
		return ret;
	}
	*ret_team = team;
	return 0;
}

void pb_team_leave(struct pb_team *team, int ret)
{
	if (ret)
		team_cancel(team);
	kref_put(&team->ref, team_free);
}

/* Waits asleep, until @condition or the end of the group. */
#define team_sleep(team, condition)                                                            \
	({                                                                                     \
		long _left = wait_event_interruptible_timeout(                                 \
			(team)->wait, (condition) || pb_team_cancelled(team), PB_WAIT_S * HZ); \
		_left > 0 ? 0 : _left < 0 ? -EINTR : -ETIMEDOUT;                               \
	})

/* Waits awake: whoever sleeps is late by what a wake-up takes. */
static int team_spin(struct pb_team *team)
{
	unsigned long deadline = jiffies + PB_WAIT_S * HZ;

	atomic_inc(&team->nr_ready);
	while (atomic_read(&team->nr_ready) < team->nr_workers) {
		cpu_relax();
		if (pb_team_cancelled(team))
			return -ECANCELED;
		if (signal_pending(current))
			return -EINTR;
		if (time_after(jiffies, deadline))
			return -ETIMEDOUT;
		pb_resched();
	}
	return 0;
}

/*
 * Until a time, not so many udelay()s: each of those begins anew, so that whatever keeps this CPU
 * from running is added up, and what udelay() takes for a microsecond was measured as the CPU came
 * up, which in a guest can be several.
 */
static int team_delay(u32 delay_us)
{
	const ktime_t end = ktime_add_us(ktime_get(), delay_us);

	while (ktime_before(ktime_get(), end)) {
		if (signal_pending(current))
			return -EINTR;
		cpu_relax();
		pb_resched();
	}
	return 0;
}

int pb_team_gather(struct pb_team *team, u32 worker)
{
	int ret;

	if (atomic_inc_return(&team->nr_come) == team->nr_workers)
		wake_up_all(&team->wait);
	ret = team_sleep(team, atomic_read(&team->nr_come) == team->nr_workers);
	if (!ret && pb_team_cancelled(team))
		ret = -ECANCELED;
	if (!ret)
		ret = team_spin(team);
	if (!ret && team->delay_us && worker == team->nr_workers - 1)
		ret = team_delay(team->delay_us);
	return ret;
}

/* A worker may take long, and all of them longer than anybody waits: each one's time begins anew. */
int pb_team_turn(struct pb_team *team, u32 turn)
{
	unsigned long since = jiffies;
	u32 seen = READ_ONCE(team->turn);

	/* pairs with pb_team_turn_pass() */
	while (smp_load_acquire(&team->turn) != turn) {
		cpu_relax();
		if (pb_team_cancelled(team))
			return -ECANCELED;
		if (signal_pending(current))
			return -EINTR;
		if (READ_ONCE(team->turn) != seen)
			since = jiffies;
		seen = READ_ONCE(team->turn);
		if (time_after(jiffies, since + PB_WAIT_S * HZ))
			return -ETIMEDOUT;
		pb_resched();
	}
	return 0;
}

void pb_team_turn_pass(struct pb_team *team)
{
	/* what this worker wrote comes before what the next one writes */
	smp_store_release(&team->turn, team->turn + 1);
}

int pb_team_pace(struct pb_team *team, u64 nr_steps)
{
	return team_sleep(team, pb_team_steps(team) >= nr_steps || pb_team_finished(team));
}

u64 pb_team_steps(struct pb_team *team)
{
	return atomic64_read(&team->nr_steps);
}

void pb_team_beat(struct pb_team *team, u32 worker)
{
	struct pb_worker *own = &team->workers[worker];

	WRITE_ONCE(own->cpu, raw_smp_processor_id());
	WRITE_ONCE(own->beats, own->beats + 1);
}

void pb_team_co_run_begin(struct pb_team *team, struct pb_co_run *co_run)
{
	u32 i;

	for (i = 0; i < team->nr_workers; i++)
		co_run->beats[i] = READ_ONCE(team->workers[i].beats);
}

/*
 * Peers that take turns on one CPU make calls meanwhile, too: in the middle of a window, as this
 * worker waits for the CPU. So a peer counts only if it is on another one.
 */
bool pb_team_co_run_counts(struct pb_team *team, u32 worker, const struct pb_co_run *co_run)
{
	u32 i, cpu = raw_smp_processor_id();

	for (i = 0; i < team->nr_workers; i++) {
		struct pb_worker *peer = &team->workers[i];

		if (i == worker)
			continue;
		if (READ_ONCE(peer->beats) - co_run->beats[i] < PB_CO_RUN_PEER)
			return false;
		if (READ_ONCE(peer->cpu) == cpu)
			return false;
	}
	return true;
}
