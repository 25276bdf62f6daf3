# SPDX-License-Identifier: GPL-2.0-only
# Verdicts and their exit statuses.
cells='--quiet --backend fake --strategy noop,pin --pages 1,8 --samples 3'
try compare
try run $cells
try compare latest latest~1
try run $cells
try compare latest~1 latest
try run $cells --inject 1
try compare latest~1 latest
try compare latest latest~1
PINBENCH_FAKE=dearer:10 try run $cells
try compare latest~1 latest
PINBENCH_FAKE=refuse:1 try run $cells
try compare latest~4 latest
try run --quiet --backend fake --strategy ref --pages 64
try compare latest~1 latest
try compare latest nonsense
try compare latest latest
try compare latest~1 latest~1 --quiet
try report latest latest --output page
try report --base latest --output page
