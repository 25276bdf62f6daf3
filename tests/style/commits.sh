#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# commits.sh SOURCE-ROOT - subjects of at most 72 characters, and a body that says why.
# Why: who asks in two years what a line is for has the commit alone to ask. Looked at are the commits
# since this file came; PINBENCH_COMMITS=RANGE says which others.
set -u

cd "$1" || exit 99
LC_ALL=C.UTF-8
export LC_ALL
git rev-parse --git-dir >/dev/null 2>&1 || { echo 'no git repository: nothing to look at'; exit 77; }
range=${PINBENCH_COMMITS:-}
if [ -z "$range" ]; then
  first=$(git log --diff-filter=A --format=%H -- tests/style/commits.sh | tail -n 1)
  [ -n "$first" ] || { echo 'the history does not reach back to the first commit to look at'; exit 77; }
  range=$first..HEAD
fi
commits=$(git rev-list --no-merges "$range") || exit 99
failed=0 nr=0
for commit in $commits; do
  nr=$((nr + 1))
  git log -1 --format=%B "$commit" | awk -v commit="$(git rev-parse --short "$commit")" '
    function bad(why) { print commit ": " why ": " subject; failed = 1 }
    NR == 1 {
      subject = $0
      if (length($0) > 72) bad("a subject of " length($0) " characters, at most 72")
      if ($0 !~ /^(Revert "|[a-z][a-z0-9 ,.\/_-]*: ..)/) bad("a subject is \"room: what was done\"")
    }
    NR == 2 && $0 != "" { bad("no empty line behind the subject") }
    NR > 2 && $0 != "" && !/^[A-Z][A-Za-z-]*: / { body++ }
    END { if (!body) bad("no body, which says why"); exit failed }' || failed=1
done
[ $failed = 0 ] && echo "$nr commits since the rule: all say why"
exit $failed
