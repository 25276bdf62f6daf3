# SPDX-License-Identifier: GPL-2.0-only
# What semantics refuses before a guest is booted, and what it shows of a run that came as records.
# Why: a word that is not known, or an expectation that is none, must cost nobody a boot.
try semantics --event unmap
try semantics --memory heap
try semantics --strategy pinn
try semantics --intent both
try semantics --format xml
try semantics --backend kmod
try semantics --kernel host
try semantics pin
try semantics --show
cat >seen.jsonl <<'END'
{"type":"run","format":1,"uuid":"6f1c2f0e-0000-4000-8000-00000000000a","created":"2026-01-01T00:00:00Z","backend":"vm","evidence":"observed","plan":"semantics","revision":"r"}
{"type":"fact","key":"kernel.name","value":"debian:6.1"}
{"type":"fact","key":"kernel.release","value":"6.1.0-57-cloud-amd64"}
{"type":"cell","cell":0,"strategy":"none","memory":"anon","pages":1,"threads":1,"sharing":"private","load":"none","residency":"warm","intent":"write","hold":"0","release":"plain","samples":1,"warmup":0,"ops":0,"event":"munmap"}
{"type":"observation","cell":0,"parts":{"hold":"ok","frame.held":"7","event":"ok","frame.after":"none","page.after.is":"free orphan","invalidations.unmap":"1","view":"no","frame.touched":"none"}}
{"type":"done","cell":0,"state":"measured"}
{"type":"cell","cell":1,"strategy":"pin","memory":"anon","pages":1,"threads":1,"sharing":"private","load":"none","residency":"warm","intent":"write","hold":"0","release":"plain","samples":1,"warmup":0,"ops":0,"event":"munmap"}
{"type":"observation","cell":1,"parts":{"hold":"ok","frame.held":"7","event":"ok","frame.after":"7","page.after.is":"same anon","view":"yes","c2d":"yes","d2c":"yes","frame.read":"7","frame.touched":"7","carried":"yes"}}
{"type":"done","cell":1,"state":"measured"}
{"type":"cell","cell":2,"strategy":"longterm","memory":"file-shared","pages":1,"threads":1,"sharing":"private","load":"none","residency":"warm","intent":"write","hold":"0","release":"plain","samples":1,"warmup":0,"ops":0,"event":"munmap"}
{"type":"observation","cell":2,"parts":{"hold":"EFAULT"}}
{"type":"done","cell":2,"state":"refused","errno":"EFAULT","reason":"the kernel refuses <b>\u001b[31m|"}
{"type":"end","state":"complete"}
END
try import seen.jsonl
try semantics --show
try semantics --show --format tsv --strategy none,longterm
try semantics --show --format markdown --memory anon
try semantics --show --format json --strategy longterm
try semantics --show --event exit
mkdir bare
try semantics --show --expect bare
printf 'kernels\tstrategy\tintent\tmemory\tevent\tresult\tdata\tframe\tsource\n*\tpin\t*\t*\tmunmap\tok\tcoherent\tstayed\tnobody\n' >bare/a.tsv
try semantics --show --expect bare --strategy pin
printf '*\tpin\t*\t*\tmunmap\tok\tcoherent\tstayed\t\n' >>bare/a.tsv
try semantics --show --expect bare
try list runs
try compare latest
try export --all
try export 6f1c2f0e
try report 6f1c2f0e
try compare 6f1c2f0e 6f1c2f0e-0000
try export --all --format jsonl -o again.jsonl
cmp seen.jsonl again.jsonl >/dev/null || grep -c observation again.jsonl
# What it reads is no place to write to, whatever the name.
mkdir good
head -n 2 bare/a.tsv >good/a.tsv
cp good/a.tsv before.tsv
ln -s a.tsv good/link
for name in good/a.tsv ./good/../good/a.tsv good/link; do
  try semantics --show --expect good -o $name
done
try semantics --show --expect good -o pinbench.db
cmp before.tsv good/a.tsv && echo 'left alone'
# A newer kernel: one verdict is another one, one case was not watched.
sed -e 's/00000000000a/00000000000b/' -e 's/debian:6.1"/debian:6.12"/' -e 's/6\.1\.0-57/6.12.117/' \
  -e 's/"page.after.is":"same anon","view":"yes","c2d":"yes"/"page.after.is":"same anon","view":"yes","c2d":"no"/' \
  -e '/"cell":2/d' seen.jsonl >newer.jsonl
try import newer.jsonl
try compare debian:6.1 debian:6.12
try compare -q debian:6.12 debian:6.1
try compare 6.12 latest
try compare latest~1 latest --tolerance 5%
try compare debian:6.1 debian:7.3
try gate --base debian:6.1
try gate --base debian:6.1 --max +1%
try gate --base debian:6.1 --check
try history
try history -q debian:6.12 debian:6.1
try history debian:6.1
try history --pages 1
# Nothing changed, and all was watched; then less than all.
sed -e 's/00000000000a/00000000000c/' -e 's/debian:6.1"/debian:6.13"/' -e 's/6\.1\.0-57/6.13.1/' seen.jsonl >same.jsonl
try import same.jsonl
try gate --base debian:6.1 --head debian:6.13
sed -e 's/00000000000a/00000000000d/' -e 's/debian:6.1"/debian:6.14"/' -e 's/6\.1\.0-57/6.14.1/' -e '/"cell":2/d' seen.jsonl >less.jsonl
try import less.jsonl
try gate --base debian:6.1 --head debian:6.14
try list runs
