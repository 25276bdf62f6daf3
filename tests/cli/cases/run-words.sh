# SPDX-License-Identifier: GPL-2.0-only
# What `pinbench run` is told, before anything is booted.
try run --help
try run quick
try run --plam quick
try run --zzz
try run --plan
try run --plan nonsense
try run --backend hardware
try run --strategy pin,pun --backend fake
try run --pages 0 --backend fake
try run --pages 12,x --backend fake
try run --pages 1G --backend fake
try run --samples -3 --backend fake
try run --strategy , --backend fake
try run --quiet=yes
try run --dry-run --strategy pin,get-fast --memory thp --pages 1,512 --samples 7 --backend fake
# An unset variable in a script: as a path, nothing would be the root folder.
try run --db '' --backend fake
try run --plan= --backend fake
try report --output ''
try report --figures some
try report --figures all --table
# Nowhere to keep a kernel is not the same as no such kernel.
unset HOME XDG_CACHE_HOME
try run --quiet --kernel debian:6.1
export HOME="$dir"
# What is asked of a machine wants a backend that measures the machine.
try run --backend fake --place smt
try run --backend vm --quiesce
try run --backend syscall --keep
try run --backend syscall --irqs off
try run --backend kmod --irqs maybe
try run --backend kmod --kernel debian:6.1
try run --backend kmod --profile
try doctor --backend hardware
# What runs a guest, and a kernel that nothing boots.
try run --accel xen
try run --backend kmod --accel kvm
try run --backend vm --cpus 2
try run --accel tcg --cpus 2
try run --accel kvm --cpus 0
try run --quiet --accel kvm --profile
try run --quiet --accel kvm --quiesce --place smt
try run --quiet --accel tcg --place smt
try run --quiet --accel kvm --arch arm64
try run --quiet --accel kvm --kernel host
try run --backend vm --kernel host
try run --kernel debian:6.1,host
try run --accel kvm --dry-run --strategy pin --memory anon --pages 1 --threads 2 --sharing page
try list runs
# A look at the cells makes nothing, and what is refused makes nothing either.
try run --dry-run --evidence model --keep-trace kept --strategy ref --memory anon --pages 1 --threads 1 --sharing private
try run --evidence model --keep-trace kept --cache nope
[ ! -e kept ] || echo "a folder was made"
