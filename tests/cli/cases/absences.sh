# SPDX-License-Identifier: GPL-2.0-only
# Cells that have no number: refused, failed, never reached. None is zero and none is a pass.
cells='--backend fake --strategy noop,pin,odp --pages 1,8 --samples 3'
PINBENCH_FAKE=refuse:1 try run $cells
PINBENCH_FAKE=fail:2 try run $cells
PINBENCH_FAKE=die:3 try run $cells
try list runs
try export latest
PINBENCH_FAKE=unclock:0 try run --quiet $cells
try export latest
# Nothing at all was measured: the reason is on the screen, not only in the database.
PINBENCH_FAKE=refuse:0 try run --backend fake --strategy pin --memory anon --pages 1 --samples 3
# Ctrl-C: what was measured stays, and the child that died of it is not blamed.
PINBENCH_FAKE=break:2 try run --db broken.db --backend fake --strategy pin --samples 3 --quiet
try list --db broken.db runs
