# SPDX-License-Identifier: GPL-2.0-only
#
# What all plots have in common: type, colours, and how they find their data.

FONT = "Helvetica,Arial,sans-serif"

INK = "#333333"
FAINT = "#dddddd"
OURS = "#1f5fa8"
PEER = "#d08030"
PEER_2 = "#5c9a6b"
PEER_3 = "#8a6fa8"
PEER_4 = "#777777"
GOOD = 0x8fb3d9
BAD = 0xe0a080

set datafile separator "\t"
set border 3 linecolor rgb INK linewidth 0.8
set tics nomirror out scale 0.5 textcolor rgb INK
set grid linecolor rgb FAINT linewidth 0.6 linetype 1
set title offset 0, -0.4
set key left top Left reverse textcolor rgb INK samplen 1.6 \
	spacing 1.2 noenhanced
set style line 1 linecolor rgb OURS linewidth 2.2 pointtype 7 pointsize 0.45
set style line 2 linecolor rgb PEER linewidth 1.5 pointtype 5 pointsize 0.4
set style line 3 linecolor rgb PEER_2 linewidth 1.5 pointtype 9 pointsize 0.5
set style line 4 linecolor rgb PEER_3 linewidth 1.5 pointtype 13 pointsize 0.55
set style line 5 linecolor rgb PEER_4 linewidth 1.5 pointtype 11 pointsize 0.5

# The points, for "plot", of what a condition of awk chooses of lines.tsv.
points(condition) = sprintf( \
	"< awk -F '\t' -v OFS='\t' '%s { print $5, $6 }' %s/lines.tsv", \
	condition, data)
all_lines(clock, table) = points(sprintf( \
	"$1 == \"%s\" && $2 == \"%s\"", clock, table))
line(clock, table, kind, who) = points(sprintf( \
	"$1 == \"%s\" && $2 == \"%s\" && $3 == \"%s\" && $4 == \"%s\"", \
	clock, table, kind, who))

KIB = 1024.0
MIB = 1024.0 ** 2
GIB = 1024.0 ** 3
