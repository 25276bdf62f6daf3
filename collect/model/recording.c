// SPDX-License-Identifier: GPL-2.0-only
/*
 * recording - the accesses of one cell, read from the plugin's file and put in order by CPU.
 * Why: a replay goes through them many times, and wants small steps and lines with small numbers.
 */
#include "collect/model/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/err.h"

/* Numbers of lines by address: open addressing, never more than half full. */
struct line_table {
	uint32_t *slots; /* number + 1; 0: empty */
	size_t room;
};

/* While a recording is being put together. */
struct making {
	struct pb_recording recording;
	struct line_table table;
	size_t lines_room;
	struct {
		uint32_t window, call; /* the last that touched the line; numbers over all CPUs */
		uint64_t cpus;
		bool written;
	} * lines;
	uint32_t nr_calls[PB_RECORDING_MAX_CPUS]; /* in all, by CPU */
	uint32_t window, call;
	bool in_window;
	uint8_t phase;     /* of the window */
	uint32_t clock;    /* of the last record of this CPU */
	size_t steps_room; /* of the last track */
	const struct pb_sites *sites;
	size_t nr_taken; /* records so far */
};

void pb_recording_done(struct pb_recording *recording)
{
	for (uint32_t i = 0; i < recording->nr_cpus; i++)
		free(recording->tracks[i].steps);
	free(recording->tracks);
	free(recording->phys);
	free(recording->shared);
	*recording = (struct pb_recording){ 0 };
}

static void making_done(struct making *making)
{
	pb_recording_done(&making->recording);
	free(making->table.slots);
	free(making->lines);
}

static uint32_t *slot_find(const struct making *making, uint64_t phys)
{
	size_t mask = making->table.room - 1;
	size_t at = phys * 0x9e3779b97f4a7c15 >> 32; /* 2^64 / golden ratio */

	for (;; at++) {
		uint32_t *slot = &making->table.slots[at & mask];

		if (!*slot || making->recording.phys[*slot - 1] == phys)
			return slot;
	}
}

static int lines_grow(struct making *making)
{
	size_t room = making->lines_room ? 2 * making->lines_room : 4096;
	uint64_t *phys = reallocarray(making->recording.phys, room, sizeof(*phys));
	void *lines;

	if (!phys)
		return pb_fail(-ENOMEM, "out of memory");
	making->recording.phys = phys;
	lines = reallocarray(making->lines, room, sizeof(*making->lines));
	if (!lines)
		return pb_fail(-ENOMEM, "out of memory");
	making->lines = lines;
	making->lines_room = room;
	free(making->table.slots);
	making->table.room = 2 * room;
	making->table.slots = calloc(making->table.room, sizeof(*making->table.slots));
	if (!making->table.slots)
		return pb_fail(-ENOMEM, "out of memory");
	for (uint32_t i = 0; i < making->recording.nr_lines; i++)
		*slot_find(making, phys[i]) = i + 1;
	return 0;
}

static int line_number(struct making *making, uint64_t phys, uint32_t *ret_line)
{
	uint32_t *slot;

	if (making->recording.nr_lines == making->lines_room) {
		int ret = lines_grow(making);

		if (ret)
			return ret;
	}
	slot = slot_find(making, phys);
	if (!*slot) {
		uint32_t line = making->recording.nr_lines++;

		making->recording.phys[line] = phys;
		memset(&making->lines[line], 0, sizeof(making->lines[line]));
		*slot = line + 1;
	}
	*ret_line = *slot - 1;
	return 0;
}

/* Workers take turns, so that what one CPU did stands together. */
static int track_of(struct making *making, uint8_t cpu, struct pb_cpu_track **ret_track)
{
	struct pb_recording *recording = &making->recording;
	struct pb_cpu_track *tracks = recording->tracks;

	if (recording->nr_cpus && tracks[recording->nr_cpus - 1].cpu == cpu) {
		*ret_track = &tracks[recording->nr_cpus - 1];
		return 0;
	}
	if (making->in_window)
		return pb_fail(-EBADMSG, "CPU %u begins inside of CPU %u's window", cpu,
			       tracks[recording->nr_cpus - 1].cpu);
	for (uint32_t i = 0; i < recording->nr_cpus; i++)
		if (tracks[i].cpu == cpu)
			return pb_fail(-EBADMSG, "CPU %u begins a second time", cpu);
	tracks = reallocarray(tracks, recording->nr_cpus + 1, sizeof(*tracks));
	if (!tracks)
		return pb_fail(-ENOMEM, "out of memory");
	recording->tracks = tracks;
	*ret_track = &tracks[recording->nr_cpus++];
	**ret_track = (struct pb_cpu_track){ .cpu = cpu };
	making->steps_room = 0;
	return 0;
}

