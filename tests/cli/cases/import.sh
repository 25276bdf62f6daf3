# SPDX-License-Identifier: GPL-2.0-only
# What `import` is given by mistake: one message each, and nothing is stored.
printf 'running ./gup_test -u -m 16 -n 512\nGUP_FAST_BENCHMARK: Time: get:4096 put:2048 us\n' >gup.log
printf '{"type":"run"}\n' >a.jsonl
printf '\037\213\010\0' >a.gz
printf '\3757zXZ\0' >a.xz
printf '\177ELF\2' >program
printf '<!DOCTYPE html>\n<pre>\n' >page.html
{ head -c 257 /dev/zero; printf 'ustar'; } >a.tar
{ printf 'running\n'; head -c 70000000 /dev/zero | tr '\0' '\n'; } >long.log
mkdir folder
ln -s /dev/zero link
for input in /dev/zero /dev/urandom link folder /dev/null a.gz a.xz a.tar program page.html long.log none; do
  try import "$input"
done
try import --format gup gup.log
try import --format gup-test gup.log
try import --format text gup.log
try import --format jsonl --args -a a.jsonl
try import --format gup_test --salvage gup.log
try import --salvage --kernel 6.1 gup.log
try import --salvage gup.log
try import --one-run a.jsonl
ls pinbench.db 2>&1
try import gup.log
try import gup.log
rm long.log
