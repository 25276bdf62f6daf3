# SPDX-License-Identifier: GPL-2.0-only
# counters.gp - small multiples of bars, each panel with a scale of its own from zero.
# Why: counters lie decades apart; what is compared is one counter over strategies.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:W]
set yrange [H:0]
unset xtics
unset ytics
px(p) = PW * (int(p) % PER) + LEFT
py(p, r) = TOP + PH * (int(p) / PER) + HEAD + ROW * (r + 0.5)
do for [p = 1:PANELS] {
	set label PANEL[p] at first px(p - 1), first py(p - 1, 0) - ROW left font ',12'
	set arrow from first px(p - 1), first py(p - 1, -0.4) to first px(p - 1), first py(p - 1, NAMES - 0.6) nohead lc rgb '#777777' lw 1
	do for [r = 1:NAMES] { set label NAME[r] at first px(p - 1) - 6, first py(p - 1, r - 1) right font ',11' }
}
end(p, v) = px(p) + BAR * v / MOST[int(p) + 1]
plot DATA using (px($2)):(py($2, $1)):(px($2)):(end($2, $3)):(py($2, $1) - 0.36 * ROW):(py($2, $1) + 0.36 * ROW):4 with boxxyerror lc rgb variable, \
	'' using (end($2, $3) + 5):(py($2, $1)):(strcol(5)) with labels left font ',11'
