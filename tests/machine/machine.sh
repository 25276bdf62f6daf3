#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# machine.sh PINBENCH BUILD DENY - a whole Debian machine in QEMU, on which pinbench is installed and
# run as a user would run it; prints the TAP of guest.sh, which runs inside.
# Why: loading modules, Ctrl-C, kill -9 and Secure Boot cannot be tried on the developer's machine.
# Exit 77, with the reason, where the machine cannot be made.
set -u

pinbench=$(realpath "$1")
build=$(realpath "$2")
deny=$(realpath "$3")
here=$(realpath "$(dirname "$0")")
kernel=${PINBENCH_TEST_KERNEL:-debian:6.1}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pinbench/machine
scratch=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-machine.XXXXXX")
qemu=

finish() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

skip() { echo "1..0 # SKIP $*"; exit 77; }

[ "$(id -u)" = 0 ] || skip 'a root file system with its owners wants root'
for program in mmdebstrap mke2fs qemu-system-x86_64 meson; do
  command -v $program >/dev/null || skip "$program is not installed"
done
"$pinbench" kernel fetch "$kernel" >"$scratch/fetch.log" 2>&1 && "$pinbench" kernel build "$kernel" >>"$scratch/fetch.log" 2>&1 ||
  skip "no kernel $kernel: $(tail -n 1 "$scratch/fetch.log")"
shown() { "$pinbench" kernel show "$kernel" | awk -v key="$1" '$1 == key { print $2 }'; }
release=$(shown release)

# The Debian that pinbench was built on, since it is linked with that one's libraries, and the packages
# that these come from: their names differ between suites.
# shellcheck disable=SC1091
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -n "$suite" ] || skip '/etc/os-release names no suite of Debian'
libraries=$(ldd "$pinbench" | awk '$2 == "=>" { print $3 }' | while read -r file; do
  # dpkg knows files by the names that packages gave them, before /lib became a link to /usr/lib.
  dpkg -S "$file" "/usr$file" "${file#/usr}" 2>/dev/null | sed 's/[:,].*//' | head -n 1
done | sort -u | paste -sd ,)
packages=kmod,mount,procps,$libraries
base=$cache/$suite-$(echo "$suite $packages" | sha256sum | cut -c 1-12).tar
if [ ! -s "$base" ]; then
  mkdir -p "$cache"
  # The machine's own Debian mirrors, and no other source of it.
  apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' |
    awk -v s=$suite '$2 == s || $2 == s "-updates" || $2 == s "-security"' | sort -u |
    while read -r site name; do
      echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $name main"
    done >"$scratch/sources.list"
  grep -q " $suite main" "$scratch/sources.list" || skip "this machine's apt sources have no $suite"
  valid_until=true
  eval "$(apt-config shell valid_until Acquire::Check-Valid-Until)"
  mmdebstrap --variant=essential --aptopt="Acquire::Check-Valid-Until \"$valid_until\"" --include=$packages \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' $suite "$base.part.tar" "$scratch/sources.list" \
    >"$scratch/base.log" 2>&1 || { tail -n 20 "$scratch/base.log"; skip 'mmdebstrap could not make the root file system'; }
  mv "$base.part.tar" "$base"
fi

root=$scratch/root
mkdir "$root"
tar -C "$root" -xf "$base" || exit 99
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$scratch/install.log" 2>&1 ||
  { cat "$scratch/install.log"; exit 99; }
# As DKMS leaves them: no compiler and no headers on that machine.
mkdir -p "$root/lib/modules/$release/updates/dkms" "$root/pinbench-test"
cp "$(shown modules)"/*.ko "$root/lib/modules/$release/updates/dkms/" || exit 99
cp "$here/guest.sh" "$deny" "$root/pinbench-test/" || exit 99
mkdir -p "$root/boot"
cp "$(shown config)" "$root/boot/config-$release" || exit 99
mke2fs -q -t ext4 -d "$root" "$scratch/disk" 900M >/dev/null || exit 99

qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 2048 -smp 2 -nographic -no-reboot -nic none \
  -kernel "$(shown image)" -append "root=/dev/nvme0n1 rw console=ttyS0 quiet panic=-1 init=/pinbench-test/guest.sh ${PINBENCH_CASES:+\"PINBENCH_CASES=$PINBENCH_CASES\"}" \
  -drive "file=$scratch/disk,if=none,id=disk,format=raw,cache=unsafe" -device nvme,drive=disk,serial=1 \
  -serial "file:$scratch/console" -serial "file:$scratch/tap" -monitor none </dev/null >"$scratch/qemu.log" 2>&1 &
qemu=$!
# Shown as it comes: a test that hangs shows where.
: >"$scratch/tap"
tail -f -n +1 --pid=$qemu "$scratch/tap" | sed -u 's/\r$//'
wait $qemu
qemu=
grep -q '^# end' "$scratch/tap" && exit 0
echo "Bail out! the machine ended early; its console:"
tail -n 40 "$scratch/console" "$scratch/qemu.log"
exit 1
