-- 0001 - runs, facts, cells, series, samples.
-- Why: raw samples with the machine's fingerprint; whatever is shown is derived on reading.
-- user_version holds the number of the newest schema file that was applied.

CREATE TABLE run (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	created TEXT NOT NULL,		-- UTC, ISO 8601
	backend TEXT NOT NULL,
	evidence TEXT NOT NULL CHECK (evidence IN ('exact', 'hardware', 'syscall', 'model', 'fake')),
	plan TEXT NOT NULL,
	revision TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed', 'interrupted'))
) STRICT;

-- The fingerprint: kernel.*, machine.*, qemu.*, host.*
CREATE TABLE fact (
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE cell (
	id INTEGER PRIMARY KEY,
	run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,	-- in the plan
	strategy TEXT NOT NULL,
	memory TEXT NOT NULL,
	pages INTEGER NOT NULL,		-- a call
	threads INTEGER NOT NULL,
	sharing TEXT NOT NULL,
	load TEXT NOT NULL,
	samples INTEGER NOT NULL,	-- asked for
	warmup INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('measured', 'refused', 'failed', 'missing')),
	errno TEXT,			-- its name: EOPNOTSUPP
	symbol TEXT,			-- the kernel function that ran
	reason TEXT,
	detail TEXT,
	UNIQUE (run_id, position)
) STRICT;

CREATE TABLE series (
	id INTEGER PRIMARY KEY,
	cell_id INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,
	metric TEXT NOT NULL,
	unit TEXT NOT NULL,
	UNIQUE (cell_id, phase, metric)
) STRICT;

-- One row a sample, as it was read: per call, the clock's own cost inside. NULL: the counter never ran.
CREATE TABLE sample (
	series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,
	value REAL,
	PRIMARY KEY (series_id, seq)
) STRICT, WITHOUT ROWID;
