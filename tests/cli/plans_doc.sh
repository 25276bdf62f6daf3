#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# plans_doc.sh PINBENCH PLANS.md - the plan in docs/plans.md, its cells, its keys and its table of plans.
# Why: a format that its page describes wrongly is learnt wrongly.
set -eu

pinbench=$(realpath "$1")
page=$(realpath "$2")
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-plans.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0
bad() { echo "$1"; failed=1; }

awk '
  /^```ini file=/ { path = $0; sub(/.*file=/, "", path); inside = 1; next }
  /^```text of=/  { path = $0; sub(/.*of=/, "", path); path = path ".cells"; inside = 1; next }
  /^```/          { inside = 0 }
  inside          { print > path }
' "$page"
[ -s mine.plan ] && [ -s mine.plan.cells ] || bad 'the page has no plan, or no cells of it'

"$pinbench" run --dry-run --plan ./mine.plan | diff -u mine.plan.cells - || bad 'the plan has other cells'
"$pinbench" run --quiet --backend fake --plan ./mine.plan || bad 'the plan does not run'
[ "$("$pinbench" export | grep -c ',acquire-histogram,')" = 4 ] || bad 'not four cells have a histogram'

# Every key that the parser names is a row of the table of keys, and the other way round.
printf '[a]\nno-such-key = 1\n' >key.plan
"$pinbench" run --backend fake --plan ./key.plan 2>&1 |
  sed 's/.*valid: //; s/)$//' | tr ' ' '\n' | sort >keys.parser || :
sed -n '/^## Keys/,/^## Plans/s/^| `\([a-z]*\)` |.*/\1/p' "$page" | sort >keys.page
diff -u keys.parser keys.page || bad 'the page has other keys'

# So is every plan, with its number of cells.
"$pinbench" list plans | awk '{ print $1 }' | while read -r plan; do
  "$pinbench" run --dry-run --plan "$plan" | sed -n 's/^plan \(.*\): \(.*\) cells$/\1 \2/p'
done | sort >plans.program
sed -n '/^## Plans/,/^## What/s/^| `\([a-z]*\)` | \([0-9]*\) |.*/\1 \2/p' "$page" | sort >plans.page
diff -u plans.program plans.page || bad 'the page has other plans'
exit $failed
