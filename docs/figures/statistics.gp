# SPDX-License-Identifier: GPL-2.0-only
# statistics.gp - draws statistics.svg from statistics.tsv, in this folder: gnuplot statistics.gp
# Why: the data come from `tests/bench/stats_power >docs/figures/statistics.tsv`; anyone can count and draw again.
set encoding utf8
set terminal svg size 900,430 dynamic enhanced font 'sans-serif,13' background rgb '#ffffff'
set output 'statistics.svg'
set datafile separator "\t"
set border 0
set tics scale 0
unset key
set grid ytics lc rgb '#dddddd'
DATA = 'statistics.tsv'
# Sets of the data file, in its order.
NORMAL = 0; HEAVY = 1; SPIKES = 2; DRIFT = 3; MEMORY = 4; PAIRED = 6; PLAIN = 10; PERCENTILE = 11
# Rows alternate: nothing has changed, then a shift of 1 %.
set multiplot
set label 101 'Finding a change of 1 %, and not finding what is not there' at screen 0.011, 0.965 left font ',17'
set label 102 'simulated, noise of 0.4 %, matrices of 160 cells and phases, corrected for all of them together' \
  at screen 0.011, 0.915 left font ',12' tc rgb '#777777'

set lmargin at screen 0.075
set rmargin at screen 0.50
set tmargin at screen 0.80
set bmargin at screen 0.135
set xlabel 'samples of each side'
set xrange [9:51]
set xtics (10, 20, 30, 40, 50)
set yrange [0:100]
set ytics 25 format '%.0f %%'
set label 1 'a shift of 1 %: found' at graph 0, 1.06 left
set label 2 'plain; dashed: heavy-tailed' at 28, 90 left tc rgb '#0072b2' font ',12'
set label 3 "drift of 1 %,\ninterleaved" at 19.6, 70 left tc rgb '#009e73' font ',12'
set label 4 "each sample half\nthe one before" at 34, 56 right tc rgb '#cc79a7' font ',12'
set label 5 'drift of 1 %, one after the other' at 25, 10 left tc rgb '#d55e00' font ',12'
set label 6 "1 in 20 interrupted" at 36, 28 left tc rgb '#777777' font ',12'
set arrow 1 from 9, 95 to 51, 95 nohead lc rgb '#777777' dt 3
plot DATA index NORMAL every 2::1 using 4:(100 * column(8)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#0072b2', \
  '' index HEAVY every 2::1 using 4:(100 * column(8)) with linespoints pt 7 ps 0.5 lw 2 dt 2 lc rgb '#0072b2', \
  '' index PAIRED every 2::1 using 4:(100 * column(8)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#009e73', \
  '' index MEMORY every 2::1 using 4:(100 * column(8)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#cc79a7', \
  '' index DRIFT every 2::1 using 4:(100 * column(8)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#d55e00', \
  '' index SPIKES every 2::1 using 4:(100 * column(8)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#777777'

do for [i = 1:6] { unset label i }
unset arrow 1
set lmargin at screen 0.60
set rmargin at screen 0.98
set yrange [0:7]
set ytics 1 format '%.0f %%'
set label 1 'nothing changed: matrices with a false alarm' at graph 0, 1.06 left
set label 2 'percentiles of the bootstrap' at 15.5, 4 left tc rgb '#777777' font ',12'
set label 3 'promised: 1 %' at 9.3, 1.25 left tc rgb '#777777' font ',12'
set label 4 'pinbench, no noise threshold' at 51, 1.25 right tc rgb '#0072b2' font ',12'
set arrow 1 from 9, 1 to 51, 1 nohead lc rgb '#777777' dt 3
plot DATA index PERCENTILE using 4:(100 * column(7)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#999999', \
  '' index PLAIN using 4:(100 * column(7)) with linespoints pt 7 ps 0.5 lw 2 lc rgb '#0072b2'
unset multiplot
