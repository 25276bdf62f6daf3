# SPDX-License-Identifier: GPL-2.0-only
# heat.gp - a map of rows and columns: a coloured field with its number, or a hatched one with a word.
# Why: everything is placed in pixels, so that a narrow map can put its columns into several blocks.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:W]
set yrange [H:0]
unset xtics
unset ytics
fx(c) = LEFT + CW * (int(c) % PER)
fy(r, c) = TOP + HEAD + BLOCK * (int(c) / PER) + RH * r
do for [c = 1:COLUMNS] {
	set label TOPWORD[c] at first fx(c - 1) + CW / 2.0, first fy(0, c - 1) - 18 center font ',11'
	set label LOWWORD[c] at first fx(c - 1) + CW / 2.0, first fy(0, c - 1) - 6 center font ',11'
}
do for [b = 1:BLOCKS] {
	do for [r = 1:ROWS] {
		set label ROW[r] at first LEFT - 6, first fy(r - 0.5, PER * (b - 1)) right font ',11'
	}
}
set label UNIT at screen sx(10), screen sy(H - 12) left font ',11' tc rgb MUTED
# The hatching leaves the middle to the word.
known(v) = v eq 'nan' ? 0 : 1
plot DATA using (known(strcol(3)) ? fx($2) + CW / 2.0 : NaN):(fy($1, $2) + RH / 2.0):(fx($2) + 1):(fx($2) + CW - 1):(fy($1, $2) + 1):(fy($1, $2) + RH - 1):4 \
		with boxxyerror lc rgb variable, \
	for [e = 0:1] '' using (known(strcol(3)) ? NaN : fx($2) + CW / 2.0):(fy($1, $2) + RH / 2.0):(fx($2) + 1):(fx($2) + CW - 1):(fy($1, $2) + 1 + e * (RH - 7)):(fy($1, $2) + 6 + e * (RH - 7)) \
		with boxxyerror fs transparent pattern 4 noborder lc rgb '#888888', \
	'' using (known(strcol(3)) && $5 > 0 ? fx($2) + CW / 2.0 : NaN):(fy($1, $2) + RH / 2.0):(strcol(6)) with labels center font ',11' tc rgb '#FAFAFA', \
	'' using (known(strcol(3)) && $5 < 1 ? fx($2) + CW / 2.0 : NaN):(fy($1, $2) + RH / 2.0):(strcol(6)) with labels center font ',11' tc rgb '#111111', \
	'' using (known(strcol(3)) ? NaN : fx($2) + CW / 2.0):(fy($1, $2) + RH / 2.0):(strcol(6)) with labels center font sprintf(',%d', WORD_PX)
