#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bootstrap.sh BOOTSTRAP - what ./bootstrap says when it is told nonsense, and what it leaves alone.
# Why: it is the first thing that a stranger runs, often as root.
set -u

bootstrap=$(realpath "$1")
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-bootstrap.XXXXXX")
trap 'rm -rf "$dir"' EXIT
failed=0

# WANTED-STATUS WANTED-TEXT WORD...
wants() {
  status=$1 text=$2
  shift 2
  said=$("$bootstrap" "$@" 2>&1 </dev/null)
  got=$?
  [ "$got" = "$status" ] || { echo "bootstrap $*: exit status $got, not $status: $said"; failed=1; }
  case $said in
    *"$text"*) ;;
    *) echo "bootstrap $*: no '$text' in: $said"; failed=1 ;;
  esac
}

wants 0 'usage: ./bootstrap run' --help
wants 2 'usage: ./bootstrap run'
wants 2 "unknown word 'rum' (valid: run test build)" rum

# A folder of the user's, named by mistake, keeps what is in it. Where packages are missing,
# bootstrap stops before it looks at the folder.
mkdir "$dir/home"
echo 'years of work' >"$dir/home/thesis"
mkdir "$dir/bin"
printf '#!/bin/sh\necho installed\n' >"$dir/bin/dpkg-query"
chmod +x "$dir/bin/dpkg-query"
if [ -r /etc/os-release ] && grep -qx 'ID=debian' /etc/os-release; then
  PATH=$dir/bin:$PATH PINBENCH_BUILD=$dir/home
  export PATH PINBENCH_BUILD
  wants 2 'is no build folder and not empty' build
  [ "$(cat "$dir/home/thesis" 2>&1)" = 'years of work' ] || { echo 'the thesis is gone'; failed=1; }
fi
exit $failed
