# SPDX-License-Identifier: GPL-2.0-only
# Architectures: which kernel a name means with --arch, and what is said no to before anything is fetched.
try run --arch sparc
try run --arch arm64 --backend syscall
try run --arch arm64 --kernel debian:6.1/cloud
try run --quiet --arch amd64 --kernel debian:6.12,debian:6.1/arm64
try run --quiet --kernel debian:6.1/sparc
try run --profile --quiet --kernel debian:6.1/arm64
try kernel show --arch arm64 debian:6.1
try kernel show debian:6.1/arm64
try kernel build --arch arm64 debian:6.1/amd64
try kernel fetch --arch riscv debian:6.1
try list kernels --arch s390x
try run --backend fake --arch arm64 --quiet --strategy noop --pages 1
try compare debian:6.1/cloud-arm64 latest
