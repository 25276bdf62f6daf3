# SPDX-License-Identifier: GPL-2.0-only
# head.gp - what every figure has: words above, no box, no key, a pale grid on the value axis.
# Why: the look is decided once. W, H, TITLE*, NOTE*, UNIT and DATA are set before this is read.
set encoding utf8
set datafile separator "\t"
set datafile commentschars '#'
set border 0
set tics scale 0
unset key
unset label
unset arrow
set style fill solid 1 noborder
MUTED = '#777777'
sx(px) = 1.0 * px / W
sy(px) = 1 - 1.0 * px / H
do for [i = 1:TITLES] { set label TITLE[i] at screen sx(10), screen sy(20 + 20 * (i - 1)) left font sprintf(',%d', TITLE_PX) }
do for [i = 1:NOTES] { set label NOTE[i] at screen sx(10), screen sy(24 + 20 * TITLES - 3 + 15 * (i - 1)) left font ',11' tc rgb MUTED }
