-- 0003 - more of what a cell is: how its pages come, what for, how many are held, how they go.
-- Why: a pin for writing is not a pin for reading, and what was asked must be said with the number.

ALTER TABLE cell ADD COLUMN residency TEXT NOT NULL DEFAULT 'warm';
ALTER TABLE cell ADD COLUMN intent TEXT NOT NULL DEFAULT 'read';
ALTER TABLE cell ADD COLUMN hold TEXT NOT NULL DEFAULT '0';
ALTER TABLE cell ADD COLUMN release TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE cell ADD COLUMN ops INTEGER NOT NULL DEFAULT 0;	-- counted in a histogram; 0: none

-- Shared files were held for writing, as their type of memory had it, and nothing else was.
UPDATE cell SET intent = 'write' WHERE memory IN ('file-shared', 'fsdax');