static int step_add(struct making *making, struct pb_cpu_track *track,
		    const struct pb_track_step *step)
{
	if (track->nr_steps == making->steps_room) {
		size_t room = making->steps_room ? 2 * making->steps_room : 4096;
		struct pb_track_step *steps = reallocarray(track->steps, room, sizeof(*steps));

		if (!steps)
			return pb_fail(-ENOMEM, "out of memory");
		track->steps = steps;
		making->steps_room = room;
	}
	track->steps[track->nr_steps++] = *step;
	return 0;
}

/* The store of a locked instruction whose load stands before it: one access that writes. */
static bool locked_join(struct pb_cpu_track *track, const struct pb_access *access, uint32_t line)
{
	struct pb_track_step *last = track->nr_steps ? &track->steps[track->nr_steps - 1] : NULL;
	const uint8_t offset = access->paddr & (PB_LINE_BYTES - 1);

	if (!last || !(access->flags_size & PB_ACCESS_LOCKED) ||
	    !(access->flags_size & PB_ACCESS_STORE))
		return false;
	if (!(last->flags & PB_STEP_LOCKED) || last->flags & PB_STEP_STORES || last->line != line ||
	    last->offset != offset || last->clock != access->clock)
		return false;
	last->flags |= PB_STEP_STORES;
	return true;
}

static int line_touch(struct making *making, struct pb_cpu_track *track,
		      const struct pb_access *access, uint64_t paddr, uint32_t bytes,
		      struct pb_track_step *step)
{
	int ret = line_number(making, paddr >> PB_LINE_SHIFT, &step->line);

	if (ret)
		return ret;
	making->lines[step->line].cpus |= UINT64_C(1) << access->cpu;
	making->lines[step->line].written |= access->flags_size & PB_ACCESS_STORE;
	if (!(step->flags & PB_STEP_AGAIN) && locked_join(track, access, step->line))
		return 0;
	step->offset = paddr & (PB_LINE_BYTES - 1);
	step->bytes = (uint8_t)bytes;
	if (making->lines[step->line].window != making->window)
		step->flags |= PB_STEP_FIRST;
	if (making->lines[step->line].call != making->call)
		step->flags |= PB_STEP_FIRST_OF_CALL;
	making->lines[step->line].window = making->window;
	making->lines[step->line].call = making->call;
	return step_add(making, track, step);
}

static int memory_take(struct making *making, struct pb_cpu_track *track,
		       const struct pb_access *access)
{
	uint32_t bytes = pb_access_bytes(access);
	uint32_t here = PB_LINE_BYTES - (access->paddr & (PB_LINE_BYTES - 1));
	bool is_counted = track->nr_calls > making->nr_calls[access->cpu] / 4;
	struct pb_track_step step = {
		.clock = access->clock,
		.phase = access->phase,
		.flags = (access->flags_size & PB_ACCESS_STORE ? PB_STEP_STORES : PB_STEP_LOADS) |
			 (access->flags_size & PB_ACCESS_LOCKED ? PB_STEP_LOCKED : 0) |
			 (is_counted ? PB_STEP_COUNTED : 0),
	};
	int ret;

	if (bytes > PB_LINE_BYTES)
		return pb_fail(-EBADMSG, "an access of %" PRIu32 " bytes, valid are 1 to %d", bytes,
			       PB_LINE_BYTES);
	step.site = making->sites->site(making->sites->data, access);
	if (step.site == UINT32_MAX)
		return -ENOMEM;
	ret = line_touch(making, track, access, access->paddr, bytes < here ? bytes : here, &step);
	if (ret || bytes <= here)
		return ret;
	/* The kernel's memory lies in one piece, and so does what reaches into the next line. */
	step.flags = (step.flags & ~(PB_STEP_FIRST | PB_STEP_FIRST_OF_CALL)) | PB_STEP_AGAIN;
	return line_touch(making, track, access, access->paddr + here, bytes - here, &step);
}

