# SPDX-License-Identifier: GPL-2.0-only
# Job files: what is good, and each way to be wrong, with file, line and word.
cat >good.plan <<'P'
# two jobs that overlap in one cell
[global]
samples = 3
[a]
strategy = ref, get
pages = 1, 8
[b]
strategy = get
pages = 8, 64
samples = 5
P
try run --dry-run --backend fake --plan good.plan
printf '[a]\nstratagy = pin\n' >key.plan
try run --backend fake --plan key.plan
printf '[a]\n\nstrategy = pinn\n' >word.plan
try run --backend fake --plan word.plan
printf 'strategy = pin\n' >early.plan
try run --backend fake --plan early.plan
printf '[a]\nstrategy pin\n' >syntax.plan
try run --backend fake --plan syntax.plan
printf '[a]\npages = 1\npages = 2\n' >twice.plan
try run --backend fake --plan twice.plan
printf '[a]\nsamples = 1, 2\n' >two.plan
try run --backend fake --plan two.plan
printf '# nothing\n' >empty.plan
try run --backend fake --plan empty.plan
try run --backend fake --plan ./absent.plan
mkdir folder.plan
try run --backend fake --plan ./folder.plan
