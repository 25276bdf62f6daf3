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
cat >axes.plan <<'P'
# every axis, the last turning fastest but for the strategy; one cell twice
[a]
strategy = pin, get
samples = 3
residency = warm, fault
intent = write
hold = all
release = dirty
[b]
strategy = pin
samples = 3
residency = fault
intent = write
hold = all
release = dirty
[c]
strategy = pin
samples = 3
ops = 1k
P
try run --dry-run --backend fake --plan axes.plan
try run --dry-run --backend fake --plan axes.plan --residency warm --intent read --hold 0 --release plain --ops 3
printf '[a]\nload = spin\n' >load.plan
try run --backend fake --plan load.plan
printf '[a]\n\nload = none:5\n' >rate.plan
try run --backend fake --plan rate.plan
for rate in 0 fast 1000001 10k -1 '' 1:2; do
  printf '[a]\nstrategy = pin\nload = none, fork:%s\n' "$rate" >rate.plan
  try run --backend fake --plan rate.plan
done
try run --backend fake --load fork:0
# With its own rate and with the same one said it is the same cell.
try run --dry-run --backend fake --strategy pin --memory anon --pages 1 --load fork,fork:100,fork:7
printf '[a]\nrelease = clean\n' >release.plan
try run --backend fake --plan release.plan
printf '[global]\nsamples = 10\nops = 9\n[a]\nmemory = anon\n' >ops.plan
try run --backend fake --plan ops.plan
try run --backend fake --ops 9 --samples 10
printf '# nothing\n' >empty.plan
try run --backend fake --plan empty.plan
try run --backend fake --plan ./absent.plan
mkdir folder.plan
try run --backend fake --plan ./folder.plan
try run --backend fake --plan /dev/zero
