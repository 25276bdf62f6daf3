# SPDX-License-Identifier: GPL-2.0-only
# Counters: words that nobody can mean, what a run shows of them, NULL with its reason, comparisons.
try run --backend fake --counters chache
try run --backend fake --counters x=
try run --backend fake --counters OFFCORE_RESPONSE_0:DMND_RFO:L3_HIT:SNP_HITM
try run --backend fake --multiplex
try run --backend syscall --counters basic
cells='--backend fake --strategy noop,pin --pages 1,8 --memory anon --samples 12'
# shellcheck disable=SC2086
try run $cells --counters cycles,llc-misses:u,mine=L1D:REPLACEMENT --db a.db
# shellcheck disable=SC2086
PINBENCH_FAKE=uncount:1 try run $cells --counters cycles,llc-misses --multiplex --db b.db
try compare a.db b.db
# shellcheck disable=SC2086
PINBENCH_FAKE=dearer:10 try run $cells --quiet --counters llc-misses,cycles --db c.db
try compare a.db c.db
try export --db b.db --format csv
# shellcheck disable=SC2086
PINBENCH_FAKE=noise:4:1 try run $cells --quiet --counters cycles --db n.db
# shellcheck disable=SC2086
PINBENCH_FAKE=noise:4:2 try run $cells --quiet --counters cycles --db m.db
try compare n.db m.db
try list counters
# The page has them too, with the reason below.
try report --db b.db -o page
grep -oE '<td class="n">–\[1\]</td>|\[1\] cycles: [a-zA-Z ]+|~ scaled: [^<]*' page/index.html
