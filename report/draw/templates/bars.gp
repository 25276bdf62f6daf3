# SPDX-License-Identifier: GPL-2.0-only
# bars.gp - horizontal bars, a strong part and a faint one, their numbers at the end.
# Why: names read best on a line of their own, and zero is always on the axis.
do for [i = 1:ROWS] {
	if (HEADING[i]) {
		set label NAME[i] at screen sx(10), first i - 1 left font ',11' tc rgb MUTED
	} else {
		set label NAME[i] at screen sx(LEFT - GAP), first i - 1 right font ',12'
	}
}
set lmargin at screen sx(LEFT)
set rmargin at screen sx(W - RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(H - BOTTOM)
set yrange [ROWS - 0.4:-0.6]
set xrange [XMIN:XMAX]
unset ytics
set xtics XSTEP font ',11' tc rgb MUTED format '%g'
set grid xtics lc rgb '#BB888888' lw 1 lt 1
set label UNIT at screen sx(LEFT), screen sy(H - 12) left font ',11' tc rgb MUTED
# Two lines would run through the words of long headings: they stop there.
if (exists('LEVEL')) {
	from = 0
	do for [i = 1:ROWS + 1] {
		gap = i > ROWS ? 1 : HEADING[i]
		if (gap && from) {
			end = i > ROWS ? i - 1.4 : i - 1.5
			set arrow from first 0, first from - 1.5 to first 0, first end nohead lc rgb '#777777' lw 1
			set arrow from first LEVEL, first from - 1.5 to first LEVEL, first end nohead lc rgb '#777777' lw 1 dt 2
		}
		from = gap ? 0 : (from ? from : i)
	}
} else {
	set arrow from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#777777' lw 1
}
h = 0.34
plot DATA using 3:1:3:4:($1 - h):($1 + h):6 with boxxyerror lc rgb variable, \
	'' using 4:1:4:5:($1 - h):($1 + h):7 with boxxyerror lc rgb variable, \
	'' using ($8 > 0 ? $5 : NaN):($1 + h):(0):(1 - 2 * h) with vectors nohead lc rgb '#777777' lw 1, \
	'' using ($5 > $3 ? $5 : $3):1:9 with labels left offset char 0.6, 0 font ',11'
