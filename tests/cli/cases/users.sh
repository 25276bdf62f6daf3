# SPDX-License-Identifier: GPL-2.0-only
# What users refuses before a guest is booted, and what it shows of a run that came as records.
# Why: a word that is not known must cost nobody a boot.
try users --user fut3x
try users --pages 0
try users --pages 513
try users --pages many
try users --format xml
try users --kernel host
try users futex
try users --show
cat >used.jsonl <<'END'
{"type":"run","format":1,"uuid":"6f1c2f0e-0000-4000-8000-00000000000a","created":"2026-01-01T00:00:00Z","backend":"vm","evidence":"exact","plan":"users","revision":"r"}
{"type":"fact","key":"kernel.name","value":"debian:6.1"}
{"type":"fact","key":"kernel.release","value":"6.1.0-57-cloud-amd64"}
{"type":"cell","cell":0,"strategy":"vmsplice","memory":"anon","pages":8,"threads":1,"sharing":"private","load":"none","residency":"warm","intent":"read","hold":"0","release":"plain","samples":2,"warmup":0,"ops":0,"event":"use"}
{"type":"series","cell":0,"phase":"acquire","metric":"instructions","unit":"instructions","values":[4010,4100]}
{"type":"series","cell":0,"phase":"harness","metric":"instructions","unit":"instructions","values":[10]}
{"type":"profile","cell":0,"phase":"acquire","functions":[{"instructions":3000,"entries":1,"function":"get_user_pages_fast","caller":"__x64_sys_vmsplice"},{"instructions":900,"entries":1,"function":"__x64_sys_vmsplice","caller":"[user space]"},{"instructions":110,"entries":0,"function":"[user space]"}]}
{"type":"observation","cell":0,"parts":{"case":"5","beside":"get-fast","acquire.entry":"get_user_pages_fast","acquire.flags":"0","acquire.calls":"1","acquire.pages":"8","release.entry":"-","release.flags":"-","release.calls":"0","release.slept":"40"}}
{"type":"done","cell":0,"state":"measured"}
{"type":"cell","cell":1,"strategy":"udmabuf","memory":"anon","pages":8,"threads":1,"sharing":"private","load":"none","residency":"warm","intent":"read","hold":"0","release":"plain","samples":2,"warmup":0,"ops":0,"event":"use"}
{"type":"observation","cell":1,"parts":{"case":"2"}}
{"type":"done","cell":1,"state":"refused","errno":"EOPNOTSUPP","reason":"the kernel refuses <b>\u001b[31m|"}
{"type":"end","state":"complete"}
END
try import used.jsonl
try users --show
try users --show --format tsv
try users --show --format markdown --user vmsplice
try users --show --format json --user udmabuf
try users --show --format html --user udmabuf
try users --show --pages 64
try users --show --kernel debian:6.12
try compare latest latest
try compare 6f1c2f0e 6f1c2f0e-0000
try report 6f1c2f0e
try export
try export --all --format jsonl -o again.jsonl
cmp used.jsonl again.jsonl >/dev/null || grep -c observation again.jsonl
# A kernel that calls otherwise and costs an instruction more: told, compared and followed by name.
sed -e 's/00000000000a/00000000000b/' -e 's/debian:6.1"/debian:6.12"/' -e 's/6.1.0-57/6.12.117/' -e 's/\[4010,4100\]/[4011,4100]/' \
  -e 's/"instructions":3000/"instructions":3001/' -e 's/"acquire.entry":"get_user_pages_fast"/"acquire.entry":"pin_user_pages_fast"/' \
  used.jsonl >newer.jsonl
try import newer.jsonl
try users --show --calls
try users --show --changed --format tsv
try users --show --changed --kernel debian:6.1
try compare -q users:debian:6.1 users:latest
try gate -q --base users:debian:6.1 --head users:6.12
try compare users:latest~1 users:latest
try history users:debian:6.1 users:debian:6.12
try compare users:debian:6.1 users:debian:7.3
