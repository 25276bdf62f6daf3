# SPDX-License-Identifier: GPL-2.0-only
# Functions of a difference, from two invented runs: the second one has a callee that the first inlined.
run() {
  printf '{"type":"run","format":1,"uuid":"00000000-0000-4000-8000-00000000000%s","created":' "$1"
  printf '"2026-01-01T00:00:0%sZ","backend":"vm","evidence":"exact","plan":"p","revision":"r"}\n' "$1"
}
cell() { # INDEX STRATEGY RAW-ACQUIRE FUNCTIONS
  printf '{"type":"cell","cell":%s,"strategy":"%s","memory":"anon","pages":8,"threads":1,' "$1" "$2"
  printf '"sharing":"private","load":"none","samples":1,"warmup":1}\n'
  for series in "acquire $3" "release 24" "harness 4"; do
    printf '{"type":"series","cell":%s,"phase":"%s","metric":"instructions",' "$1" "${series% *}"
    printf '"unit":"instructions","values":[%s]}\n' "${series#* }"
  done
  [ -z "$4" ] || printf '{"type":"profile","cell":%s,"phase":"acquire","functions":[%s]}\n' "$1" "$4"
  printf '{"type":"done","cell":%s,"state":"measured"}\n' "$1"
}
function() { # NAME CALLER INSTRUCTIONS
  printf '{"function":"%s","caller":"%s","instructions":%s,"entries":1}' "$1" "$2" "$3"
}
loop='{"function":"get_measure [pinbench_get]","instructions":20,"entries":0}'
{
  run 1
  cell 0 get 420 "$loop,$(function walk.isra.0 'get_measure [pinbench_get]' 400)"
  cell 1 pin 500 "$loop,$(function walk 'get_measure [pinbench_get]' 480)"
  echo '{"type":"end","state":"complete"}'
  run 2
  cell 0 get 428 "$loop,$(function walk 'get_measure [pinbench_get]' 308),$(function grab walk 100)"
  echo '{"type":"end","state":"complete"}'
} >runs.jsonl
{
  run 3
  cell 0 get 428 ''
  echo '{"type":"end","state":"complete"}'
} >plain.jsonl
{
  run 4
  cell 0 get 428 "$loop"
  echo '{"type":"end","state":"complete"}'
} >short.jsonl
try import runs.jsonl
try compare --quiet --where latest~1 latest
try compare --where --strategy get,pin latest~1 latest~1
try compare --where --strategy odp latest~1 latest
try compare --strategy get latest~1 latest
try compare --where --strategy get,pin,odp latest~1 latest
try import plain.jsonl
try compare --quiet --where latest~1 latest
try import short.jsonl
