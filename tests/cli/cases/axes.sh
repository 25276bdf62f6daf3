# SPDX-License-Identifier: GPL-2.0-only
# The words of a cell wherever cells are shown or set against each other, and histograms.
cells='--backend fake --strategy pin --memory anon --pages 8 --samples 3'
try run $cells --kernel 6.1 --intent read,write --load none,fork:7 --ops 300
PINBENCH_FAKE=dearer:10 try run --quiet $cells --kernel 6.12 --intent write --load fork:7 --hold 0,all --release dirty,plain
try compare latest~1 latest
try history --db pinbench.db latest~1 latest
try gate --base latest~1 --head latest
for format in csv ktap lava bmf otava; do
  try export --format "$format" latest
done
try export --format csv latest~1
try export --format baseline --output base.tsv latest
grep -v '^# [a-oq-z]' base.tsv | grep -v '^# pinbench\.'
try compare base.tsv latest
