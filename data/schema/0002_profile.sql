-- 0002 - profiles: which functions the instructions of one call lie in.
-- Why: a difference has a place. Names are the kernel's own symbols.

CREATE TABLE profile (
	id INTEGER PRIMARY KEY,
	cell_id INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
	phase TEXT NOT NULL,		-- acquire, release
	UNIQUE (cell_id, phase)
) STRICT;

-- Of the cheapest call that was measured; they add up to that phase's least sample.
CREATE TABLE profile_function (
	profile_id INTEGER NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
	function TEXT NOT NULL,
	caller TEXT,			-- who entered it most often
	instructions INTEGER NOT NULL CHECK (instructions >= 0),
	entries INTEGER NOT NULL CHECK (entries >= 0),
	PRIMARY KEY (profile_id, function)
) STRICT, WITHOUT ROWID;
