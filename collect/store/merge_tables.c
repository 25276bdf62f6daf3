// SPDX-License-Identifier: GPL-2.0-only
/*
 * merge_tables - the tables of a database as merging sees them, and the SQL made from that.
 * Why: copying and comparing follow the same links; written by hand, one table would be forgotten.
 */
#include "collect/store/merge_tables.h"

enum {
	RUN,
	FACT,
	CELL,
	SERIES,
	SAMPLE,
	PROFILE,
	PROFILE_FUNCTION,
	HISTOGRAM,
	HISTOGRAM_BUCKET,
	OBSERVATION,
	TRAFFIC
};

const struct pb_merge_table pb_merge_tables[] = {
	[RUN] = { "run",
		  PB_MERGE_NO_PARENT,
		  NULL,
		  true,
		  { "uuid" },
		  { "created", "backend", "evidence", "plan", "revision", "state" } },
	[FACT] = { "fact", RUN, "run_id", false, { "key" }, { "value" } },
	[CELL] = { "cell",
		   RUN,
		   "run_id",
		   true,
		   { "position" },
		   {
			   "strategy",
			   "memory",
			   "pages",
			   "threads",
			   "samples",
			   "warmup",
			   "ops",
			   "state",
			   "errno",
			   "symbol",
			   "reason",
			   "detail",
			   "event",
#define PB_AXIS(id, field, since, title) #field,
#include "collect/axes.def"
#undef PB_AXIS
		   } },
	[SERIES] = { "series", CELL, "cell_id", true, { "phase", "metric" }, { "unit" } },
	[SAMPLE] = { "sample", SERIES, "series_id", false, { "seq" }, { "value" } },
	[PROFILE] = { "profile", CELL, "cell_id", true, { "phase" }, { NULL } },
	[PROFILE_FUNCTION] = { "profile_function",
			       PROFILE,
			       "profile_id",
			       false,
			       { "function" },
			       { "caller", "instructions", "entries" } },
	[HISTOGRAM] = { "histogram", CELL, "cell_id", true, { "phase", "metric" }, { "unit" } },
	[HISTOGRAM_BUCKET] = { "histogram_bucket",
			       HISTOGRAM,
			       "histogram_id",
			       false,
			       { "low" },
			       { "width", "count" } },
	[TRAFFIC] = { "traffic",
		      CELL,
		      "cell_id",
		      false,
		      { "object", "field", "function" },
		      { "loads", "stores", "cold_lines", "d1_misses", "llc_misses", "transfers",
			"upgrades", "invalidations", "false_sharing" } },
	[OBSERVATION] = { "observation", CELL, "cell_id", false, { "part" }, { "value" } },
};
const size_t pb_merge_nr_tables = PB_ARRAY_SIZE(pb_merge_tables);

enum { MAX_DEPTH = 8, CELL_LEVEL = 1 };

/* The tables from the run down to this one. Returns how many. */
static int path_of(size_t table, int path[MAX_DEPTH])
{
	int depth = 0, at = (int)table;

	for (int up = at; up != PB_MERGE_NO_PARENT; up = pb_merge_tables[up].parent)
		depth++;
	for (int i = depth - 1; i >= 0; i--, at = pb_merge_tables[at].parent)
		path[i] = at;
	return depth;
}

/* " AND b2.phase IS a2.phase ..." for the keys of level @i. */
static int keys_add(const struct pb_merge_table *table, int i, struct pb_buf *sql)
{
	int ret = 0;

	for (size_t k = 0; k < PB_ARRAY_SIZE(table->keys) && table->keys[k] && !ret; k++)
		ret = pb_buf_printf(sql, " AND b%d.%s = a%d.%s", i, table->keys[k], i,
				    table->keys[k]);
	return ret;
}

/* Level @i of both sides joined; the last one may lack its partner, the others must have one. */
static int level_join(const int *path, int i, bool last, const char *mine, const char *other,
		      struct pb_buf *sql)
{
	const struct pb_merge_table *table = &pb_merge_tables[path[i]];
	int ret;

	if (i == 0)
		return pb_buf_printf(sql,
				     " CROSS JOIN %s.run a0 ON a0.id = p.%s_id"
				     " CROSS JOIN %s.run b0 ON b0.id = p.%s_id",
				     mine, mine, other, other);
	ret = pb_buf_printf(
		sql,
		" CROSS JOIN %s.%s a%d ON a%d.%s = a%d.id %s JOIN %s.%s b%d ON b%d.%s = "
		"b%d.id",
		mine, table->name, i, i, table->link, i - 1, last ? "LEFT" : "CROSS", other,
		table->name, i, i, table->link, i - 1);
	return ret ? ret : keys_add(table, i, sql);
}

/* The raw values of level CELL_LEVEL's cell on @side, whose alias begins with @letter. */
#define SAMPLES                                                                    \
	"(SELECT count(*) FROM %s.series s JOIN %s.sample v ON v.series_id = s.id" \
	" WHERE s.cell_id = %c1.id)"

/*
 * What a run that has not ended holds of a cell so far is no content of its own where the other
 * side has come at least as far with it.
 */
static int so_far_leave(const int *path, int last, const char *mine, const char *other,
			struct pb_buf *sql)
{
	int ret;

