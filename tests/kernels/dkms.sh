#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# dkms.sh PINBENCH SOURCE-ROOT VERSION - the real DKMS builds the modules from an installed copy of kmods/.
# Why: DKMS has rules of its own on names, places and versions, and says so only when it builds.
# Exit 77 where DKMS or the kernel's headers are not there.
set -u

pinbench=$(realpath "$1")
source=$(realpath "$2")
version=$3
kernel=debian:6.1
dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-dkms.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

command -v dkms >/dev/null || { echo 'skipped: dkms is not installed'; exit 77; }
"$pinbench" kernel fetch $kernel >log 2>&1 && "$pinbench" kernel build $kernel >>log 2>&1 ||
  { echo "skipped: $(tail -n 1 log)"; exit 77; }
shown() { "$pinbench" kernel show $kernel | awk -v key="$1" '$1 == key { print $2 }'; }

grep -q "^PACKAGE_VERSION=\"$version\"" "$source/kmods/dkms.conf" ||
  { echo "dkms.conf has another version than $version"; exit 1; }
mkdir tree install
cp -r "$source/kmods" "pinbench-$version"
dkms build -m pinbench -v "$version" -k "$(shown release)" --kernelsourcedir "$(shown build)" \
  --dkmstree "$dir/tree" --sourcetree "$dir" --installtree "$dir/install" >log 2>&1 ||
  { cat log; cat tree/pinbench/"$version"/build/make.log; exit 1; }
find tree -name '*.ko*' | sed 's#.*/##; s#\.ko.*##' | sort >built
(cd "$(shown modules)" && ls -- *.ko) | sed 's#\.ko##' | sort >wanted
diff wanted built || { echo 'DKMS built other modules than pinbench does'; exit 1; }
echo "DKMS built $(wc -l <built) modules"
