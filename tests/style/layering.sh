#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# layering.sh SOURCE-ROOT - the rules of CONTRIBUTING.md that a machine can read.
# Why: includes that point upwards, files without a licence and files that grew come one at a time.
set -u

cd "$1" || exit 99
failed=0
bad() { printf '%s\n' "$1" "$2" | sed '2,$s/^/  /'; failed=1; }
sources() { find bench collect common kmods report tests -name '*.[ch]' | sort; }

# ROOM FORBIDDEN-ROOMS: bench → report → collect → common, and kmods knows its uapi only.
upwards() {
  found=$(find "$1" -name '*.[ch]' -exec grep -HnE "#include \"($2)/" {} +)
  [ -z "$found" ] || bad "$1/ includes what stands above it:" "$found"
}
upwards common 'bench|report|collect|kmods|tests'
upwards collect 'bench|report|tests'
upwards report 'bench|tests'
upwards bench 'tests'
upwards kmods 'bench|report|collect|common|tests'

found=$(find kmods -name '*.[ch]' ! -path 'kmods/compat/*' -exec \
  grep -HnE 'LINUX_VERSION_CODE|KERNEL_VERSION\(' {} +)
[ -z "$found" ] || bad 'versions of kernels are told apart in kmods/compat/ only:' "$found"

found=$(find bench collect common report kmods tests -name '*.h' ! -path 'kmods/compat/*' \
  -exec grep -LE '^#(ifndef|pragma once)' {} +)
[ -z "$found" ] || bad 'headers without a guard:' "$found"

found=$(sources | xargs awk 'FNR == 500 { print FILENAME }')
[ -z "$found" ] || bad 'files of 500 lines and more:' "$found"

# A function begins with "{" in the first column and ends with "}" there.
found=$(sources | xargs awk '
  FNR == 1 { begun = 0 }
  /^{/ { begun = FNR }
  /^}/ { if (begun && FNR - begun - 1 >= 60) print FILENAME ":" begun ": " FNR - begun - 1 " lines"; begun = 0 }')
[ -z "$found" ] || bad 'functions of 60 lines and more:' "$found"

# One awk for all files: a process for each took a quarter of a minute.
found=$({ sources; find bench collect common data kmods report tests .ci \( -name '*.sh' -o -name '*.py' -o \
  -name '*.awk' -o -name '*.gp' \); ls bootstrap .ci/*; } | sort -u | xargs awk '
  FNR == 1 { if (NR > 1 && !licensed) print file; file = FILENAME; licensed = 0 }
  FNR <= 2 && /SPDX-License-Identifier: / { licensed = 1 }
  END { if (!licensed) print file }')
[ -z "$found" ] || bad 'files without a licence:' "$found"

found=$(sources | xargs awk '
  FNR == 1 { if (NR > 1 && !told) print file; file = FILENAME; told = 0 }
  FNR >= 2 && FNR <= 8 && /^ \*|^\/\// { told = 1 }
  END { if (!told) print file }')
[ -z "$found" ] || bad 'files that do not say what they are for:' "$found"

# A page that sends its reader to nowhere.
found=$(grep -HoE '\]\([^)#:]+\)|`docs/[a-z-]+\.md`' -- *.md docs/*.md | tr -d '`()]' |
  while IFS=: read -r page link; do
    [ -e "$link" ] || [ -e "${page%"${page##*/}"}$link" ] || echo "$page: $link"
  done)
[ -z "$found" ] || bad 'links to files that are not there:' "$found"

# Likewise a file of ours that has moved; the recipe for a strategy names the one that it makes.
found=$(grep -HoE '`(bench|collect|common|data|kmods|report|tests)/[A-Za-z0-9_/.-]+\.(c|h|def|sh|py|awk|sql|tsv|gp)`' -- *.md docs/*.md |
  tr -d '`' | while IFS=: read -r page file; do
    [ -e "$file" ] || [ "$page" = docs/add-a-strategy.md ] || echo "$page: $file"
  done)
[ -z "$found" ] || bad 'sources that are not there:' "$found"

# What is left behind in a hurry. This file names them, so it is left out.
found=$(grep -rnE '\b(TODO|FIXME|XXX)\b' --include='*.[ch]' --include='*.sh' --include='*.md' \
  --include='*.build' --include='*.py' bench collect common data docs kmods report tests README.md CONTRIBUTING.md |
  grep -vE '^tests/style/layering.sh:|X{4}')
[ -z "$found" ] || bad 'left behind:' "$found"

[ $failed = 0 ] && echo 'the rooms are in order'
exit $failed
