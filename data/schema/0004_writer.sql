-- 0004 - which process writes a run that has not ended.
-- Why: whoever reads the run learns that its process is gone, though nothing could be written down any more.

-- Gone when the run ends. Only this database's: a copy of the run is not written to by anybody.
CREATE TABLE writer (
	run_id INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
	host TEXT NOT NULL,
	boot TEXT NOT NULL,		-- of that machine: /proc/sys/kernel/random/boot_id
	namespace TEXT NOT NULL,	-- in which the pid means something: /proc/self/ns/pid
	pid INTEGER NOT NULL,
	started INTEGER NOT NULL	-- clock ticks from boot, since pids are used again
) STRICT;
