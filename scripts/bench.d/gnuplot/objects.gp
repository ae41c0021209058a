# SPDX-License-Identifier: GPL-2.0-only
#
# What it costs that there are many: areas in a space, spaces of a process,
# spaces in the system.

set terminal svg size 860, 400 font FONT.",13" background "white"
set multiplot layout 1, 3 margins 0.065, 0.975, 0.17, 0.9 spacing 0.065
set logscale xy 10
set xtics ("1" 1, "100" 100, "10^4" 1e4, "10^6" 1e6)
set format y "10^{%T}"
set key right top

set title "FREE, instructions for each area" textcolor rgb INK
set xlabel "areas mapped in the space" textcolor rgb INK
set xrange [0.7:2e4]
who(i) = word("ioasid iommufd", i)
plot for [i = 1:2] line("counted", "cut", "plain", who(i)) \
	using 1:($2 / $1) with linespoints linestyle i title who(i)

set title "exit, instructions for each space"
set xlabel "spaces of the process"
set xrange [0.7:2e5]
end(i) = i == 1 ? "ioasid" : i == 2 ? "one by one" : "eventfd"
plot for [i = 1:3] line("counted", "exit", "plain", end(i)) \
	using 1:($2 / $1) with linespoints linestyle i title end(i)

# Those at one space come first.
job(i) = i == 1 ? "alloc + close" : i == 2 ? "attach + detach" : \
	i == 3 ? "map + unmap 64 KiB" : i == 4 ? "touch a lone page" : \
	"copy 4 KiB"
relative(x, y) = y / (one = x == 1 ? y : one)
set title "cost, as a multiple of that of one"
set xlabel "spaces in the system"
set xrange [0.7:2e6]
unset logscale y
set yrange [0:*]
set format y "%.1f"
set key left bottom
plot for [i = 1:5] line("counted", "scale", job(i), "ioasid") \
	using 1:(relative($1, $2)) with linespoints linestyle i title job(i)
unset multiplot
