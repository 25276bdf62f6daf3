#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# cache.sh PINBENCH - a real kernel's cache: at odd paths, moved, read-only, damaged in its parts.
# Why: what make, kbuild, QEMU and a read-only file system make of it only they can tell.
# Exit 77 where the kernel's packages cannot be had, or this is not root (for read-only mounts).
set -u

pinbench=$(realpath "$1")
kernel=debian:6.1
failed=0
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-cache.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
mkdir tmp
export TMPDIR=$dir/tmp

fail() { echo "FAILED: $*"; sed 's/^/    /' said; failed=1; }
[ "$(id -u)" = 0 ] || { echo 'skipped: a read-only mount needs root'; exit 77; }
"$pinbench" kernel fetch $kernel >said 2>&1 || { echo "skipped: $(tail -n 1 said)"; exit 77; }
whole=${XDG_CACHE_HOME:-$HOME/.cache}/pinbench
release=$(cat "$whole/names/debian_6.1_cloud")

# A cache of its own, without modules. Hard links: what is damaged below is replaced, not written to.
odd="$dir/a b:c,d'e\$f#g%h;i&j=k"$'\xc3\xa4'
mkdir -p "$odd/pinbench/kernels"
cp -al "$whole/kernels/$release" "$odd/pinbench/kernels/" 2>/dev/null ||
  cp -a "$whole/kernels/$release" "$odd/pinbench/kernels/"
cp -r "$whole/names" "$odd/pinbench/"
rm -rf "$odd/pinbench/kernels/$release"/modules-*

export XDG_CACHE_HOME=$odd
"$pinbench" kernel build $kernel >said 2>&1 || fail 'modules in a cache with an odd path'
[ -z "$(ls -A tmp)" ] || fail "the build left $(ls tmp)"
mv "$odd" "$dir/moved"
export XDG_CACHE_HOME=$dir/moved
cache=$dir/moved/pinbench/kernels/$release
modules=$(echo "$cache"/modules-*)
"$pinbench" kernel build $kernel >said 2>&1 && [ ! -s said ] || fail 'a moved cache is taken as it is'

# Read-only, and whole: no lock, no folder, no log.
readonly_try() {
  unshare -m --propagation private sh -c 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"' \
    sh "$dir/moved" "$@" >said 2>&1
}
readonly_try "$pinbench" kernel build $kernel || fail 'a complete read-only cache'
readonly_try "$pinbench" kernel show $kernel || fail 'kernel show in a read-only cache'

# A module that was cut or added is built again, and said so; without a place to write it is named.
first=$(echo "$modules"/pinbench.ko)
cp "$first" half && truncate -s 1000 half && mv half "$first"
readonly_try "$pinbench" kernel build $kernel && fail 'a damaged module in a read-only cache'
grep -q 'Read-only file system' said || fail 'what cannot be written is named'
"$pinbench" kernel build $kernel >said 2>&1 || fail 'a damaged module is built again'
grep -q 'pinbench.ko. is damaged: 1000 bytes.*building the modules again' said || fail 'it says so'
"$pinbench" kernel build $kernel >said 2>&1 && [ ! -s said ] || fail 'and then is whole'

# The kernel itself: fetched again where that can be done, named where not. Never booted.
image=$(echo "$cache"/root/boot/vmlinuz-*)
cp "$image" half && truncate -s 100000 half && mv half "$image"
cp -r "$whole/names" "$whole/packages" "$dir/moved/pinbench/" # packages are verified by themselves
readonly_try "$pinbench" run -q -k $kernel -s pin -m anon -n 1 --samples 5 -d x.db && fail 'a damaged kernel, read-only'
grep -q "vmlinuz.*is damaged: 100000 bytes.*kernel fetch $kernel" said || fail 'it names the file and the way out'
if [ "${1##*/}" = pinbench ] && "$pinbench" kernel build $kernel >said 2>&1; then
  grep -q 'is damaged.*fetching it again' said || fail 'it says that it fetches'
  grep -q 'building the modules' said && fail 'modules that are whole are kept when their kernel is fetched again'
  [ "$(stat -c %s "$image")" != 100000 ] || fail 'the image is whole again'
else
  fail 'a damaged kernel is fetched again'
fi
[ -z "$(ls -A tmp)" ] || fail "left in TMPDIR: $(ls tmp)"
[ "$failed" = 0 ] && echo 'odd path, moved, read-only, damaged: as it should be'
exit $failed
