# SPDX-License-Identifier: GPL-2.0-only
#
# Copies of more and more memory, by the device, the CPU and the kernel.

set terminal svg size 860, 400 font FONT.",13" background "white"
set multiplot layout 1, 2 margins 0.075, 0.965, 0.1, 0.9 spacing 0.09
set logscale x 2
set logscale y 10
set xrange [32:128 * MIB]
set xtics ("64 B" 64, "1 KiB" KIB, "16 KiB" 16 * KIB, "256 KiB" 256 * KIB, \
	"4 MiB" 4 * MIB, "64 MiB" 64 * MIB)
set format y "10^{%T}"
who(i) = word("ioasid memcpy process_vm_readv", i)

do for [clock in "counted wall"] {
	set title clock eq "counted" ? "instructions" : \
		"wall time, nanoseconds" textcolor rgb INK
	plot for [i = 1:3] line(clock, "copy", "plain", who(i)) \
		using 1:2 with linespoints linestyle i title who(i)
	unset key
}
unset multiplot
