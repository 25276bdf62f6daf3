-- 0003 - more of what a cell is (how its pages come, what for, how many are held, how they go), and
-- histograms.
-- Why: a pin for writing is not a pin for reading, and what was asked must be said with the number.

ALTER TABLE cell ADD COLUMN residency TEXT NOT NULL DEFAULT 'warm';
ALTER TABLE cell ADD COLUMN intent TEXT NOT NULL DEFAULT 'read';
ALTER TABLE cell ADD COLUMN hold TEXT NOT NULL DEFAULT '0';
ALTER TABLE cell ADD COLUMN release TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE cell ADD COLUMN ops INTEGER NOT NULL DEFAULT 0;	-- counted in a histogram; 0: none

-- Shared files were held for writing, as their type of memory had it, and nothing else was.
UPDATE cell SET intent = 'write' WHERE memory IN ('file-shared', 'fsdax');

-- What gup_test printed said it in the name of the memory.
UPDATE cell SET intent = 'write' WHERE memory NOT LIKE '%-read'
	AND run_id IN (SELECT id FROM run WHERE backend = 'gup_test');
UPDATE cell SET memory = substr(memory, 1, length(memory) - length('-read')) WHERE memory LIKE '%-read'
	AND run_id IN (SELECT id FROM run WHERE backend = 'gup_test');

-- How often a call took how long, of more calls than are kept one by one; raw, as samples are.
CREATE TABLE histogram (
	id INTEGER PRIMARY KEY,
	cell_id INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,		-- acquire, release
	metric TEXT NOT NULL,
	unit TEXT NOT NULL,
	UNIQUE (cell_id, phase, metric)
) STRICT;

CREATE TABLE histogram_bucket (
	histogram_id INTEGER NOT NULL REFERENCES histogram (id) ON DELETE CASCADE,
	low INTEGER NOT NULL CHECK (low >= 0),		-- values from here
	width INTEGER NOT NULL CHECK (width >= 1),	-- to low + width - 1
	count INTEGER NOT NULL CHECK (count >= 1),
	PRIMARY KEY (histogram_id, low)
) STRICT, WITHOUT ROWID;
