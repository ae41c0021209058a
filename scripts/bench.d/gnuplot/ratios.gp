# SPDX-License-Identifier: GPL-2.0-only
#
# How often a peer's figure goes into ours, and how often it may.

bars = sprintf("%s/ratios.tsv", data)
dots = sprintf("%s/dots.tsv", data)
stats bars using 1:4 nooutput
nr = STATS_records
widest = STATS_max_y

set terminal svg size 860, 100 + 28 * nr font FONT.",13" background "white"
set lmargin at screen 0.47
set rmargin at screen 0.95
set tmargin 3
set bmargin 2
set border 1
set grid xtics noytics
unset key
set xrange [0:(widest < 1.8 ? 2 : 1.12 * widest)]
set xtics 0.5
set mxtics 2
set yrange [nr - 0.4:-0.6]
set ytics scale 0 noenhanced
set arrow from 1, graph 0 to 1, graph 1 nohead back linecolor rgb INK \
	linewidth 1 dashtype 3
set label "ioasid, as a multiple of the peer. Bar: the worst row. Dots: all" . \
	" of them. Stroke: the target." at screen 0.97, screen 1 right \
	offset 0, -1.2 textcolor rgb INK
label(what, peer) = sprintf("%s / %s", what, peer)

plot bars using (0):1:(0):4:($1 - 0.3):($1 + 0.3): \
		($4 <= $5 ? GOOD : BAD):ytic(label(strcol(2), strcol(3))) \
		with boxxyerror fillstyle solid noborder linecolor rgb variable, \
	dots using 2:1 with points pointtype 7 pointsize 0.25 \
		linecolor rgb INK, \
	bars using 5:($1 - 0.38):(0):(0.76) with vectors nohead \
		linecolor rgb INK linewidth 2.2, \
	bars using ($4 > $5 ? $4 : $5):1:(sprintf("%.2f", $4)) with labels \
		left offset 0.7, 0 textcolor rgb INK
