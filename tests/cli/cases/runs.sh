# SPDX-License-Identifier: GPL-2.0-only
# Runs as things: noted, tagged, named by a tag wherever a run is named, removed.
cells='--quiet --backend fake --strategy noop,pin --pages 1 --samples 3'
try runs
try run $cells --kernel 6.1
try run $cells --kernel 6.12
try runs tag latest~1 before-patch
try runs note before-patch 'a | b' and more
try runs tag latest after
try runs
try runs --format csv | sed 's/^[0-9a-f]\{8\},/SHORTID,/'
try compare before-patch after
try export -f github before-patch | head -n 12
# One tag, one run; and no word that means something else.
try runs tag latest before-patch
try runs tag latest latest
try runs tag latest abcdef
try runs tag latest 6.1
try runs tag latest 'a b'
try runs tag latest
try runs note latest
try runs tag after --remove
try runs tag latest before-patch
try runs note before-patch --remove
try runs note before-patch --remove words
# A tag is a fact, which goes where its run goes.
"$pinbench" export -f jsonl before-patch >one.jsonl
try import --db other.db one.jsonl
try runs --db other.db --format csv | sed 's/^[0-9a-f]\{8\},/SHORTID,/'
# Two databases that gave the tag each: nobody knows which is meant.
try run $cells --db third.db --kernel 6.13
try runs tag --db third.db latest~0 before-patch
try merge other.db third.db
try runs show --db other.db before-patch 2>&1 | sed 's/^\(  \)[0-9a-f-]*/\1UUID/'
# Removed: by name only, all of them or none, each word as it was when the command began.
try runs rm latest
try runs rm before-patch nobody
try list runs
try runs rm latest~1 before-patch
try run $cells --kernel 6.13
try runs rm latest~0 latest~0
try runs rm latest~0
try runs
try runs rm latest~0
try runs walk
try runs list one
try runs show
try runs --db missing.db tag latest first
ls missing.db 2>&1
