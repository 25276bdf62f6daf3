# SPDX-License-Identifier: GPL-2.0-only
# Runs in, runs out, and files that are no database.
try run --quiet --backend fake --strategy noop,pin --pages 1,8 --samples 3
try list runs
try export
try export --format jsonl --output a.jsonl
try import a.jsonl
try import --db b.db a.jsonl
try export --db b.db --format jsonl --output b.jsonl
cmp a.jsonl b.jsonl && echo 'export, import, export: identical'
try export --format xml
try export --db missing.db
try export nosuchrun
printf 'this is no database at all, and long enough to tell\n' >text.db
cp text.db before
try run --quiet --backend fake --db text.db
cmp text.db before && echo 'left alone'
sqlite3 other.db 'CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)'
cp other.db before
try run --quiet --backend fake --db other.db
cmp other.db before && echo 'left alone'
cp pinbench.db newer.db
sqlite3 newer.db 'PRAGMA user_version = 9999'
cp newer.db before
try run --quiet --backend fake --db newer.db
cmp newer.db before && echo 'left alone'
head -n 7 a.jsonl >cut.jsonl
try import --db c.db cut.jsonl
try import --db c.db --salvage cut.jsonl
try import --db c.db no-such-file
try import --db c.db pinbench.db
try import

# A run that was killed before its first cell: the newest all the same, and that is said.
try run --quiet --backend fake --strategy pin --memory anon --pages 8 --samples 3 --db empty.db
sqlite3 empty.db "INSERT INTO run (uuid, created, evidence, backend, plan, revision, state) SELECT
  'ffff0000' || substr(uuid, 9), created, evidence, backend, plan, revision, 'running' FROM run"
try list runs --db empty.db
try gate --base latest~1 --quiet --db empty.db
# A database of an older pinbench is brought forward by whoever reads it, --all too.
cat "$(dirname "$case")"/../../../data/schema/000[123]_*.sql | sqlite3 older.db
sqlite3 older.db "PRAGMA user_version = 3; PRAGMA application_id = 1346981442;
  INSERT INTO run VALUES (1, '6f1c2f0e-0000-4000-8000-00000000000b', '2026-01-01T00:00:00Z', 'vm', 'exact', 'quick', 'r', 'complete')"
try export --db older.db --all --format jsonl
