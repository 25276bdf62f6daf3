# SPDX-License-Identifier: GPL-2.0-only
# What passes, what does not, and every way to have nothing.
cells='--quiet --backend fake --strategy get,pin --memory anon --pages 1,8 --samples 3'
try gate
try gate --base latest
try run $cells
try gate --base latest
try gate --base latest~1
try gate --base nonsense
try run $cells
try gate --base latest~1
try gate --base latest~1 --all
try gate --base latest~1 extra
try gate --base latest~1 --max lots
try gate --base latest~1 --cell pinn
PINBENCH_FAKE=dearer:2 try run $cells
try gate --base latest~1
try gate --base latest~1 --max +1%
try gate --base latest~1 --max +2% --quiet
try gate --base latest~1 --cell get,anon,8
try gate --base latest --head latest~1
PINBENCH_FAKE=refuse:1 try run $cells
try gate --base latest~2
try gate --base latest~2 --except pin,anon,1
PINBENCH_FAKE=fail:0 try run $cells
try gate --base latest~3
PINBENCH_FAKE=die:0 try run $cells
try gate --base latest~4 --quiet
PINBENCH_FAKE=unclock:3 try run $cells
try gate --base latest~5
PINBENCH_FAKE=refuse:0,refuse:1,refuse:2,refuse:3 try run $cells
try gate --base latest~6 --quiet
try gate --base latest --head latest~6 --quiet
try run --quiet --backend fake --strategy ref --pages 64
try gate --base latest~7 --head latest~0
# A baseline that is no database, and one of a schema that this pinbench does not know.
echo hello >other.db
try gate --base other.db
try gate --base gone.db
sqlite3 pinbench.db '.backup newer.db'
sqlite3 newer.db 'PRAGMA user_version = 9999'
try gate --base newer.db
# Noise.
more='--quiet --backend fake --strategy get --memory anon --pages 64,512 --samples 20'
PINBENCH_FAKE=noise:4:1 try run $more
try gate --base latest~1
PINBENCH_FAKE=noise:4:2 try run $more
try gate --base latest~1 --all
PINBENCH_FAKE=noise:4:3,dearer:3 try run $more
try gate --base latest~1
try gate --base latest~1 --max +1% --quiet
PINBENCH_FAKE=noise:90:4 try run $more
try gate --base latest~2
PINBENCH_FAKE=noise:4:5,unclock:0,unclock:1 try run $more
try gate --base latest~3
