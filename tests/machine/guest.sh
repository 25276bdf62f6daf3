#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# guest.sh - the first process of the machine that machine.sh makes: runs the cases, writes TAP to the
# second serial line, switches off.
# Why: each case is what a user may do to a run; afterwards no pin is held, no module is stuck, and
# every setting is as it was, or the way to restore it was printed.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
mount -t securityfs securityfs /sys/kernel/security
exec </dev/null >/dev/ttyS1 2>&1
stty -F /dev/ttyS1 raw
cd /tmp || exit

nr=0
failed=0
say() { printf '# %s\n' "$*"; }
ok() { nr=$((nr + 1)); printf 'ok %d - %s\n' $nr "$1"; }
not_ok() {
  nr=$((nr + 1))
  failed=$((failed + 1))
  printf 'not ok %d - %s\n' $nr "$1"
  [ ! -s out ] || sed 's/^/#   /' out
}
check() { local what=$1; shift; if "$@"; then ok "$what"; else not_ok "$what"; fi; }

# What runs leave behind, compared with what was there before the first.
settings() {
  for file in /sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs /sys/kernel/mm/ksm/run \
    /proc/sys/vm/compaction_proactiveness /proc/sys/kernel/numa_balancing /proc/sys/vm/dirty_writeback_centisecs \
    /proc/sys/kernel/nmi_watchdog /proc/sys/kernel/soft_watchdog /sys/kernel/mm/hugepages/*/nr_hugepages \
    /sys/kernel/mm/transparent_hugepage/enabled; do
    [ ! -r "$file" ] || echo "$file $(cat "$file")"
  done
}
pins() {
  echo 1 >/proc/sys/vm/stat_refresh
  awk '/^nr_foll_pin_acquired/ { a = $2 } /^nr_foll_pin_released/ { r = $2 } END { print a - r }' /proc/vmstat
}
no_modules() { ! grep -q ^pinbench /proc/modules; }
is_clean() {
  no_modules && [ "$(pins)" = 0 ] && [ ! -e /run/pinbench/state.json ] && settings | diff - /tmp/settings >diff.out &&
    ! pgrep -x pinbench-agent >/dev/null && ! pgrep -x pinbench-guard >/dev/null
}
settings >/tmp/settings
wait_for() { # SECONDS COMMAND...
  local tenths=$(($1 * 10))
  shift
  while ! "$@"; do
    [ $((tenths -= 1)) -gt 0 ] || return 1
    sleep 0.1
  done
}
clean() { # WHAT: soon, as a killed run's guard needs a moment
  if wait_for 15 is_clean; then
    ok "$1: no pin, no module, no setting is left"
  else
    { grep ^pinbench /proc/modules; echo "pins $(pins)"; cat /run/pinbench/state.json diff.out; ps -e; } >>out 2>&1
    not_ok "$1: no pin, no module, no setting is left"
  fi
}
run() { pinbench run --backend kmod --memory anon --pages 8 --samples 5 "$@"; }
says() { grep -qF -- "$1" out; }

# A run that does not end by itself soon: many samples of many pages.
long_run() { pinbench run --backend kmod --strategy get,pin --memory anon,hugetlb-2m --pages 4096 --samples 100000 --db long.db "$@" >out 2>&1 & long=$!; }
measuring() { pgrep -x pinbench-agent >/dev/null && [ -e /dev/pinbench ] && fuser_device; }
fuser_device() { local fd; for fd in /proc/"$(pgrep -xo pinbench-agent)"/fd/*; do [ "$(readlink "$fd")" != /dev/pinbench ] || return 0; done; return 1; }
ended() { wait $long; status=$?; }

case_plain() {
  run --strategy noop,get,pin-fast,odp --db plain.db >out 2>&1
  check 'a run on this machine ends well' [ $? = 0 ]
  pinbench export --db plain.db >csv
  check 'its numbers are ticks of a real clock' [ "$(grep -c ',hardware,kmod,.*,acquire,ticks,ticks/page,5,' csv)" = 4 ]
  pinbench export --format jsonl --db plain.db >jsonl
  check 'their rate is a fact' grep -q '"pinbench.ticks_hz","value":"[0-9]' jsonl
  check 'the machine is known as virtual' grep -q '"machine.virtual","value":"tcg"' jsonl
  check 'the table says so' says 'hardware (virtual)'
  clean 'after a run'
}
case_auto() {
  pinbench run --strategy noop --memory anon --pages 8 --samples 5 --db auto.db >out 2>&1
  check 'auto takes kmod here, and says why' says 'Backend kmod: modules can be loaded'
  clean 'after auto'
}
case_keep() {
  run --keep --strategy noop --db keep.db >out 2>&1
  check '--keep leaves the modules' test -e /sys/module/pinbench_noop
  check '--keep leaves no state' test ! -e /run/pinbench/state.json
  run --strategy noop --db keep.db >out 2>&1
  clean 'after a run without --keep'
}
case_in_use() {
  run --keep --strategy noop --db use.db >out 2>&1
  exec 9</dev/pinbench
  run --strategy noop --db use.db >out 2>&1
  check 'modules that somebody else uses are not touched' says 'it is in use: end the program that has /dev/pinbench open'
  check 'and are not taken for what a killed run left' test ! -e /run/pinbench/state.json
  exec 9<&-
  run --strategy noop --db use.db >out 2>&1
  clean 'after modules in use'
}
case_quiesce() {
  long_run --quiesce
  wait_for 30 measuring
  check '--quiesce holds writing back off' [ "$(cat /proc/sys/vm/dirty_writeback_centisecs)" = 0 ]
  kill -INT $long
  ended
  check 'Ctrl-C ends with status 130' [ $status = 130 ]
  clean 'after Ctrl-C with --quiesce'
}
case_hugetlb() {
  pinbench run --backend kmod --strategy pin --memory hugetlb-2m --pages 512 --samples 5 --db huge.db >out 2>&1
  check 'huge pages are found and measured' says '1 cells measured'
  clean 'after huge pages'
}
case_signals() { # at several points: before the agent, while it loads, while it measures
  local signal point
  for signal in INT TERM KILL; do
    for point in 0.3 1 measuring; do
      long_run
      if [ $point = measuring ]; then wait_for 30 measuring; else sleep $point; fi
      kill -$signal $long
      ended
      clean "SIG$signal at $point (status $status)"
    done
  done
}
case_impatience() { # a second Ctrl-C kills pinbench at once; its guard goes on tidying up
  long_run
  wait_for 30 measuring
  kill -INT $long
  sleep 0.2
  kill -INT $long
  ended
  clean "after Ctrl-C twice (status $status)"
}
case_limit() {
  pinbench run --backend kmod --strategy get,noop --memory anon --pages 65536 --samples 100000 --cell-limit 3 --db limit.db >out 2>&1
  check 'a cell over its limit fails the run' [ $? = 1 ]
  check 'and says so' eval 'pinbench export --format jsonl --db limit.db | grep -q "no answer from the agent for 3 s"'
  check 'the cells behind it are missing, with the reason' says '1 failed, 1 not reached'
  clean 'after a cell over its limit'
}
case_agent_killed() {
  long_run
  wait_for 30 measuring
  pkill -KILL -x pinbench-agent
  ended
  check 'a killed agent fails the run' [ $status = 1 ]
  check 'a killed agent is said to be' eval 'pinbench export --format jsonl --db long.db latest | grep -q "the agent was killed by signal 9"'
  clean 'after the agent was killed'
}
case_guard_killed() {
  long_run
  wait_for 30 measuring
  pkill -KILL -x pinbench-guard
  ended
  check 'a killed guard is said to be' says 'The guard process was killed; what it had changed on this machine was undone'
  clean 'after the guard was killed'
}
case_both_killed() {
  long_run --quiesce
  wait_for 30 measuring
  pkill -STOP -x pinbench-guard # so that neither sees the other die
  kill -KILL $long
  pkill -KILL -x pinbench-guard
  ended
  wait_for 10 eval '! pgrep -x pinbench-agent >/dev/null'
  check 'no pin outlives both' [ "$(pins)" = 0 ]
  run --strategy noop >out 2>&1
  check 'the next run refuses, and says how to restore' says 'pinbench doctor --restore'
  check 'and what was changed' says "dirty_writeback_centisecs: '0', and was '"
  pinbench doctor --backend kmod >out 2>&1
  check 'doctor says that something is left' [ $? = 1 ]
  check 'doctor names the command' says 'sudo pinbench doctor --restore'
  pinbench doctor --restore >out 2>&1
  check 'doctor --restore works' [ $? = 0 ]
  clean 'after doctor --restore'
}
case_rmmod() {
  long_run
  wait_for 30 measuring
  rmmod pinbench >rmmod.out 2>&1
  check 'rmmod during a run is refused' [ $? != 0 ]
  check 'and the run goes on' kill -0 $long
  # A strategy that is not running now may be taken away; the run must still tidy up.
  rmmod pinbench_odp
  kill -TERM $long
  ended
  clean 'after rmmod'
}
case_two() {
  long_run
  wait_for 30 measuring
  run --strategy noop --db two.db >two.out 2>&1
  check 'a second run at a time is refused' grep -q 'another pinbench (process .*) measures on this machine' two.out
  check 'and the first goes on' kill -0 $long
  kill -TERM $long
  ended
  clean 'after two at a time'
}
case_place() {
  run --strategy noop --place smt --db place.db >out 2>&1
  check 'a place that is not there is refused with what is' says 'this machine has 2 CPUs'
  run --strategy noop --place core --db place.db >out 2>&1
  check 'a place that is there is used' [ $? = 0 ]
  pinbench export --format jsonl --db place.db >jsonl
  check 'and stored' grep -q '"machine.place_cpus","value":"1,0"' jsonl
}
case_threads() {
  run --threads 2 --sharing private,page --place core --strategy ref,pin-fast --db threads.db >out 2>&1
  check 'threads meet on the CPUs that --place chose' says '4 cells measured'
  clean 'after threads'
}
case_irqs() {
  run --irqs off --strategy noop,ref,pin-fast --db irqs.db >out 2>&1
  check '--irqs off runs what never sleeps, and refuses the rest' says '2 cells measured, 1 refused'
  check 'with the reason' says "'pin-fast' may sleep, and so cannot run with interrupts off"
  clean 'after --irqs off'
}
as_nobody() { (cd /tmp && mkdir -p nobody && chown nobody nobody && cd nobody && HOME=/tmp/nobody setpriv --reuid nobody --clear-groups "$@"); }
case_refusals() {
  as_nobody pinbench run --backend kmod --strategy noop >out 2>&1
  check 'an ordinary user is told to use sudo' says 'this user lacks CAP_SYS_MODULE, which loads modules: sudo pinbench run --backend kmod'
  setpriv --bounding-set -sys_module --inh-caps -sys_module pinbench run --backend kmod >out 2>&1
  check 'a dropped capability is named' says 'root lacks CAP_SYS_MODULE here'
  setpriv --bounding-set -sys_admin --inh-caps -sys_admin pinbench run --backend kmod >out 2>&1
  check 'so is the one for the device' says 'root lacks CAP_SYS_ADMIN here'
  /pinbench-test/deny finit_module -- pinbench run --backend kmod >out 2>&1
  check 'a seccomp filter is named' says 'a seccomp filter refuses to load modules'
  echo 2 >/proc/sys/kernel/perf_event_paranoid
  as_nobody pinbench doctor >out 2>&1
  check 'perf_event_paranoid is named' says 'this user may not count inside the kernel: Permission denied (kernel.perf_event_paranoid='
  clean 'after refusals'
}
case_vermagic() {
  local dir=/lib/modules/$(uname -r)/updates/dkms
  cp $dir/pinbench.ko kept.ko
  # Not the release alone: where symbols have versions, the kernel goes by those.
  sed -i "/vermagic=/ { s/vermagic=$(uname -r)/vermagic=$(uname -r | tr 0-9 9)/; s/mod_unload/mod_unl0ad/ }" $dir/pinbench.ko
  run --strategy noop >out 2>&1
  check 'modules of another kernel are told apart' says 'build it anew (pinbench kernel build host)'
  cp kept.ko $dir/pinbench.ko
  mv $dir $dir.away
  run --strategy noop >out 2>&1
  check 'neither headers nor modules: how to get them' says "apt-get install linux-headers-$(uname -r)"
  mv $dir.away $dir
  clean 'after modules that do not load'
}
case_irreversible() { # until the next boot, so last
  echo 1 >/sys/module/module/parameters/sig_enforce
  run --strategy noop >out 2>&1
  check 'enforced signatures are named' says 'the kernel takes signed modules only (module.sig_enforce)'
  echo 1 >/proc/sys/kernel/modules_disabled
  run --strategy noop >out 2>&1
  check 'switched-off loading is named' says 'kernel.modules_disabled=1'
  pinbench doctor --backend kmod >out 2>&1
  check 'doctor says so in its status' [ $? = 1 ]
  clean 'at the end'
}

for name in ${PINBENCH_CASES:-plain auto keep in_use quiesce hugetlb signals impatience limit agent_killed guard_killed both_killed rmmod two place threads irqs refusals vermagic irreversible}; do
  say "case $name, $(cut -d ' ' -f 1 /proc/uptime) s after boot"
  rm -f out
  case_$name
done
printf '1..%d\n# end, %s s after boot\n' $nr "$(cut -d ' ' -f 1 /proc/uptime)"
sync
echo o >/proc/sysrq-trigger
sleep 60
