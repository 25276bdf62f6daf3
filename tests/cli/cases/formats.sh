# SPDX-License-Identifier: GPL-2.0-only
# Runs in the words of other systems, and the kernel's gup_test in.
export PINBENCH_FAKE=refuse:1,fail:2
try run --quiet --backend fake --kernel 6.1 --strategy noop,pin --memory anon --pages 1,8 --samples 3
export PINBENCH_FAKE=
for format in csv ktap lava bmf otava; do
  try export --format "$format"
done
try export --format kcidb --output kcidb.json
grep -c '"status"' kcidb.json
try export --format tap13
# Every cell refused: numbers are nowhere, and no format says "pass".
export PINBENCH_FAKE=refuse:0
try run --quiet --backend fake --strategy pin --memory anon --pages 1 --samples 3 --db none.db
export PINBENCH_FAKE=
for format in ktap lava bmf otava; do
  try export --format "$format" --db none.db
done
try export --format bmf --output none.json --db none.db
ls none.json 2>/dev/null
# gup_test: what it says is taken, what it leaves out is asked for, a skip is an error.
printf '# # PIN_FAST_BENCHMARK: Time: get:32768 put:16384 us# \n# ok 1 ioctl status 0\n' >gup.log
touch -d 2026-01-01T00:00:00Z gup.log
try import --db gup.db --kernel 6.1.0 gup.log
try import --db gup.db --kernel 6.1.0 gup.log
try export --db gup.db
try import --db gup.db --format gup_test --args '-a -n 512 -T' gup.log
printf 'TAP version 13\n1..1\nok 1 # SKIP Please run this test as root\n' >skip.log
try import --db gup.db skip.log
printf 'PIN_FAST_BENCHMARK: Time: get:0 put:0 us\n' >zero.log
try import --db gup.db zero.log
: >empty.log
try import --db gup.db --format gup_test empty.log
printf 'Time: get:7318 put:3104 us\n' >old.log
try import --db gup.db old.log
try import --db gup.db --format xml gup.log
# A file of no known kind, by its looks; and from a pipe as from a file.
printf 'hello\n' >hello.txt
try import --db gup.db hello.txt
try import --db gup.db empty.log
gzip -nc gup.log >gup.log.gz
try import --db gup.db gup.log.gz
mkdir folder
try import --db gup.db folder
try import --db gup.db --page-size 5k gup.log
try import --db gup.db --kernel 6.12.0-64k gup.log
try import --db gup.db --kernel 6.12.0-64k --page-size 64k gup.log
