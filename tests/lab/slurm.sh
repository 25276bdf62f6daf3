#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# slurm.sh PINBENCH SBATCH LAB.md - runs docs/lab.md's Slurm recipe on a cluster of this one machine.
# Why: a recipe that nobody runs is wrong within a year. The fake backend makes it take seconds.
# Exit 77, with the reason, where Slurm is not installed.
set -u

pinbench=$(realpath "$1")
sbatch_file=$(realpath "$2")
document=$(realpath "$3")
# Debian puts the daemons where not everyone looks.
PATH=$PATH:/usr/sbin:/sbin
for tool in munged mungekey slurmctld slurmd sbatch sinfo squeue; do
  command -v "$tool" >/dev/null && continue
  echo "skipped: $tool is not installed (Debian: slurmctld slurmd slurm-client munge)"
  exit 77
done

dir=$(mktemp -d "${TMPDIR:-/tmp}/pinbench-slurm.XXXXXX")
me=$(id -un)
node=$(hostname -s)
pids=
say() { printf '%s\n' "$*"; }
fail() {
  say "FAILED: $*"
  tail -n 15 "$dir"/*.log "$dir"/jobs/*.log 2>/dev/null
  exit 1
}
stop() {
  for pid in $pids $(cat "$dir/munged.pid" 2>/dev/null); do
    kill "$pid" 2>/dev/null
  done
  for i in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 $pids 2>/dev/null || break
    sleep 0.3
  done
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  tries=$(($1 * 4)) what=$2
  shift 2
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "$what did not happen in time"
    sleep 0.25
  done
}

# A port that nobody listens on, from a random start.
port_free() {
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
  while grep -qi ":$(printf %04X "$port") " /proc/net/tcp /proc/net/tcp6 2>/dev/null; do
    port=$((port + 1))
  done
  echo "$port"
}

chmod 755 "$dir"
mkdir "$dir/state" "$dir/spool" "$dir/jobs" "$dir/bin"
ln -s "$pinbench" "$dir/bin/pinbench"
mungekey --create --keyfile="$dir/munge.key" || fail 'mungekey'
munged --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munged.pid" \
  --log-file="$dir/munged.log" --seed-file="$dir/munged.seed" --num-threads=2 || fail 'munged does not start'

cat >"$dir/slurm.conf" <<CONF
ClusterName=pinbench
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$(port_free)
SlurmdPort=$(port_free)
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CredType=cred/munge
SlurmUser=$me
SlurmdUser=$me
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 RealMemory=1536 State=UNKNOWN
PartitionName=lab Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$dir/slurm.conf" PATH="$dir/bin:$PATH"

slurmctld -D >"$dir/slurmctld.out" 2>&1 &
pids="$pids $!"
slurmd -D -N "$node" >"$dir/slurmd.out" 2>&1 &
pids="$pids $!"
node_ready() { sinfo -h -o %T | grep -Eq '^(idle|mixed)'; }
wait_for 40 'the node' node_ready
say "a cluster of one node: $(sinfo -h -o '%N %T %c CPUs')"

# The recipe, as docs/lab.md prints it, with a backend that needs no kernel.
cd "$dir/jobs" || exit 1
cp "$sbatch_file" slurm.sbatch
fake='--quiet --backend fake --strategy pin,odp --memory anon --pages 1,8 --samples 3'
sed -n '/^```sh recipe/,/^```/{/^```/!p}' "$document" | sed "s/--plan quick/$fake/" >recipe.sh
grep -q 'sbatch .*--array' recipe.sh || fail "no recipe in $document"
sh -eu ./recipe.sh || fail 'the recipe'
# Beside it: a task with a cell that fails, and one beyond the end of the list.
failing=$(PINBENCH_FAKE=fail:1 sbatch --parsable --array=2 slurm.sbatch kernels runs $fake) || fail 'sbatch'
beyond=$(sbatch --parsable --array=9 slurm.sbatch kernels runs $fake) || fail 'sbatch'
queue_empty() { [ -z "$(squeue -h)" ]; }
wait_for 120 'the end of the jobs' queue_empty
wait_for 10 'the merge' test -s merge.log
cat merge.log

pinbench=$dir/bin/pinbench
kernels_of() { "$pinbench" export --all --db "$1" | awk -F, 'NR > 1 { print $2 }' | sort -u | tr '\n' ' '; }
[ "$(kernels_of lab.db)" = 'debian:5.10 debian:6.1 debian:6.12 debian:6.18 ' ] || fail 'not all kernels are in lab.db'
grep -q "'kernels' has no line 9; --array goes to 4" "pinbench-${beyond}_9.log" || fail 'a task beyond the list says nothing'
[ -f "runs/$failing-2.db" ] || fail 'a task with a failed cell left no database'
# Later than the first merge, and with what it had already: nothing is lost, nothing comes twice.
"$pinbench" merge lab.db runs/*.db || fail 'the second merge'
"$pinbench" merge again.db $(ls -r runs/*.db) lab.db >/dev/null || fail 'merging in another order'
for db in lab again; do
  "$pinbench" export --all --db $db.db --format jsonl --output $db.jsonl || fail 'export'
done
cmp lab.jsonl again.jsonl || fail 'another order gave another result'
[ "$(grep -c '"type":"run"' lab.jsonl)" = 5 ] || fail 'five runs were made'
[ "$(grep -c '"type":"done"' lab.jsonl)" = 20 ] || fail 'cells were lost'
[ "$(grep -c '"state":"failed"' lab.jsonl)" = 2 ] || fail 'the failed cell, and its run, did not arrive'
say 'four kernels measured by a job array, one database'
