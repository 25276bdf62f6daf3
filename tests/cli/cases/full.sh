# SPDX-License-Identifier: GPL-2.0-only
# No room for more in the middle of a run: what was stored stays, the exit status tells, and the
# next run finds a database in order and what the disk did not take beside it, which it stores. A limit on the size of files is the disk that is full.
try run --quiet --backend fake --strategy pin --memory anon --pages 1 --samples 3
"$pinbench" export --format jsonl --output before.jsonl
(
  trap '' XFSZ
  ulimit -f 400
  export PINBENCH_STORE_WAIT_S=1
  try run --quiet --backend fake --samples 100
)
sqlite3 pinbench.db "PRAGMA integrity_check; SELECT state, (SELECT count(*) FROM cell WHERE run_id = run.id) FROM run" |
  awk -F'|' '$1 == "running" { print "not ended,", ($2 > 20 && $2 < 80 ? "after some of its 80 cells" : "with " $2); next } { print }'
sqlite3 pinbench.db "SELECT count(*), sum(n = 100) FROM (SELECT count(*) AS n FROM cell JOIN series ON cell_id = cell.id
  JOIN sample ON series_id = series.id WHERE run_id = 2 AND phase <> 'harness' GROUP BY series.id)" |
  awk -F'|' '{ print ($1 == $2 ? "each cell that is there is whole" : "cells lack samples") }'
try export --format jsonl --output after.jsonl "$(sqlite3 pinbench.db 'SELECT uuid FROM run WHERE id = 1')"
cmp before.jsonl after.jsonl && echo 'the run before it is untouched'
try run --quiet --backend fake --strategy pin --memory anon --pages 1 --samples 3
sqlite3 pinbench.db "SELECT state, (SELECT count(*) FROM cell WHERE run_id = run.id) FROM run WHERE id = 2"
ls
