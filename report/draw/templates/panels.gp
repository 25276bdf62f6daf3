# SPDX-License-Identifier: GPL-2.0-only
# panels.gp - small multiples on common scales; lines carry their names, points their spread.
# Why: panels that share their axes are compared at a glance.
set xrange [XMIN:XMAX * 1.001]
set yrange [YMIN:YMAX]
set xtics font ',11' tc rgb MUTED
if (YSTEP > 0) { set ytics YSTEP font ',11' tc rgb MUTED format '%g' } else { set ytics font ',11' tc rgb MUTED format '%g' }
set grid ytics lc rgb '#BB888888' lw 1 lt 1
set label UNIT . WORDS at screen sx(10), screen sy(H - 12) left font ',11' tc rgb MUTED
# Not with yerrorbars: it paints a white disc under each point, also on a dark page.
set multiplot
do for [p = 1:PANELS] {
	set label PANEL[p] at screen sx(PLEFT[p]), screen sy(PTOP[p] - 12) left font ',12'
	set lmargin at screen sx(PLEFT[p])
	set rmargin at screen sx(PLEFT[p] + PWIDTH)
	set tmargin at screen sy(PTOP[p])
	set bmargin at screen sy(PTOP[p] + PHEIGHT)
	plot for [i = FIRST[p]:LAST[p]] DATA index (i - 1) using 1:3:(0):($4 - $3) with vectors nohead lw 1.5 lc rgb COLOUR[i], \
		for [i = FIRST[p]:LAST[p]] '' index (i - 1) using 1:(POINTS[i] > 0 ? $2 : NaN) with points pt 7 ps POINTS[i] lc rgb COLOUR[i], \
		for [i = FIRST[p]:LAST[p]] '' index (i - 1) using 1:2 with lines lw WIDTH[i] dt DASH[i] lc rgb COLOUR[i]
	unset label
}
unset multiplot
