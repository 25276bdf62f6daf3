# SPDX-License-Identifier: GPL-2.0-only
# A run of a few cells is the newest, and not what a whole one is held against.
whole='--quiet --backend fake --strategy get,pin,ref --memory anon --pages 1,8 --samples 3'
part='--quiet --backend fake --strategy pin --memory anon --pages 8 --samples 3'
id() { sqlite3 "$1" "SELECT substr(uuid, 1, 8) FROM run ORDER BY id DESC LIMIT 1 OFFSET $2"; }

# A whole base, and no whole head: 125, and few lines.
try run $whole --db base.db
try run $part
try compare base.db latest
try gate --base base.db
try gate --base base.db --all
try gate --base base.db --cell pin,anon,8

# A whole head that is older than one of a single cell, by each kind of word.
PINBENCH_FAKE=dearer:10 try run $whole
try run $part
try gate --base base.db --quiet
try compare base.db latest --quiet
try compare base.db debian:6.1 --quiet
try compare base.db pinbench.db --quiet
try compare base.db pinbench.db:latest --quiet
# The other way round, and where what is asked for is one cell.
try compare latest base.db --quiet
try gate --base base.db --cell pin,anon,8 --quiet
try gate --base debian:6.1 --head base.db --quiet
# Runs that were named stay: no other is taken for them.
try compare base.db latest~0 --quiet
echo '$ pinbench compare base.db HEAD --quiet, by uuid'
pinbench_said() { "$pinbench" "$@" 2>&1; echo "[exit status $?]"; }
pinbench_said compare base.db "$(id pinbench.db 0)" --quiet
# A named head of one cell is held against a base of that cell, if there is one.
cp base.db two.db
try run $part --db two.db
try run $whole --db two.db
echo '$ pinbench compare two.db HEAD --quiet, by uuid'
pinbench_said compare two.db "$(id pinbench.db 0)" --quiet
# Two words: runs of the same cells, else those with the most.
try run $part --db two.db
try compare two.db latest --quiet
try run --quiet --backend fake --strategy get --memory anon --pages 8 --samples 3 --db two.db
try compare two.db latest --quiet

# What was tried and failed, or was cut short, is not passed over as a head, and is as a base.
cp pinbench.db failed.db
PINBENCH_FAKE=fail:0 try run $whole --db failed.db
try compare base.db failed.db --quiet
try compare failed.db base.db --quiet
cp pinbench.db cut.db
PINBENCH_FAKE=break:1 try run $whole --db cut.db
try compare base.db cut.db --quiet
try compare cut.db base.db --quiet
try run $part --db cut.db
try compare base.db cut.db --quiet
# Neither another kernel nor a self-test is taken for one that lacks cells.
cp pinbench.db other.db
try run $part --db other.db --kernel 7.0-other
try compare base.db other.db --quiet
cp pinbench.db inject.db
try run $part --db inject.db --inject 2
try compare base.db inject.db --quiet
# How many samples each side took stands with what passes.
try run $whole --db fifty.db --samples 50
try run $whole --db five.db --samples 5
try compare fifty.db five.db --quiet
try gate --base fifty.db --head five.db --quiet
noisy='--quiet --backend fake --strategy get --memory anon --pages 512'
PINBENCH_FAKE=noise:4:1 try run $noisy --db fifty.db --samples 50
PINBENCH_FAKE=noise:4:2 try run $noisy --db five.db --samples 40
try compare fifty.db five.db --quiet

# A page of verdicts and a history take the runs that a comparison takes, and say so.
verdicts() { grep -o '<td class="verdict [a-z]*">' "$1/tracking.html" | sort | uniq -c | sed 's/^ *//'; }
try report --base base.db -o one
verdicts one
try report --base base.db -o three pinbench.db fifty.db
verdicts three
for kernel in 6.1-a 6.2-b 6.3-c; do
  try run $whole --kernel $kernel --db kernels.db
done
try run $part --kernel 6.2-b --db kernels.db
try history --quiet --db kernels.db 6.1-a 6.2-b 6.3-c
try history --quiet --db kernels.db 6.2-b 6.3-c
try run $part --kernel 6.1-a --db kernels.db
try history --quiet --db kernels.db 6.1-a 6.2-b 6.3-c
try history --quiet --db kernels.db 6.2-b 6.3-c 6.1-a
# What is asked for is in both: nothing else is looked for.
try history --quiet --db kernels.db --cell pin,anon,8 6.2-b 6.3-c
# Where no --db says which database, PINBENCH_DB does; empty is as if it were not there.
PINBENCH_DB=named.db try list runs
PINBENCH_DB=named.db try run --quiet --backend fake --strategy noop --pages 1 --samples 3
PINBENCH_DB=named.db try export -f github latest
PINBENCH_DB=named.db try export -f github --db other.db latest
PINBENCH_DB= try export -f github missing
