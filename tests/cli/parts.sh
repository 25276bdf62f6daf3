#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# parts.sh PINBENCH BUILD SOURCE - whose plans and modules a pinbench takes: built, moved, copied, installed.
# Why: the one of a working tree once took the plans of another that was installed years before.
set -u

pinbench=$(realpath "$1")
build=$(realpath "$2")
source=$(realpath "$3")
dir=$(realpath "$(mktemp -d "${TMPDIR:-/tmp}/pinbench-parts.XXXXXX")")
trap 'rm -rf "$dir"' EXIT
export HOME="$dir" XDG_CACHE_HOME="$dir/cache"
unset PINBENCH_DATA PINBENCH_LIBEXEC
failed=0
bad() { echo "$*"; failed=1; }

# PROGRAM TEXT: doctor's row of the parts has this in it.
whose() {
  said=$("$1" doctor 2>&1 | grep '^parts ')
  case $said in *"$2"*) ;; *) bad "$1: no '$2' in: $said" ;; esac
}

# PROGRAM WORD: these plans are listed, and no others' (every place has one of its own name).
lists() {
  said=$("$1" list plans 2>&1)
  case $said in *"$2"*) ;; *) bad "$1: no plan '$2' in: $said" ;; esac
}

# PROGRAM TEXT: listing plans is one message with this in it, and exit status 2.
refuses() {
  said=$("$1" list plans 2>&1)
  got=$?
  [ $got = 2 ] || bad "$1: exit status $got, not 2: $said"
  [ "$(echo "$said" | wc -l)" = 1 ] || bad "$1: more than one line: $said"
  case $said in *"$2"*) ;; *) bad "$1: no '$2' in: $said" ;; esac
}

own_plan() { sed '1s/.*/# the plan of '"$2"'/' "$1/quick.plan" >"$1/own-$2.plan"; }

# A build folder runs what its tree has, and so does a link to it.
whose "$pinbench" "its own tree: '$source', built in '$build'"
ln -s "$pinbench" "$dir/link"
whose "$dir/link" "its own tree: '$source'"

# Installed, and both of its ways to be somewhere else: a DESTDIR, and a prefix that was moved.
DESTDIR=$dir/stage meson install -C "$build" --no-rebuild --quiet >"$dir/log" 2>&1 || { cat "$dir/log"; exit 99; }
installed=$(cd "$dir/stage" && find . -path '*/bin/pinbench' | sed 's/^\.//')
data=$(cd "$dir/stage" && find . -path '*/share/pinbench' | sed 's/^\.//')
own_plan "$dir/stage$data/data/plans" stage
whose "$dir/stage$installed" "installed: '$dir/stage$data'"
lists "$dir/stage$installed" own-stage
mv "$dir/stage${installed%/bin/pinbench}" "$dir/prefix"
whose "$dir/prefix/bin/pinbench" "installed: '$dir/prefix/share/pinbench'"
lists "$dir/prefix/bin/pinbench" own-stage
rm -r "$dir/prefix/share/pinbench/data"
mkdir -p "$dir/stage${installed%/pinbench}"
cp "$dir/prefix/bin/pinbench" "$dir/stage$installed"
refuses "$dir/stage$installed" 'where it was installed: install it again'

# A tree that was moved or copied with its build folder: the plans are those beside it. A build folder
# that lies elsewhere goes on with the tree that it was made for.
inside=${build#"$source"/}
if [ "$inside" != "$build" ]; then
  mkdir -p "$dir/tree/$inside/bench" "$dir/tree/$inside/meson-private"
  cp "$pinbench" "$dir/tree/$inside/bench/"
  cp -r "$source/meson.build" "$source/data" "$source/kmods" "$dir/tree/"
  own_plan "$dir/tree/data/plans" tree
  whose "$dir/tree/$inside/bench/pinbench" "its own tree: '$dir/tree', built in '$dir/tree/$inside'"
  lists "$dir/tree/$inside/bench/pinbench" own-tree
  rm -r "$dir/tree/meson.build" "$dir/tree/data"
  refuses "$dir/tree/$inside/bench/pinbench" "'$dir/tree', is gone or was moved"
fi

# What is asked for by name comes first; a name that leads nowhere is not passed over.
mkdir "$dir/asked"
cp -r "$source/data" "$dir/asked/"
own_plan "$dir/asked/data/plans" asked
export PINBENCH_DATA="$dir/asked"
whose "$pinbench" "PINBENCH_DATA: '$dir/asked'"
lists "$pinbench" own-asked
PINBENCH_DATA=$dir/nowhere
refuses "$pinbench" "PINBENCH_DATA names '$dir/nowhere', which is not there"
exit $failed
