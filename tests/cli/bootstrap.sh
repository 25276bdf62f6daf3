#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bootstrap.sh BOOTSTRAP - what ./bootstrap says when it is told nonsense or stands in an awkward place,
# and what it leaves alone.
# Why: it is the first thing that a stranger runs, often as root.
# The tools that decide are imitated: which packages there are (dpkg-query, apt-get), who runs it (id), sudo,
# room (df) and namespaces (unshare).
set -u

bootstrap=$(realpath "$1")
dir=$(realpath "$(mktemp -d "${TMPDIR:-/tmp}/pinbench-bootstrap.XXXXXX")")
trap 'rm -rf "$dir"' EXIT
failed=0
bad() { echo "$*"; failed=1; }

# WANTED-STATUS WANTED-TEXT WORD...: and the text stands before anything was fetched. Without a terminal.
wants() {
  status=$1 text=$2
  shift 2
  : >"$dir/asked"
  said=$(setsid -w "$bootstrap" "$@" 2>&1 </dev/null)
  got=$?
  [ "$got" = "$status" ] || bad "bootstrap $*: exit status $got, not $status: $said"
  case $said in *"$text"*) ;; *) bad "bootstrap $*: no '$text' in: $said" ;; esac
}

# The same, and apt was not asked for anything.
refuses() {
  wants 2 "$@"
  [ ! -s "$dir/asked" ] || bad "bootstrap: apt was asked before '$1' was found out: $(cat "$dir/asked")"
  [ "$(echo "$said" | grep -c '^bootstrap: ')" = 1 ] || bad "bootstrap: not one message: $said"
}

# NAME, its text from standard input.
imitate() { { echo '#!/bin/sh'; cat; } >"$dir/bin/$1" && chmod +x "$dir/bin/$1"; }

wants 0 'usage: ./bootstrap run' --help
wants 2 'usage: ./bootstrap run'
wants 2 "unknown word 'rum' (valid: run test build)" rum

# A PATH with nothing in it but what is named here, so that no sudo is found by accident.
mkdir "$dir/bin" "$dir/tmp" "$dir/cache" "$dir/none"
for tool in awk basename cat chmod chroot dirname env grep head ln ls mkdir mktemp mount rm sed sh stat tr uname; do
  ln -s "$(command -v $tool)" "$dir/bin/$tool"
done
real=$(command -v unshare)
wide=$PATH
setsid=$(command -v setsid)
ln -s "$setsid" "$dir/bin/setsid"
PATH=$dir/bin HOME=$dir XDG_CACHE_HOME=$dir/cache TMPDIR=$dir/tmp
export PATH HOME XDG_CACHE_HOME TMPDIR
unset PINBENCH_BUILD PINBENCH_LEAVE_OUT

has_packages() { echo 'echo installed' | imitate dpkg-query; }
lacks_packages() { echo 'exit 1' | imitate dpkg-query; }
room() { printf 'echo x; echo "x x x %s x x"\n' "$1" | imitate df; }
user() { printf 'case $1 in -u) echo %s ;; *) echo somebody ;; esac\n' "$1" | imitate id; }
# UPDATE-STATUS INSTALL-STATUS
apt() { printf 'echo "$*" >>%s/asked\ncase " $* " in *" update "*) exit %s ;; *" install "*) exit %s ;; esac\n' "$dir" "$1" "$2" | imitate apt-get; }
namespaces() { printf 'exit %s\n' "$1" | imitate unshare; }
lacks_packages
room 99999999
user 1000
apt 0 0
namespaces 0

# TMPDIR and the cache folder.
TMPDIR=$dir/gone refuses "TMPDIR '$dir/gone' is not there; name another: TMPDIR=/var/tmp ./bootstrap run --plan quick" run --plan quick
TMPDIR=/proc refuses "TMPDIR '/proc' cannot be written to by somebody" run
room 150000
refuses "TMPDIR '$dir/tmp' has 146 MiB free, and 200 MiB are wanted" run
room 1500000
refuses "TMPDIR '$dir/tmp' has 1464 MiB free, and 2000 MiB are wanted" test
room 99999999
XDG_CACHE_HOME=/proc/none refuses "the cache folder '/proc/none/pinbench' cannot be made; name another: XDG_CACHE_HOME=" run
XDG_CACHE_HOME='' HOME=/proc/none refuses "the cache folder '/proc/none/.cache/pinbench' cannot be made" run
XDG_CACHE_HOME=relative HOME='' refuses 'neither XDG_CACHE_HOME nor HOME is set' run
(unset XDG_CACHE_HOME HOME; refuses 'neither XDG_CACHE_HOME nor HOME is set' test; exit $failed) || failed=1

