# SPDX-License-Identifier: GPL-2.0-only
# Times with noise: intervals, what cannot tell, the seed.
cells='--quiet --backend fake --strategy get,pin --memory anon --pages 64,512 --samples 20'
PINBENCH_FAKE=noise:4:1 try run $cells
PINBENCH_FAKE=noise:4:2 try run $cells
try compare latest~1 latest
try compare latest~1 latest --all
try compare latest~1 latest --all --seed 2
PINBENCH_FAKE=noise:4:3,dearer:2 try run $cells
try compare latest~1 latest
try compare latest latest~1 --quiet
PINBENCH_FAKE=noise:4:4,unclock:1 try run $cells
try compare latest~2 latest
PINBENCH_FAKE=noise:4:5 try run $cells --samples 9
try compare latest~3 latest --quiet
try run $cells
try compare latest~4 latest
try compare latest~4 latest --seed x
# Histories: neighbours of a few kernels, levels of many.
ladder='--quiet --backend fake --strategy pin --memory anon --pages 64 --samples 20 --db ladder.db'
for i in 1 2 3 4; do
  PINBENCH_FAKE=noise:4:1$i,dearer:$((i > 2 ? 3 : 0)) try run $ladder --kernel 6.$i
done
try history --db ladder.db
for i in 5 6 7 8 9 10 11 12; do
  PINBENCH_FAKE=noise:4:1$i,dearer:$((i > 8 ? 5 : 3)) try run $ladder --kernel 6.$i
done
try history --db ladder.db --quiet
for i in 13 14 15 16 17 18 19 20 21 22; do
  PINBENCH_FAKE=noise:4:1$i,dearer:5 try run $ladder --kernel 6.$i
done
try history --db ladder.db --quiet
try history --db ladder.db --quiet latest latest~1
