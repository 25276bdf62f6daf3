#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# KDIR CHECKPATCH [MAKE-ARGUMENT...] - the modules have to be silent under checkpatch, W=1 and sparse.
# Why: what these find in kernel code is cheap to fix when it is new and dear to find later.
# KDIR is a kernel's build folder, CHECKPATCH scripts/checkpatch.pl of a kernel's source.
set -eu

[ $# -ge 2 ] || {
	echo "usage: ${0##*/} KDIR CHECKPATCH [MAKE-ARGUMENT...]" >&2
	exit 2
}
kdir=$1
checkpatch=$(realpath "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
command -v sparse >/dev/null || {
	echo "${0##*/}: sparse is not installed" >&2
	exit 2
}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

status=0
cd "$here"
find . -name '*.[ch]' | sort | xargs "$checkpatch" --no-tree --no-summary --terse -f || status=1
sh ./build.sh . "$out/modules" "$kdir" W=1 C=2 CHECK=sparse "$@" >"$out/log" 2>&1 || status=1
if [ -s "$out/log" ]; then
	cat "$out/log"
	status=1
fi
[ $status -ne 0 ] || echo "checkpatch, W=1 and sparse: nothing to say"
exit $status
