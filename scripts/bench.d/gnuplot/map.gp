# SPDX-License-Identifier: GPL-2.0-only
#
# MAP and UNMAP of more and more memory, for each page of it.

set terminal svg size 860, 380 font FONT.",13" background "white"
set multiplot layout 1, 3 margins 0.085, 0.975, 0.1, 0.9 spacing 0.03
set logscale x 2
set logscale y 10
set xrange [2 * KIB:2 * GIB]
set xtics ("4 KiB" 4 * KIB, "64 KiB" 64 * KIB, "2 MiB" 2 * MIB, \
	"" 32 * MIB, "1 GiB" GIB)
set key right top
set format y "10^{%T}"
per_page(x, y) = y / x * 4 * KIB
stats all_lines("counted", "map") using (per_page($1, $2)) nooutput
set yrange [10 ** floor(log10(STATS_min)):10 ** ceil(log10(STATS_max))]
who(i) = word("ioasid iommufd vfio", i)

set ylabel "instructions for each 4 KiB" textcolor rgb INK
set title "pages of 4 KiB" textcolor rgb INK
plot for [i = 1:3] line("counted", "map", "plain", who(i)) \
	using 1:(per_page($1, $2)) with linespoints linestyle i title who(i)

unset ylabel
unset key
set format y ""
set title "pages of 4 KiB, scattered"
plot for [i = 1:3] line("counted", "map", "scattered", who(i)) \
	using 1:(per_page($1, $2)) with linespoints linestyle i

set title "pages of 2 MiB, and one of 1 GiB"
plot for [i = 1:3] line("counted", "map", "huge", who(i)) \
	using 1:(per_page($1, $2)) with linespoints linestyle i, \
	for [i = 1:3] line("counted", "map", "giant", who(i)) \
	using 1:(per_page($1, $2)) with points linestyle i
unset multiplot
