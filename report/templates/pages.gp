# SPDX-License-Identifier: GPL-2.0-only
# pages.gp - small multiples on common logarithmic scales; lines carry their names.
# Why: what a call costs once falls with its pages, what each page costs does not.
set logscale x 2
set logscale y 10
set xrange [XMIN:XMAX * 1.001]
set yrange [YMIN:YMAX]
set xtics font ',11' tc rgb MUTED
set ytics font ',11' tc rgb MUTED format '%g'
set grid ytics lc rgb '#BB888888' lw 1 lt 1
set label UNIT . ' (vertical) against pages a call' at screen sx(10), screen sy(H - 12) left font ',11' tc rgb MUTED
set multiplot
do for [p = 1:PANELS] {
	set label PANEL[p] at screen sx(PLEFT[p]), screen sy(PTOP[p] - 12) left font ',12'
	set lmargin at screen sx(PLEFT[p])
	set rmargin at screen sx(PLEFT[p] + PWIDTH)
	set tmargin at screen sy(PTOP[p])
	set bmargin at screen sy(PTOP[p] + PHEIGHT)
	plot for [i = FIRST[p]:LAST[p]] DATA index (i - 1) using 1:2 with linespoints pt 7 ps 0.35 lw 2 dt DASH[i] lc rgb COLOUR[i]
	unset label
}
unset multiplot
