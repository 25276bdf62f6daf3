-- 0005 - what was observed of held pages: evidence `observed`, and the parts of which verdicts are made.
-- Why: a verdict mixes several questions. Its parts are stored; the verdict is derived on reading.

-- A CHECK cannot be altered, so the table is made anew. Whoever applies this has foreign keys off.
CREATE TABLE run_new (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	created TEXT NOT NULL,		-- UTC, ISO 8601
	backend TEXT NOT NULL,
	evidence TEXT NOT NULL CHECK (evidence IN ('exact', 'hardware', 'syscall', 'model', 'observed', 'fake')),
	plan TEXT NOT NULL,
	revision TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed', 'interrupted'))
) STRICT;
INSERT INTO run_new SELECT id, uuid, created, backend, evidence, plan, revision, state FROM run;
DROP TABLE run;
ALTER TABLE run_new RENAME TO run;

ALTER TABLE cell ADD COLUMN event TEXT;	-- that was watched; NULL: the cell was timed

CREATE TABLE observation (
	cell_id INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
	part TEXT NOT NULL,		-- docs/semantics.md lists them
	value TEXT NOT NULL,
	PRIMARY KEY (cell_id, part)
) STRICT, WITHOUT ROWID;
