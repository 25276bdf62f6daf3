-- 0006 - what cache lines did in cells that were simulated (evidence `model`), by object, field and function.
-- Why: that something contends is a number; what to change is a name.

-- Per call, acquire and release together, of the interleaving whose transfers are the median: they add up to it.
CREATE TABLE traffic (
	cell_id INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
	object TEXT NOT NULL,		-- page, mm_struct, percpu, direct-map: docs/model.md lists them
	field TEXT NOT NULL,		-- of the object; '-' where nothing is known of it
	function TEXT NOT NULL,
	loads REAL NOT NULL,
	stores REAL NOT NULL,
	cold_lines REAL NOT NULL,	-- by who touched each line of a call first
	d1_misses REAL NOT NULL,
	llc_misses REAL NOT NULL,
	transfers REAL NOT NULL,
	upgrades REAL NOT NULL,
	invalidations REAL NOT NULL,
	false_sharing REAL NOT NULL,
	PRIMARY KEY (cell_id, object, field, function)
) STRICT, WITHOUT ROWID;
