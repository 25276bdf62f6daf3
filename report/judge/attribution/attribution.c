// SPDX-License-Identifier: GPL-2.0-only
/*
 * attribution - which functions a difference sits in: two profiles side by side.
 * Why: compilers inline as they please; a difference must not move to another function for that.
 */
#include "report/judge/attribution/attribution.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

enum { BASE, HEAD, NR_SIDES, MAX_DEPTH = 64 };

/* What a profile may miss of its sample before it is no profile of it. */
static const double tolerance = 0.005;

/* One function of both sides. */
struct node {
	char *name;
	bool in[NR_SIDES];
	double call[NR_SIDES]; /* instructions of one call */
	char *caller[NR_SIDES];
	double caller_call[NR_SIDES]; /* of the part that named the caller */
	struct node *group;           /* whom it is counted with */
};

struct nodes {
	size_t nr;
	struct node **nodes;
};

static void nodes_done(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->nr; i++) {
		free(nodes->nodes[i]->name);
		free(nodes->nodes[i]->caller[BASE]);
		free(nodes->nodes[i]->caller[HEAD]);
		free(nodes->nodes[i]);
	}
	free(nodes->nodes);
}

static bool is_loop(const char *name)
{
	static const char module[] = " [pinbench_", end[] = "_measure";
	const char *at = strstr(name, module);

	return at && (size_t)(at - name) > strlen(end) &&
	       strncmp(at - strlen(end), end, strlen(end)) == 0;
}

/* The name under which both sides have it. Newly allocated, NULL: out of memory. */
static char *name_fold(const char *name)
{
	const char *dot = strchr(name, '.'), *module = strchr(name, ' ');

	if (is_loop(name))
		return strdup(PB_WHERE_LOOP);
	if (!dot || dot == name || (module && module < dot))
		return strdup(name);
	return pb_format("%.*s%s", (int)(dot - name), name, module ? module : "");
}

static struct node *node_find(const struct nodes *nodes, const char *name)
{
	for (size_t i = 0; i < nodes->nr; i++)
		if (pb_streq(nodes->nodes[i]->name, name))
			return nodes->nodes[i];
	return NULL;
}

/* Takes @name over. */
static struct node *node_add(struct nodes *nodes, char *name)
{
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): these are pointers, to stay where they are */
	struct node **grown = reallocarray(nodes->nodes, nodes->nr + 1, sizeof(*grown));
	struct node *node = calloc(1, sizeof(*node));

	if (grown)
		nodes->nodes = grown;
	if (!grown || !node) {
		free(node);
		free(name);
		return NULL;
	}
	node->name = name;
	nodes->nodes[nodes->nr++] = node;
	return node;
}

static int function_take(struct nodes *nodes, int side, const struct pb_profile_function *function)
{
	_cleanup_free_ char *name = name_fold(function->name);
	_cleanup_free_ char *caller = function->caller ? name_fold(function->caller) : NULL;
	struct node *node;

	if (!name || (function->caller && !caller))
		return pb_fail(-ENOMEM, "out of memory");
	node = node_find(nodes, name);
	if (!node)
		node = node_add(nodes, pb_steal(name));
	if (!node)
		return pb_fail(-ENOMEM, "out of memory");
	node->in[side] = true;
	node->call[side] += (double)function->instructions;
	/* A part of the function that another part of it calls has no caller to tell of. */
	if (!caller || pb_streq(caller, node->name))
		return 0;
	if (node->caller[side] && (double)function->instructions <= node->caller_call[side])
		return 0;
	free(node->caller[side]);
	node->caller[side] = pb_steal(caller);
	node->caller_call[side] = (double)function->instructions;
	return 0;
}

/* The nearest caller that both sides have; the function itself where there is none. */
static struct node *group_find(const struct nodes *nodes, struct node *node)
{
	int side = node->in[BASE] ? BASE : HEAD;
	struct node *up = node;

	if (node->in[BASE] && node->in[HEAD])
		return node;
	for (int depth = 0; depth < MAX_DEPTH && up && up->caller[side]; depth++) {
		up = node_find(nodes, up->caller[side]);
		if (up && up->in[BASE] && up->in[HEAD])
			return up;
	}
	return node;
}

static double per_page(double call, uint64_t nr_pages)
{
	return call / (double)nr_pages;
}

static int part_compare(const void *a, const void *b)
{
	const struct pb_where_part *left = a, *right = b;
	double left_call = left->base_call + left->head_call;
	double right_call = right->base_call + right->head_call;

	if (left_call != right_call)
		return left_call > right_call ? -1 : 1;
	return strcmp(left->function, right->function);
}

static int row_compare(const void *a, const void *b)
{
	const struct pb_where_row *left = a, *right = b;
	double left_size = fabs(left->change), right_size = fabs(right->change);

	if (left_size != right_size)
		return left_size > right_size ? -1 : 1;
	if (left->base != right->base)
		return left->base > right->base ? -1 : 1;
	return strcmp(left->function, right->function);
}