/* Windows follow one another, and inside of them the CPU's clock does not go back. */
static int order_check(struct making *making, const struct pb_access *access)
{
	bool begins = access->kind == PB_ACCESS_BEGIN;

	if (!begins && making->in_window && access->clock < making->clock)
		return pb_fail(-EBADMSG,
			       "the clock of CPU %u goes back, from %" PRIu32 " to %" PRIu32,
			       access->cpu, making->clock, access->clock);
	if (begins && making->in_window)
		return pb_fail(-EBADMSG, "a window begins inside of another");
	if (!begins && !making->in_window)
		return pb_fail(-EBADMSG, "%s outside of a window",
			       access->kind == PB_ACCESS_MEMORY ? "an access" : "an end");
	if (!begins && access->phase != making->phase)
		return pb_fail(-EBADMSG, "phase %u in a window of phase %u", access->phase,
			       making->phase);
	making->clock = access->clock;
	making->phase = access->phase;
	return 0;
}

static int record_take(struct making *making, const struct pb_access *access)
{
	struct pb_cpu_track *track = NULL;
	int ret;

	if (access->cpu >= PB_RECORDING_MAX_CPUS)
		return pb_fail(-EBADMSG, "CPU %u", access->cpu);
	if (access->kind == PB_ACCESS_OBJECT)
		return 0; /* the first pass had it */
	if (access->phase >= PB_ACCESS_NR_PHASES)
		return pb_fail(-EBADMSG, "phase %u", access->phase);
	if (access->kind < PB_ACCESS_MEMORY || access->kind > PB_ACCESS_ENDS)
		return pb_fail(-EBADMSG, "kind %u", access->kind);
	ret = track_of(making, access->cpu, &track);
	if (!ret)
		ret = order_check(making, access);
	if (ret)
		return ret;
	switch (access->kind) {
	case PB_ACCESS_MEMORY:
		return memory_take(making, track, access);
	case PB_ACCESS_BEGIN:
		making->in_window = true;
		making->window++;
		making->call += access->phase == PB_ACCESS_ACQUIRE;
		track->nr_calls += access->phase == PB_ACCESS_ACQUIRE;
		return 0;
	default: /* PB_ACCESS_ENDS */
		making->in_window = false;
		track->length = access->clock; /* of all calls, for now */
		return 0;
	}
}

/* Before the first access: where objects lie, and how many calls there are to come. */
static int records_look(struct making *making, const struct pb_access *records, size_t nr_records)
{
	int ret = 0;

	for (size_t i = 0; i < nr_records && !ret; i++) {
		const struct pb_access *record = &records[i];

		if (record->kind == PB_ACCESS_OBJECT)
			ret = making->sites->object(making->sites->data, record);
		else if (record->kind == PB_ACCESS_BEGIN && record->phase == PB_ACCESS_ACQUIRE &&
			 record->cpu < PB_RECORDING_MAX_CPUS)
			making->nr_calls[record->cpu]++;
	}
	return ret;
}

static int records_take(struct making *making, const struct pb_access *records, size_t nr_records)
{
	int ret = 0;

	for (size_t i = 0; i < nr_records && !ret; i++) {
		ret = record_take(making, &records[i]);
		if (ret == -EBADMSG)
			ret = pb_fail_in(ret, "record %zu", making->nr_taken);
		making->nr_taken++;
	}
	return ret;
}

static void tracks_close(struct pb_recording *recording)
{
	for (uint32_t i = 0; i < recording->nr_cpus; i++) {
		struct pb_cpu_track *track = &recording->tracks[i];

		track->nr_counted = track->nr_calls - track->nr_calls / 4;
		track->length = track->nr_calls ? track->length / track->nr_calls : 0;
	}
}

static int shared_find(struct making *making)
{
	struct pb_recording *recording = &making->recording;

	recording->shared = calloc(recording->nr_lines ? recording->nr_lines : 1, sizeof(bool));
	if (!recording->shared)
		return pb_fail(-ENOMEM, "out of memory");
	for (uint32_t i = 0; i < recording->nr_lines; i++) {
		uint64_t cpus = making->lines[i].cpus;

		recording->shared[i] = making->lines[i].written && cpus & (cpus - 1);
	}
	return 0;
}

/* All records were taken. */
static int making_end(struct making *making, struct pb_recording *ret_recording)
{
	int ret = 0;

	if (making->in_window)
		ret = pb_fail(-EBADMSG, "its last window does not end");
	else if (!making->recording.nr_cpus)
		ret = pb_fail(-ENODATA, "it holds no window");
	if (ret)
		return ret;
	tracks_close(&making->recording);
	ret = shared_find(making);
	if (ret)
		return ret;
	*ret_recording = making->recording;
	making->recording = (struct pb_recording){ 0 };
	return 0;
}