# Who may install, and who may not: what is said is complete, and can be copied.
on_debian=
if [ -r /etc/os-release ] && grep -qx 'ID=debian' /etc/os-release && grep -qE '^VERSION_ID="?1[23]"?$' /etc/os-release; then
  on_debian=yes
  refuses 'packages are missing, and there is no sudo; as root:' run --plan quick
  case $said in
    *"
  apt-get update
  apt-get install -y --no-install-recommends gcc libc6-dev make "*"
and then again: ./bootstrap run --plan quick") ;;
    *) bad "bootstrap: not all that has to be done by hand: $said" ;;
  esac
  echo 'exit 1' | imitate sudo
  refuses 'sudo wants a password without a terminal to ask at; as root:' build
  printf 'case $1 in -n) exit 0 ;; esac\nexec "$@"\n' | imitate sudo
  apt 100 100
  wants 2 'is the network there' build
  grep -q 'update' "$dir/asked" || bad 'the lists were not fetched first'
  # A broken list of somebody else's does not hide which package it was, and no package is named twice.
  apt 0 100
  wants 2 'apt-get could not install gcc ' build
  rm "$dir/bin/sudo"
  apt 0 0
fi

# A folder of the user's, named by mistake, keeps what is in it.
has_packages
mkdir "$dir/home"
echo 'years of work' >"$dir/home/thesis"
ln -s "$(PATH=$wide command -v xz)" "$dir/bin/xz"
ln -s "$(PATH=$wide command -v tar)" "$dir/bin/tar"
PINBENCH_BUILD=$dir/home wants 2 'is no build folder and not empty' build
[ "$(cat "$dir/home/thesis" 2>&1)" = 'years of work' ] || bad 'the thesis is gone'

# Namespaces that are refused: only where a kernel is named that needs them, and with the reason.
namespaces 1
if grep -q '^VERSION_ID="12"' /etc/os-release 2>/dev/null && [ "$on_debian" ]; then
  refuses 'built for in a chroot with mounts of its own, and ' run --kernel debian:6.1,debian:7.2
  case $said in *'; or measure debian:6.1, which needs none') ;; *) bad "bootstrap: no way out in: $said" ;; esac
fi

# Places that take a mount namespace to make: another system, a noexec TMPDIR, a root without its capability.
rm "$dir/bin/unshare"
PATH=$wide
map=--map-root-user
[ "$(id -u)" != 0 ] || map=
if ! unshare $map --mount sh -c 'mount -t tmpfs none /mnt' 2>/dev/null; then
  echo 'not tried, since mounts are refused here: another system, noexec, no capability'
  exit $failed
fi
# SCRIPT WANTED-TEXT WORD...
elsewhere() {
  script=$1 text=$2
  shift 2
  : >"$dir/asked"
  said=$(dir=$dir wide=$wide setsid -w "$real" $map --mount sh -ec "$script; PATH=$dir/bin; exec \"\$@\"" sh "$bootstrap" "$@" 2>&1 </dev/null)
  got=$?
  [ $got = 2 ] || bad "bootstrap $*, elsewhere: exit status $got, not 2: $said"
  case $said in *"$text"*) ;; *) bad "bootstrap $*, elsewhere: no '$text' in: $said" ;; esac
  [ ! -s "$dir/asked" ] || bad "bootstrap, elsewhere: apt was asked: $(cat "$dir/asked")"
}
ln -s "$real" "$dir/bin/unshare"
printf 'ID=other\nID_LIKE=debian\nVERSION_ID="24.04"\n' >"$dir/os-release"
lacks_packages
elsewhere 'mount --bind "$dir/os-release" /etc/os-release' "this is 'other 24.04', and packages are installed on Debian 12 and 13 only" run
case $said in *' gcc libc6-dev '*'meson setup build && ninja -C build'*) ;; *) bad "bootstrap: other systems are not told what to do: $said" ;; esac
elsewhere 'mount -t tmpfs -o noexec none "$dir/tmp"' "TMPDIR '$dir/tmp' runs no programs (mounted noexec?)" test
elsewhere 'mount -t tmpfs none /proc' 'there is no /proc' run
rm "$dir/bin/id" "$dir/bin/df"
ln -s "$(command -v id)" "$dir/bin/id"
ln -s "$(command -v df)" "$dir/bin/df"
if [ -z "$map" ] && command -v setpriv >/dev/null && grep -q '^VERSION_ID="12"' /etc/os-release; then
  has_packages
  said=$(PATH=$dir/bin setsid -w "$(command -v setpriv)" --bounding-set=-sys_admin --inh-caps=-sys_admin "$bootstrap" run --kernel debian:7.2 2>&1 </dev/null)
  case $said in
    *'this root has no CAP_SYS_ADMIN'*'--cap-add SYS_ADMIN'*) ;;
    *) bad "bootstrap: a container without CAP_SYS_ADMIN is not told: $said" ;;
  esac
fi
exit $failed
