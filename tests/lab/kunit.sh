#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kunit.sh FORMATS.py PINBENCH - the KTAP export, read by the kernel's own parser (tools/testing/kunit).
# Why: it is what reads KTAP on a maintainer's machine. Exit 77 where Debian's kernel source is not installed.
set -eu

archive=$(ls /usr/src/linux-source-*.tar.xz 2>/dev/null | sort -V | tail -n 1)
if [ -z "$archive" ]; then
  echo 'skipped: no /usr/src/linux-source-*.tar.xz (Debian: linux-source)'
  exit 77
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-kunit.XXXXXX")
trap 'rm -rf "$dir"' EXIT
root=$(basename "$archive" .tar.xz)
tar -xf "$archive" -C "$dir" "$root/tools/testing/kunit/kunit_parser.py" "$root/tools/testing/kunit/kunit_printer.py"
"$1" "$2" --kunit "$dir/$root/tools/testing/kunit"
