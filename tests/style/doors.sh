#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# doors.sh SOURCE-ROOT - text leaves by common/encode/, and files by common/save.h.
# Why: one printf() with a name out of a database is a hole again, in whichever language it writes.
set -u

cd "$1" || exit 99
failed=0
bad() { printf '%s\n' "$1" "$2" | sed '2,$s/^/  /'; failed=1; }
# The agent writes records for its host, the plug-in a trace for its own reader: neither shows text.
sources() {
  find bench collect common report -name '*.c' ! -path 'bench/agent/*' ! -path 'collect/tcg/*' | sort
}
outside() { sources | grep -v '^common/encode/'; }

# Functions with a format, and those whose text is no literal. What may use them:
#   record_write.c     jansson's and its own encoder of the record stream
#   shell/*.c          manual pages and completions, of the program's own words
#   hugetlb.c          a number into a file of sysfs
#   guard.c            to this program's own other process, which reads it by its own rules
#   vm.c               QEMU's console as it is, into a log
#   proc.c             a child's own words about its start, into what its parent keeps
#   run/series.c       a terminal's cursor, by a number; to its other process
#   file.c, save.c     bytes of a file
#   svg.c              bytes of a picture that was drawn already
#   rundir.c, state.c, temporary.c   who holds a lock or a folder, for this program's next run
allowed='^(collect/record_write|bench/cli/shell/[a-z]+|bench/memory/hugetlb|bench/backends/kmod/guard|bench/backends/vm/vm|bench/run/series|bench/control/(rundir|state)|common/(file|proc|save|temporary)|report/draw/svg)\.c:'
found=$(outside | xargs grep -nE '(^|[^_[:alnum:]])(v?f?printf|v?dprintf|puts|putchar|putc|putc_unlocked|fwrite|fputws|json_dumpf|json_dumpfd)\([^)]' |
  grep -vE "$allowed")
[ -z "$found" ] || bad 'printed without an encoder (common/encode/ has one for each language):' "$found"

found=$(outside | xargs grep -nE '(^|[^_[:alnum:]])fputs\([^"]|(^|[^_[:alnum:]])fputc\([^'\'']' | grep -vE "$allowed")
[ -z "$found" ] || bad 'a text that is no literal, without an encoder:' "$found"

# A format that is not a literal could be anybody's.
found=$(outside | xargs grep -nE 'pb_(term|html|gp|gp_tic|gp_data|ktap|lava|tsv)_printf\([[:alnum:]_>.-]+, [[:alnum:]_>.-]+[,)]')
[ -z "$found" ] || bad 'a format that is no literal:' "$found"

# Files: made, replaced and truncated in one place.
found=$(sources | xargs grep -nE '(^|[^_[:alnum:]])(fopen|freopen)\([^)]*, "[wa]|O_TRUNC|(^|[^_[:alnum:]])creat\(' |
  grep -vE '^(bench/memory/(hugetlb|memory)|bench/control/state|collect/store/journal|common/proc|bench/backends/vm/machine|bench/users/guest/entry)\.c:')
[ -z "$found" ] || bad 'written in place (common/save.h writes beside it and renames):' "$found"

# A shell would be one more language; popen() and system() are one.
found=$(sources | xargs grep -nE '(^|[^_[:alnum:]])(system|popen|wordexp)\(')
[ -z "$found" ] || bad 'a shell:' "$found"

[ $failed = 0 ] && echo 'every text has its encoder'
exit $failed
