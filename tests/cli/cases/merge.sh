# SPDX-License-Identifier: GPL-2.0-only
# Databases of several machines become one, in any order, any number of times.
try run --quiet --backend fake --db a.db --kernel 6.1 --strategy noop,pin --pages 1,8 --samples 3
try run --quiet --backend fake --db b.db --kernel 6.12 --strategy noop,pin --pages 1,8 --samples 3
try merge ab.db a.db b.db
try merge ab.db a.db b.db
try merge ba.db b.db
try merge ba.db a.db
try export --all --db ab.db --format jsonl --output ab.jsonl
try export --all --db ba.db --format jsonl --output ba.jsonl
cmp ab.jsonl ba.jsonl && echo 'the same in either order'
try list runs --db ab.db
try compare --db ab.db --quiet 6.1 6.12
# A uuid with other content.
cp a.db other.db
sqlite3 other.db "UPDATE sample SET value = value + 1 WHERE seq = 2"
try merge ab.db other.db
# What cannot be merged, and leaves nothing behind.
try merge
try merge ab.db
try merge ab.db ab.db
try merge new.db missing.db
ls new.db 2>/dev/null
printf 'no database, but long enough to be looked at\n' >text.db
try merge ab.db text.db
try export --all --db ab.db latest
# A lab's page: each run held against one of them.
try report --base 6.1 --db ab.db --output page 6.12
grep -o '<td class="verdict [a-z]*">[a-z]*</td><th><a' page/tracking.html
try report --base 6.1 --db ab.db --output page --table
