#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl top: tables and JSON for other programs, with rates that are right,
# and the screen.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

# One line for each heading, table and object.
count()
{
	grep -cE "$1" "$DIR/out"
}

said_json()
{
	jq -s -e "$1" "$DIR/out" >/dev/null
}

is_working()
{
	grep -qs '^faults:.[1-9]' "/proc/$1/fdinfo/"*
}

id_of()
{
	sed -n 's/^ioasid:.//p' "/proc/$1/fdinfo/"* | head -n 1
}

# Two spaces: one that is asked for pages all the time, and one that stands.
truncate -s 100G "$DIR/long"
ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/long" >/dev/null 2>&1 &
idle=$!
eventually is_working "$idle"
kill -STOP "$idle"
ioasid-pager "$DIR/long" >/dev/null 2>&1 &
busy=$!
eventually is_working "$busy"
busy_id=$(id_of "$busy")
idle_id=$(id_of "$idle")

expect "tables" 0 '^ID +PASID +CREATOR +TYPE +STATE +FAULTS/S +FAILED/S ' \
	ioasidctl top --batch -n 3 --delay 0.05
verdict "three of them" test "$(count '^ID')" = 3
verdict "each with both" test "$(count "^($busy_id|$idle_id) ")" = 6
verdict "the row of one" test "$(count \
	"^$idle_id +[0-9]+ +$idle\(ioasid-dsa\) +sva +active +0\.0 +0\.0 ")" = 3

run ioasidctl top --json -n 2 --delay 0.5
verdict "JSON: two" said_json 'length == 2 and .[0].time < .[1].time'
verdict "JSON: both" said_json 'all(.spaces | map(select(.kernel | not) |
	.ioasid) | sort == ['"$idle_id, $busy_id"'])'
verdict "JSON: the busy one first" said_json \
	"all(.spaces[0].ioasid == $busy_id and
		.spaces[0].faults_per_second > 0)"
verdict "JSON: the idle one has none" said_json \
	"all(.spaces[] | select(.ioasid == $idle_id) |
		.faults_per_second == 0 and .faults_failed_per_second == 0)"
# What came between two looks is what the rate says, but for the time that it
# takes to look.
# shellcheck disable=SC2016 # a variable of jq
verdict "JSON: the rate" said_json '(.[1].spaces[0].faults -
	.[0].spaces[0].faults) as $faults |
	(.[1].time - .[0].time) * .[1].spaces[0].faults_per_second |
	. > $faults * 0.99 - 1 and . < $faults * 1.01 + 1'

expect "no terminal" 2 'no terminal: give --batch or --json' ioasidctl top
for delay in 0 -1 x 100000 nan; do
	expect "delay $delay" 2 'is not a time from 0.01 to 86400 seconds' \
		ioasidctl top --batch "--delay=$delay"
done
expect "output that cannot be written" 1 'cannot write the output' \
	sh -c 'ioasidctl top --batch --delay 0.01 >/dev/full'

# Keys are read one after the other: the last one ends it.
keys()
{
	printf '%s' "$1" | script -qec "ioasidctl top" /dev/null
}

keys_of_nobody()
{
	printf '%s' "$1" | script -qec "su nobody -c 'ioasidctl top'" /dev/null
}

if has_terminals; then
	kill -STOP "$busy"
	expect "screen: q ends it" 0 "$busy_id" keys q
	verdict "screen: heading" grep -q 'FAULTS/S' "$DIR/out"
	verdict "screen: no rates yet" test "$(count '[^0-9]0\.0[^0-9]')" = 0
	expect "screen: every order" 0 'ioasid-pager' keys mpaifq
	expect "screen: other keys do nothing" 0 'ioasid-pager' keys xyq
	expect "screen: ends by itself" 0 'ioasid-pager' \
		on_terminal "ioasidctl top -n 2 -d 0.05"
	expect "screen: an unknown terminal" 1 'terminal: none' \
		on_terminal "TERM=none ioasidctl top"
	expect "screen: as nobody" 0 'processes could not be looked at' \
		keys_of_nobody q
else
	skip "the screen" "the kernel has no terminals"
fi
kill -KILL "$busy" "$idle"
finish