int pb_recording_make(const struct pb_access *records, size_t nr_records,
		      const struct pb_sites *sites, struct pb_recording *ret_recording)
{
	pb_cleanup(making_done) struct making making = { .sites = sites };
	int ret = records_look(&making, records, nr_records);

	if (!ret)
		ret = records_take(&making, records, nr_records);
	return ret ? ret : making_end(&making, ret_recording);
}

/* A recording's file, which is read and not mapped: it may become shorter meanwhile. */
struct file {
	const char *path;
	int fd;
	size_t nr; /* records in front of the last one */
};

enum { CHUNK_RECORDS = 2048 };

static int bytes_read(const struct file *file, void *to, size_t len, off_t at)
{
	char *next = to;

	while (len) {
		ssize_t got = pread(file->fd, next, len, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pb_fail(-errno, "cannot read '%s': %s", file->path, strerror(errno));
		if (!got)
			return pb_fail(-ENODATA, "the recording '%s' was cut off while it was read",
				       file->path);
		next += got;
		at += got;
		len -= (size_t)got;
	}
	return 0;
}

static int records_read(const struct file *file, struct pb_access *to, size_t nr, size_t first)
{
	size_t at = sizeof(struct pb_recording_head) + first * sizeof(*to);

	return bytes_read(file, to, nr * sizeof(*to), (off_t)at);
}

static int records_each(const struct file *file, struct making *making,
			int (*take)(struct making *making, const struct pb_access *records,
				    size_t nr_records))
{
	_cleanup_free_ struct pb_access *chunk = calloc(CHUNK_RECORDS, sizeof(*chunk));
	int ret = chunk ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (size_t at = 0; at < file->nr && !ret; at += CHUNK_RECORDS) {
		size_t nr = file->nr - at < CHUNK_RECORDS ? file->nr - at : CHUNK_RECORDS;

		ret = records_read(file, chunk, nr, at);
		if (ret)
			return ret;
		ret = take(making, chunk, nr);
		if (ret && ret != -ENOMEM)
			ret = pb_fail_in(ret, "'%s'", file->path);
	}
	return ret;
}

static int head_check(const struct pb_recording_head *head, const char *path)
{
	if (memcmp(head->magic, PB_RECORDING_MAGIC, sizeof(head->magic)) != 0)
		return pb_fail(-EBADMSG, "'%s' is no recording of pinbench", path);
	if (head->record_bytes != sizeof(struct pb_access))
		return pb_fail(-EBADMSG, "'%s': records of %" PRIu32 " bytes, valid are %zu", path,
			       head->record_bytes, sizeof(struct pb_access));
	return 0;
}

/* The last record says how many come before it. */
static int end_check(struct file *file, size_t len)
{
	struct pb_access last = { 0 };
	size_t nr = len / sizeof(last);
	int ret = nr ? records_read(file, &last, 1, nr - 1) : 0;

	if (ret)
		return ret;
	if (!nr || len % sizeof(last) || last.kind != PB_ACCESS_END || last.vaddr != nr - 1)
		return pb_fail(-ENODATA,
			       "the recording '%s' was cut off after %zu accesses: a full disk, or "
			       "the guest ended",
			       file->path, nr);
	file->nr = nr - 1;
	return 0;
}

static int file_open(struct file *file, struct pb_recording_head *head)
{
	struct stat info;
	int ret;

	if (file->fd < 0 || fstat(file->fd, &info))
		return pb_fail(-errno, "cannot read '%s': %s", file->path, strerror(errno));
	if (!S_ISREG(info.st_mode) || (size_t)info.st_size < sizeof(*head))
		return pb_fail(-EBADMSG, "'%s' is no recording of pinbench", file->path);
	ret = bytes_read(file, head, sizeof(*head), 0);
	if (!ret)
		ret = head_check(head, file->path);
	return ret ? ret : end_check(file, (size_t)info.st_size - sizeof(*head));
}

int pb_recording_load(const char *path, const struct pb_sites *sites,
		      struct pb_recording *ret_recording)
{
	/* A pipe is refused below, and nobody waits for its other end. */
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	pb_cleanup(making_done) struct making making = { .sites = sites };
	struct file file = { .path = path, .fd = fd };
	struct pb_recording_head head;
	int ret = file_open(&file, &head);

	if (!ret)
		ret = records_each(&file, &making, records_look);
	if (!ret)
		ret = records_each(&file, &making, records_take);
	if (ret)
		return ret;
	ret = making_end(&making, ret_recording);
	if (ret)
		return ret == -ENOMEM ? ret : pb_fail_in(ret, "'%s'", path);
	ret_recording->cell = head.cell;
	return 0;
}