static int part_add(struct pb_where_row *row, const struct node *node)
{
	struct pb_where_part *parts = reallocarray(row->parts, row->nr_parts + 1, sizeof(*parts));

	if (!parts)
		return pb_fail(-ENOMEM, "out of memory");
	row->parts = parts;
	parts[row->nr_parts] = (struct pb_where_part){
		.function = strdup(node->name),
		.in_base = node->in[BASE],
		.in_head = node->in[HEAD],
		.base_call = node->call[BASE],
		.head_call = node->call[HEAD],
	};
	return parts[row->nr_parts++].function ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static void row_sum(struct pb_where *where, struct pb_where_row *row)
{
	double base = 0, head = 0;

	for (size_t i = 0; i < row->nr_parts; i++) {
		base += row->parts[i].base_call;
		head += row->parts[i].head_call;
	}
	row->function = row->parts[0].function;
	row->base = per_page(base, where->base_pages);
	row->head = per_page(head, where->head_pages);
	row->change = row->head - row->base;
	row->change_call = where->base_pages == where->head_pages ? head - base : NAN;
}

/* A row of @node and all that is counted with it. */
static int row_add(struct pb_where *where, const struct nodes *nodes, const struct node *node)
{
	struct pb_where_row *rows = reallocarray(where->rows, where->nr_rows + 1, sizeof(*rows));
	struct pb_where_row *row;
	int ret;

	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	where->rows = rows;
	row = &rows[where->nr_rows++];
	*row = (struct pb_where_row){ 0 };
	ret = part_add(row, node);
	for (size_t i = 0; i < nodes->nr && !ret; i++)
		if (nodes->nodes[i]->group == node && nodes->nodes[i] != node)
			ret = part_add(row, nodes->nodes[i]);
	if (ret)
		return ret;
	if (row->nr_parts > 2)
		qsort(row->parts + 1, row->nr_parts - 1, sizeof(*row->parts), part_compare);
	row_sum(where, row);
	return 0;
}

static int extra_add(struct pb_where *where, const char *name, double base, double head)
{
	const struct nodes none = { 0 };
	const struct node node = {
		.name = (char *)name,
		.in = { true, true },
		.call = { base, head },
	};

	return base != 0 || head != 0 ? row_add(where, &none, &node) : 0;
}

static int side_take(struct nodes *nodes, int which, const struct pb_where_side *side,
		     double *ret_rest)
{
	double sum = (double)pb_profile_sum(side->profile), rest = side->least - sum;
	int ret = 0;

	if (!(fabs(rest) <= tolerance * side->least))
		return pb_fail(-EBADMSG,
			       "the profile of phase '%s' counts %.0f instructions where the clock "
			       "read %.0f",
			       side->profile->phase, sum, side->least);
	for (size_t i = 0; i < side->profile->nr_functions && !ret; i++)
		ret = function_take(nodes, which, &side->profile->functions[i]);
	*ret_rest = rest;
	return ret;
}

static int rows_make(struct pb_where *where, const struct nodes *nodes)
{
	int ret = 0;

	for (size_t i = 0; i < nodes->nr; i++)
		nodes->nodes[i]->group = group_find(nodes, nodes->nodes[i]);
	for (size_t i = 0; i < nodes->nr && !ret; i++)
		if (nodes->nodes[i]->group == nodes->nodes[i])
			ret = row_add(where, nodes, nodes->nodes[i]);
	return ret;
}

int pb_where(const struct pb_where_side *base, const struct pb_where_side *head,
	     struct pb_where *ret_where)
{
	pb_cleanup(pb_where_done) struct pb_where where = {
		.base_pages = base->nr_pages,
		.head_pages = head->nr_pages,
		.base = per_page(base->least - base->empty, base->nr_pages),
		.head = per_page(head->least - head->empty, head->nr_pages),
	};
	pb_cleanup(nodes_done) struct nodes nodes = { 0 };
	double base_rest = 0, head_rest = 0;
	int ret = side_take(&nodes, BASE, base, &base_rest);

	memcpy(where.phase, base->profile->phase, sizeof(where.phase));
	if (!ret)
		ret = side_take(&nodes, HEAD, head, &head_rest);
	if (!ret)
		ret = rows_make(&where, &nodes);
	if (!ret)
		ret = extra_add(&where, PB_WHERE_EMPTY, -base->empty, -head->empty);
	if (!ret)
		ret = extra_add(&where, PB_WHERE_REST, base_rest, head_rest);
	if (ret)
		return ret;
	if (where.nr_rows)
		qsort(where.rows, where.nr_rows, sizeof(*where.rows), row_compare);
	*ret_where = where;
	where = (struct pb_where){ 0 };
	return 0;
}

void pb_where_done(struct pb_where *where)
{
	for (size_t i = 0; i < where->nr_rows; i++) {
		for (size_t j = 0; j < where->rows[i].nr_parts; j++)
			free(where->rows[i].parts[j].function);
		free(where->rows[i].parts);
	}
	free(where->rows);
	*where = (struct pb_where){ 0 };
}