	if (last < CELL_LEVEL || path[CELL_LEVEL] != CELL)
		return 0;
	ret = pb_buf_printf(sql, " AND NOT (a0.state IN ('running', 'interrupted') AND"
				 " a1.state = 'missing' AND ");
	if (ret || last > CELL_LEVEL)
		return ret ? ret
			   : pb_buf_printf(sql, "(b1.state != 'missing' OR b1.reason IS NOT"
						" a1.reason))");
	return pb_buf_printf(sql,
			     "b1.state IS NOT NULL AND (b1.state != 'missing' OR " SAMPLES
			     " >= " SAMPLES "))",
			     other, other, 'b', mine, mine, 'a');
}

int pb_merge_extra_sql(size_t table, const char *mine, const char *other, struct pb_buf *sql)
{
	const struct pb_merge_table *row = &pb_merge_tables[table];
	int path[MAX_DEPTH], depth = path_of(table, path), last = depth - 1;
	int ret = pb_buf_printf(sql,
				"UPDATE merge_pair SET extra_%s = '%s' WHERE extra_%s IS NULL AND"
				" source_id IN (SELECT p.source_id FROM merge_pair p",
				mine, row->name, mine);

	for (int i = 0; i < depth && !ret; i++)
		ret = level_join(path, i, i == last, mine, other, sql);
	if (!ret)
		ret = pb_buf_printf(sql, " WHERE (b%d.%s IS NULL", last,
				    last ? row->link : row->keys[0]);
	for (size_t i = 0; row->rest[i] && !ret; i++) {
		/* How a run ended is judged apart. */
		if (last == 0 && pb_streq(row->rest[i], "state"))
			continue;
		ret = pb_buf_printf(sql, " OR b%d.%s IS NOT a%d.%s", last, row->rest[i], last,
				    row->rest[i]);
	}
	if (!ret)
		ret = pb_buf_printf(sql, ")");
	if (!ret)
		ret = so_far_leave(path, last, mine, other, sql);
	return ret ? ret : pb_buf_printf(sql, ")");
}

/* ", key, rest..." with @prefix before each. */
static int columns_add(const struct pb_merge_table *table, const char *prefix, struct pb_buf *sql)
{
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(table->keys) && table->keys[i] && !ret; i++)
		ret = pb_buf_printf(sql, ", %s%s", prefix, table->keys[i]);
	for (size_t i = 0; table->rest[i] && !ret; i++)
		ret = pb_buf_printf(sql, ", %s%s", prefix, table->rest[i]);
	return ret;
}

#define OFFSET "(SELECT value FROM merge_offset WHERE name = '%s')"

/*
 * The id that @column of level @i gets in the database that is merged into. A run that was there
 * and only grew keeps its place: the order of runs is the order in which they came.
 */
static int id_add(size_t table, int i, const char *column, struct pb_buf *sql)
{
	int ret = 0;

	if (table == RUN)
		ret = pb_buf_printf(sql,
				    "coalesce((SELECT main_id FROM merge_grown WHERE source_id ="
				    " a%d.%s), ",
				    i, column);
	if (!ret)
		ret = pb_buf_printf(sql, "a%d.%s + " OFFSET, i, column,
				    pb_merge_tables[table].name);
	return ret || table != RUN ? ret : pb_buf_printf(sql, ")");
}

/* The columns that hold ids. */
static int ids_add(size_t at, int i, struct pb_buf *sql)
{
	const struct pb_merge_table *table = &pb_merge_tables[at];
	int ret = table->has_id ? id_add(at, i, "id", sql) : 0;

	if (ret || !table->link)
		return ret;
	if (table->has_id)
		ret = pb_buf_printf(sql, ", ");
	return ret ? ret : id_add((size_t)table->parent, i, table->link, sql);
}

int pb_merge_copy_sql(size_t table, struct pb_buf *sql)
{
	const struct pb_merge_table *row = &pb_merge_tables[table];
	int path[MAX_DEPTH], depth = path_of(table, path), last = depth - 1, ret = 0;
	char prefix[16];

	if (row->has_id)
		ret = pb_buf_printf(
			sql,
			"INSERT INTO merge_offset SELECT '%s', coalesce(max(id), 0) FROM "
			"(SELECT id FROM main.%s UNION ALL SELECT main_id FROM merge_grown);",
			row->name, row->name);
	if (!ret)
		ret = pb_buf_printf(sql, "INSERT INTO main.%s (%s%s%s", row->name,
				    row->has_id ? "id" : "", row->has_id && row->link ? ", " : "",
				    row->link ? row->link : "");
	if (!ret)
		ret = columns_add(row, "", sql);
	if (!ret)
		ret = pb_buf_printf(sql, ") SELECT ");
	if (!ret)
		ret = ids_add(table, last, sql);
	snprintf(prefix, sizeof(prefix), "a%d.", last);
	if (!ret)
		ret = columns_add(row, prefix, sql);
	if (!ret)
		ret = pb_buf_printf(sql,
				    " FROM merge_taken t CROSS JOIN source.run a0 ON a0.id = t.id");
	for (int i = 1; i < depth && !ret; i++)
		ret = pb_buf_printf(sql, " CROSS JOIN source.%s a%d ON a%d.%s = a%d.id",
				    pb_merge_tables[path[i]].name, i, i,
				    pb_merge_tables[path[i]].link, i - 1);
	return ret;
}
