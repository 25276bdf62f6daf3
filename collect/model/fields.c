// SPDX-License-Identifier: GPL-2.0-only
/*
 * fields - which member of a kernel's structure lies at an offset, from that kernel's own BTF.
 * Why: an access is to an address; what contends is a field.
 */
#include "collect/model/fields.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/*
 * Members of a structure that is larger than a cache line are told apart. A kernel's own take some
 * hundreds of looks; unions of unions, sixteen deep, that somebody made up would take forever.
 */
enum { LINE_BYTES = 64, MAX_DEPTH = 16, MAX_LOOKS = 1 << 14 };

/* One search: what is asked for, and how many members may still be looked at. */
struct search {
	const struct btf *btf;
	const char *const *prefer;
	unsigned int looks;
};

struct pb_fields {
	struct btf *btf;
};

int pb_fields_new(const void *btf, size_t len_bytes, struct pb_fields **ret_fields)
{
	pb_cleanup(pb_fields_freep) struct pb_fields *fields = calloc(1, sizeof(*fields));

	if (!fields)
		return pb_fail(-ENOMEM, "out of memory");
	libbpf_set_print(NULL);
	if (len_bytes <= UINT32_MAX)
		fields->btf = btf__new(btf, (uint32_t)len_bytes);
	if (!fields->btf)
		return pb_fail(-EBADMSG, "the kernel's BTF cannot be read: %s", strerror(errno));
	*ret_fields = pb_steal(fields);
	return 0;
}

void pb_fields_free(struct pb_fields *fields)
{
	if (!fields)
		return;
	btf__free(fields->btf);
	free(fields);
}

static const struct btf_type *type_find(const struct pb_fields *fields, const char *name)
{
	int id = btf__find_by_name_kind(fields->btf, name, BTF_KIND_STRUCT);

	return id > 0 ? btf__type_by_id(fields->btf, (uint32_t)id) : NULL;
}

uint32_t pb_fields_size(const struct pb_fields *fields, const char *type)
{
	const struct btf_type *found = type_find(fields, type);

	return found ? found->size : 0;
}

/* Without const, typedef and the like; of an array what it is an array of, and @offset in that. */
static const struct btf_type *type_resolve(const struct btf *btf, uint32_t id, uint32_t *offset)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	for (int depth = 0; type && depth < MAX_DEPTH; depth++) {
		int64_t bytes;

		if (btf_is_mod(type) || btf_is_typedef(type)) {
			id = type->type;
		} else if (btf_is_array(type)) {
			id = btf_array(type)->type;
			bytes = btf__resolve_size(btf, id);
			if (bytes > 0)
				*offset %= (uint32_t)bytes;
		} else {
			return type;
		}
		type = btf__type_by_id(btf, id);
	}
	return type;
}

static int rank_of(const char *name, const char *const *prefer)
{
	int rank = 0;

	for (; prefer && prefer[rank]; rank++)
		if (pb_streq(prefer[rank], name))
			return rank;
	return rank;
}

/* The path to the best member at @offset in @type; its rank, or -1 where there is none. */
static int member_find(struct search *search, const struct btf_type *type, uint32_t offset,
		       int depth, char *buf)
{
	const struct btf *btf = search->btf;
	const struct btf_member *members = btf_members(type);
	int best = -1;

	for (uint32_t i = 0; i < btf_vlen(type) && depth < MAX_DEPTH && search->looks; i++) {
		uint32_t begin = btf_member_bit_offset(type, i) / 8, inside = offset - begin;
		const char *name = btf__name_by_offset(btf, members[i].name_off);
		int64_t bytes = btf__resolve_size(btf, members[i].type);
		const struct btf_type *of;
		char path[PB_FIELD_LEN] = "-";
		int rank = rank_of(name ? name : "", search->prefer);

		search->looks--;
		if (offset < begin || bytes <= 0 || inside >= bytes)
			continue;
		of = type_resolve(btf, members[i].type, &inside);
		if (of && btf_is_composite(of) && (!name || !*name || bytes > LINE_BYTES)) {
			int deeper = member_find(search, of, inside, depth + 1, path);

			if (!name || !*name)
				rank = deeper;
		}
		if (rank < 0 || (best >= 0 && rank >= best))
			continue;
		best = rank;
		if (!name || !*name)
			snprintf(buf, PB_FIELD_LEN, "%s", path);
		else if (path[0] != '-')
			snprintf(buf, PB_FIELD_LEN, "%.30s.%.30s", name, path);
		else
			snprintf(buf, PB_FIELD_LEN, "%s", name);
	}
	return best;
}

const char *pb_fields_name(const struct pb_fields *fields, const char *type, uint32_t offset,
			   const char *const *prefer, char *buf)
{
	const struct btf_type *found = type_find(fields, type);
	struct search search = { fields->btf, prefer, MAX_LOOKS };

	snprintf(buf, PB_FIELD_LEN, "-");
	if (found)
		(void)member_find(&search, found, offset, 0, buf);
	if (!search.looks)
		snprintf(buf, PB_FIELD_LEN, "-");
	return buf;
}
