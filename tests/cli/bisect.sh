#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bisect.sh PINBENCH BISECT.md - runs the recipe of docs/bisect.md on a small history.
# Why: a recipe that names an innocent commit is worse than none, and nobody tries it before they need it.
# Commit 9 of 12 makes pins 3 % dearer; commit 6 does not build; in commit 7 a cell is refused.
set -eu

pinbench=$1
recipe=$2
command -v git >/dev/null || { echo "git is not installed"; exit 77; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-bisect.XXXXXX")
trap 'rm -rf "$dir"' EXIT
PATH=$(dirname "$(realpath "$pinbench")"):$PATH
export PATH HOME="$dir" XDG_CACHE_HOME="$dir/cache" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE PINBENCH_FAKE || :

sed -n '/^#!\/bin\/sh$/,/^```$/p' "$recipe" | sed '$d' >"$dir/bisect-step"
grep -q 'pinbench gate' "$dir/bisect-step" || { echo "no recipe in $recipe"; exit 1; }
chmod +x "$dir/bisect-step"

# The history: `deeds` is what the fake backend does, `build` what the build does.
git init -q -b main "$dir/linux"
cd "$dir/linux"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
  dearer=0 build=true refuse=
  [ $i -lt 9 ] || dearer=3
  [ $i -ne 6 ] || build=false
  [ $i -ne 7 ] || refuse=,refuse:0
  echo "noise:4:$i,dearer:$dearer$refuse" >deeds
  echo "$build" >build
  git add deeds build
  git commit -q -m "commit $i"
done
first=$(git rev-list --max-parents=0 HEAD)
culprit=$(git rev-parse HEAD~3)

db=$dir/pinbench.db
export BUILD='sh ./build'
cells="--strategy pin,get --memory anon --pages 64,512 --samples 20"

bisect() {
  git bisect start HEAD "$first" >/dev/null
  result=0
  git bisect run "$dir/bisect-step" >"$dir/said" 2>&1 || result=$?
  git bisect log >"$dir/log"
  git bisect reset >/dev/null 2>&1
}

expect() {
  if ! grep -q -e "$1" "$dir/said"; then
    echo "not said: $1"
    cat "$dir/said"
    exit 1
  fi
}

for noise in yes no; do
  strip=
  # Without noise the numbers are exact.
  [ $noise = yes ] || strip='| sed s/noise:[0-9]*:[0-9]*,//'
  export MEASURE="PINBENCH_FAKE=\$(cat deeds $strip) pinbench run --quiet --db $db --backend fake $cells"
  export GATE="pinbench gate --db $db --max +1%"
  git checkout -q "$first"
  sh -c "$MEASURE"
  BASE=$(pinbench list runs --db "$db" | awk 'END { print $1 }')
  export BASE
  git checkout -q main
  bisect
  expect "^$culprit is the first bad commit"
  expect '^cannot tell: 1 of'
  grep -q '^# skip: .* commit 6' "$dir/log" || { echo "the commit that does not build was not skipped"; exit 1; }
  echo "noise $noise: found $(git log -1 --format=%s "$culprit")"
done

# Each status of one step. BUILD notes that it ran: what is no commit's fault is seen before anything is built.
good=$BASE
status_of() { # WANTED WHAT [NAME=VALUE...]
  local wanted=$1 what=$2 got=0
  shift 2
  rm -f "$dir/built"
  env BUILD="touch $dir/built" "$@" "$dir/bisect-step" >"$dir/said" 2>&1 || got=$?
  [ "$got" = "$wanted" ] || { echo "$what: status $got, and not $wanted"; cat "$dir/said"; exit 1; }
  [ "$wanted" != 255 ] || grep -q '^bisect-step: ' "$dir/said" || { echo "$what: it does not say why"; cat "$dir/said"; exit 1; }
}
unbuilt() { [ ! -e "$dir/built" ] || { echo "$1: something was built first"; exit 1; }; }
measure() { echo "PINBENCH_FAKE=$1 pinbench run --quiet --db $db --backend fake $cells"; }

status_of 0 good MEASURE="$(measure dearer:0)"
status_of 1 worse MEASURE="$(measure dearer:3)"
status_of 125 'a refused cell' MEASURE="$(measure refuse:0)"
status_of 125 'a build that fails' BUILD=false
# As MEASURE --dry-run would be right and the run itself ends with 2.
printf '#!/bin/sh\n[ "$1" = --dry-run ] || exit 2\n' >"$dir/no-boot"
chmod +x "$dir/no-boot"
status_of 125 'a kernel that does not boot' MEASURE="$dir/no-boot"
for base in nonsense "$dir/none.db" ''; do
  status_of 255 "base '$base'" BASE="$base"; unbuilt "base '$base'"
done
echo garbage >"$dir/garbage.db"
status_of 255 'a database that is none' GATE="pinbench gate --db $dir/garbage.db"; unbuilt 'a database that is none'
status_of 255 'an unknown option of gate' GATE="pinbench gate --db $db --nonsense"; unbuilt 'an unknown option of gate'
status_of 255 'an unknown option of run' MEASURE='pinbench run --nonsense'; unbuilt 'an unknown option of run'
status_of 255 'no such strategy' MEASURE='pinbench run --strategy nonsense'; unbuilt 'no such strategy'
status_of 255 'no such builder' BUILD=/nowhere/make
status_of 255 'no such measurement' MEASURE=/nowhere/pinbench; unbuilt 'no such measurement'
mkdir "$dir/bin"
for tool in sh git sed grep cat true env nproc touch; do ln -s "$(command -v $tool)" "$dir/bin/"; done
status_of 255 'no pinbench' PATH="$dir/bin"; unbuilt 'no pinbench'
status_of 255 'no compiler' PATH="$dir/bin" BUILD=
for program in 'not executable' '#!/nowhere/interpreter'; do
  echo "$program" >"$dir/bin/pinbench"
  [ "$program" = 'not executable' ] || chmod +x "$dir/bin/pinbench"
  status_of 255 "pinbench: $program" PATH="$dir/bin"; unbuilt "pinbench: $program"
done
echo 'each status: as documented'

# A baseline that is not there stops the bisection; no commit is blamed.
export BASE=nonsense
bisect
[ $result -ne 0 ] || { echo "a bisection without a baseline succeeded"; exit 1; }
expect "no run 'nonsense'"
! grep -q 'is the first bad commit' "$dir/said" || { echo "a commit was blamed without a baseline"; exit 1; }
BASE=$good
echo "no baseline: stopped"
