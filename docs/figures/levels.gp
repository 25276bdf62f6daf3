# SPDX-License-Identifier: GPL-2.0-only
# levels.gp - draws levels.svg from levels.tsv, in this folder: gnuplot levels.gp
# Why: the data come from `tests/bench/levels_power 1000 20261129 >docs/figures/levels.tsv`; anyone can count and draw again.
set encoding utf8
set terminal svg size 900,420 dynamic enhanced font 'sans-serif,13' background rgb '#ffffff'
set output 'levels.svg'
set datafile separator "\t"
set border 0
set tics scale 0
set grid ytics lc rgb '#dddddd'
set style data histograms
set style histogram clustered gap 1
set style fill solid noborder
set yrange [0:100]
set ytics 25 format '%.0f %%'
set xtics rotate by -30
set key at graph 1, 1.13 right horizontal
set title 'What is told of 20 samples a side, by what the machine does to them' left font ',17' offset 0,1.5
plot 'levels.tsv' index 1 using 8:xtic(1) title '10 % dearer: found' lc rgb '#0072b2', \
  '' index 1 using 5 title 'no change: told so' lc rgb '#009e73', \
  '' index 1 using 4 title 'false finding' lc rgb '#d55e00', \
  '' index 1 using 7 title '10 % called none' lc rgb '#cc79a7'
