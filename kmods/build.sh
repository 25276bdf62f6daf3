#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# SRC OUT KDIR [MAKE-ARGUMENT...] - builds the modules in SRC for the kernel in KDIR.
# Why: Kbuild writes beside its sources, so OUT becomes a farm of symlinks to SRC: many kernels can
# be built from one checkout. OUT receives *.ko and absent.tsv.
set -eu

die()
{
	echo "${0##*/}: $*" >&2
	exit 2
}

[ $# -ge 3 ] || die "usage: ${0##*/} SRC OUT KDIR [MAKE-ARGUMENT...]"
[ -f "$1/Kbuild" ] || die "$1: no Kbuild in it; SRC is pinbench's kmods folder"
[ -f "$3/Makefile" ] || die "$3: no Makefile in it; KDIR is a kernel's build folder"
src=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
kdir=$(cd "$3" && pwd)
shift 3
[ "$src" != "$out" ] || die "$out: SRC and OUT are the same folder"

find "$out" -type l -delete # a source that is gone must not be built from its old link
(cd "$src" && find . -type f) | while read -r file; do
	mkdir -p "$out/${file%/*}"
	ln -sf "$src/$file" "$out/$file"
done
# BTF of a module wants pahole and, in distributions' headers, a vmlinux that is not there.
# exec: what ends this script (its caller's death, Ctrl-C) has to end make, which ends compilers.
exec make -s -C "$kdir" M="$out" CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules
