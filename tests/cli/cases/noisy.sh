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
