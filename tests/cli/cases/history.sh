# SPDX-License-Identifier: GPL-2.0-only
# The same cells over several kernels, baselines in between.
cells='--quiet --backend fake --strategy noop,pin --memory anon --pages 1,8 --samples 3'
try history
try run $cells --kernel debian:6.12
PINBENCH_FAKE=dearer:10 try run $cells --kernel debian:7.2
PINBENCH_FAKE=refuse:3 try run $cells --kernel debian:6.1
try run --quiet --backend fake --strategy ref --kernel debian:5.10
try history
try history --pages 8 --all
try history --cell pin,anon,8 --quiet
try history latest latest~1 latest
try history --strategy longterm
try history --cell pin,shmem
try history --pages x
mkdir -p data/baselines/fake/quick
try export --format baseline --output data/baselines/fake/quick/toy-6.12.tsv debian:6.12
PINBENCH_DATA=$PWD try compare baseline:toy:6.12 debian:6.12
PINBENCH_DATA=$PWD try compare toy:6.12 debian:7.2 --quiet
PINBENCH_DATA=$PWD try history --quiet baseline:toy:6.12 debian:7.2
PINBENCH_DATA=$PWD try compare baseline:toy:9 latest
try compare data/baselines/fake/quick/toy-6.12.tsv debian:6.12 --quiet
try export --format baseline latest latest~1
sed 's/	2520	/	2520x	/; s/	560	/	x	/' data/baselines/fake/quick/toy-6.12.tsv >broken.tsv
try compare broken.tsv latest
