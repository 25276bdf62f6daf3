# SPDX-License-Identifier: GPL-2.0-only
# Standard streams that are full or closed: one message, and no file takes their place.
"$pinbench" run --quiet --backend fake --strategy noop --memory anon --pages 1 --samples 1
full() { "$pinbench" "$@" 2>&1 >/dev/full; echo "[exit status $?]"; }
full --version
full export
full list runs
closed() { "$pinbench" "$@" 2>&1 >&-; echo "[exit status $?]"; }
closed export
closed report --output page
closed export --output whole.csv
"$pinbench" export | cmp - whole.csv && echo 'the file is whole, and nothing else'
# Progress and messages go nowhere, rather than into the next file that is opened.
"$pinbench" export --format jsonl --output a.jsonl
"$pinbench" import --db quiet.db a.jsonl 2>&- >/dev/null <&-
echo "[exit status $?]"
"$pinbench" export --db quiet.db --format jsonl | cmp - a.jsonl && echo 'imported'
