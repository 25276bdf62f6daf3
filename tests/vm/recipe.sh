#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# recipe.sh SOURCE - does what docs/add-a-strategy.md says, in a copy of the tree, and measures it.
# Why: a recipe that nobody runs goes stale with the first change around it.
set -eu

source=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-recipe.XXXXXX")
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/tree"
(cd "$source" && tar -cf - --exclude=.git --exclude='./build*' --exclude='*.db' .) | tar -C "$dir/tree" -xf -
cd "$dir/tree"

# ```c file=PATH makes a file, ```c append=PATH adds to one.
awk '
  /^```c file=/   { path = $0; sub(/.*file=/, "", path); printf "" > path; inside = 1; next }
  /^```c append=/ { path = $0; sub(/.*append=/, "", path); inside = 2; next }
  /^```/          { inside = 0 }
  inside == 1     { print > path }
  inside == 2     { print >> path }
' docs/add-a-strategy.md
[ -s kmods/strategies/pin_unlocked.c ]

meson setup build -Dtests=disabled >"$dir/log" 2>&1 && ninja -C build >>"$dir/log" 2>&1 ||
  { tail -n 20 "$dir/log"; exit 1; }
build/bench/pinbench list strategies | grep -q '^pin-unlocked ' ||
  { echo 'the catalogue does not know the new strategy'; exit 1; }
build/bench/pinbench run --strategy noop,pin,pin-unlocked --pages 1,8 --samples 10 --db new.db
# Two memory types, two page counts, two phases, and no absence.
rows=$(build/bench/pinbench export --db new.db | grep -cE ',pin-unlocked,.*,(acquire|release),instructions,instructions/page,10,')
[ "$rows" = 8 ] || { echo "$rows rows of the new strategy, not 8"; exit 1; }
