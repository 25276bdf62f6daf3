# SPDX-License-Identifier: GPL-2.0-only
# history.gp - small multiples, kernels from left to right; each panel has its own scale from zero.
# Why: a step is a dot on a line; what it amounts to stands above it, where nothing is in the way.
set xrange [-0.5:PLACES - 0.5]
set xtics font ',11' tc rgb MUTED
set grid ytics lc rgb '#BB888888' lw 1 lt 1
set label UNIT . ' (vertical), by kernel' at screen sx(10), screen sy(H - 12) left font ',11' tc rgb MUTED
set multiplot
do for [p = 1:PANELS] {
	set lmargin at screen sx(PLEFT[p])
	set rmargin at screen sx(PLEFT[p] + PWIDTH)
	set tmargin at screen sy(PTOP[p])
	set bmargin at screen sy(PTOP[p] + PHEIGHT)
	set yrange [0:YMAX[p]]
	set ytics YSTEP[p] font ',11' tc rgb MUTED format '%g'
	plot DATA index (p - 1) using 1:(FILL[p] * TWO[p] > 0 ? $3 : NaN):4 with filledcurves lc rgb PALE[p], \
		'' index (p - 1) using 1:(TWO[p] > 0 ? $3 : NaN) with lines lw 1.5 dt 2 lc rgb COLOUR[p], \
		'' index (p - 1) using 1:4 with lines lw 2.5 lc rgb COLOUR[p], \
		'' index (p - 1) using 1:($5 > 0 ? $3 : NaN) with points pt 7 ps 0.6 lc rgb COLOUR[p], \
		'' index (p - 1) using 1:($6 > 0 ? $4 : NaN) with points pt 7 ps 0.85 lc rgb COLOUR[p]
	unset label
}
unset multiplot
