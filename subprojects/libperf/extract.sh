#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# extract.sh [TARBALL] - takes libperf's sources out of Debian's linux-source package into src/.
# Why: no Debian suite packages libperf; what its own kernel is built from is fetched, verified and kept by apt.
#
# The version is pinned to the suite's own kernel: 6.1 on Debian 12, 6.12 on Debian 13. Nothing is done
# where src/ has been taken from the same file already. `extract.sh --package` prints the package to install.
set -eu

cd "$(dirname "$0")"
versions='6.1 6.12'

fail() { printf 'extract.sh: %s\n' "$*" >&2; exit 2; }

# shellcheck disable=SC1091
suite_version() { if [ -r /etc/os-release ]; then (. /etc/os-release; case ${VERSION_ID:-12} in 13) echo 6.12 ;; *) echo 6.1 ;; esac); else echo 6.1; fi; }

if [ "${1:-}" = --package ]; then
  echo "linux-source-$(suite_version)"
  exit 0
fi

tarball=${1:-}
for version in $(suite_version) $versions; do
  [ -z "$tarball" ] || break
  if [ -r "/usr/src/linux-source-$version.tar.xz" ]; then tarball=/usr/src/linux-source-$version.tar.xz; fi
done
# The sources that are there stay good when their package has gone.
if [ -z "$tarball" ] && [ -r src/ORIGIN ]; then exit 0; fi
[ -n "$tarball" ] || fail "no /usr/src/linux-source-$(suite_version).tar.xz to take libperf from; as root: apt-get install linux-source-$(suite_version)"
[ -r "$tarball" ] || fail "cannot read '$tarball'"

top=$(basename "$tarball" .tar.xz)
case " $versions " in
  *" ${top#linux-source-} "*) ;;
  *) fail "'$tarball' is no source that libperf was tried with (valid: linux-source-VERSION.tar.xz of: $versions)" ;;
esac

# The file's name, size and time: another version of the package is another file.
stamp=$(stat -c "$top %s %Y" "$tarball")
if [ -r src/ORIGIN ] && [ "$(cat src/ORIGIN)" = "$stamp" ]; then exit 0; fi

# Under a name of its own first: a half-written folder is never taken for the sources.
fresh=src.$$
trap 'rm -rf "$fresh"' EXIT
mkdir "$fresh"
xz -T0 -dc "$tarball" | tar -C "$fresh" -xf - --strip-components=1 \
  "$top/tools/include" "$top/tools/lib/api" "$top/tools/lib/perf" "$top/tools/lib/zalloc.c" \
  "$top/tools/arch/x86/include" "$top/tools/arch/arm64/include" ||
  fail "'$tarball' does not hold what libperf is made of"
echo "$stamp" >"$fresh/ORIGIN"
rm -rf src
mv "$fresh" src
