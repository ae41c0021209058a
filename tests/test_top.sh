#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl top: tables and JSON for other programs, with rates that are right,
# and the screen.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

# One line for each heading, table and object.
count()
{
	grep -cE "$1" "$DIR/out"
}

said_json()
{
	jq -s -e "$1" "$DIR/out" >/dev/null
}

id_of()
{
	sed -n 's/^ioasid:.//p' "/proc/$1/fdinfo/"* | head -n 1
}

# Two spaces: one that is asked for pages all the time, and one that stands.
truncate -s 100G "$DIR/long"
hold_space ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/long"
idle=$holder
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

# The first column, from the top.
ids()
{
	awk '/^[0-9]/ { print $1 }' "$DIR/out" | xargs
}

# sorted NAME IDS OPTION...: one table, in that order.
sorted()
{
	sorted_name=$1
	wanted=$2
	shift 2
	run ioasidctl top -b -n 1 -d 0.05 "$@"
	[ "$(ids)" = "$wanted" ] || echo "# $(ids), not $wanted"
	verdict "$sorted_name" test "$(ids)" = "$wanted"
}

kill -STOP "$busy"
by_id=$(ioasidctl -j list | jq -r 'map(.ioasid) | join(" ")')
from_last=$(ioasidctl -j list | jq -r 'map(.ioasid) | reverse | join(" ")')
sorted "sort by id" "$by_id" --sort id
sorted "and the other way round" "$from_last" -s id -r
for column in pasid type creator state faults failed mapped pinned attached; do
	ids=$(ioasidctl -j list | jq -r "map(. + {creator:
		(.creator.comm // \"kernel\"), faults: 0, failed: 0, attached:
		.attachments, mapped: -.mapped, pinned: -.pinned}) |
		map(. + {attached: -.attached}) |
		sort_by([.$column, .ioasid]) | map(.ioasid) | join(\" \")")
	sorted "sort by $column" "$ids" --sort "$column"
done

expect "no terminal is as --batch" 0 '^ID +PASID' ioasidctl top -n 1 -d 0.05
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

# start_screen ROWS COLUMNS: on a terminal of that size, which types what is
# written to the descriptor 3.
start_screen()
{
	rm -f "$DIR/keys" "$DIR/tty"
	mkfifo "$DIR/keys"
	script -qefc "tty >$DIR/tty; stty rows $1 cols $2
		echo \$\$ >$DIR/pid; TERM=xterm exec ioasidctl top -d 60" \
		/dev/null <"$DIR/keys" >"$DIR/out" 2>"$DIR/err" &
	screen=$!
	exec 3>"$DIR/keys"
	eventually grep -q 'spaces' "$DIR/out"
}

# Sets $status.
end_screen()
{
	wait "$screen"
	status=$?
	exec 3>&-
}

type_keys()
{
	printf '%b' "$1" >&3
}

shows()
{
	eventually grep -q "$1" "$DIR/out"
}

has_ended()
{
	! kill -0 "$(cat "$DIR/pid")" 2>/dev/null
}

check_screens()
{
	expect "screen: q ends it" 0 "$busy_id" keys q
	verdict "screen: heading" grep -q 'FAULTS/S' "$DIR/out"
	verdict "screen: no rates yet" test "$(count '[^0-9]0\.0[^0-9]')" = 0
	expect "screen: every order" 0 'ioasid-pager' keys 'mpaif<>>>rrq'
	expect "screen: other keys do nothing" 0 'ioasid-pager' keys xyq
	expect "screen: look at once" 0 '[^0-9]0\.0[^0-9]' keys ' q'
	expect "screen: ends by itself" 0 'ioasid-pager' \
		on_terminal "ioasidctl top -n 2 -d 0.05"
	expect "screen: an unknown terminal" 1 'terminal: none' \
		on_terminal "TERM=none ioasidctl top"
	expect "screen: as nobody" 0 'processes could not be looked at' \
		keys_of_nobody q
	expect "no screen without keys" 0 '^ID +PASID' \
		on_terminal "ioasidctl top -n 1 -d 0.05 </dev/null"

	start_screen 24 30
	verdict "narrow: what fits" shows 'PASID'
	verdict "narrow: nothing else" eval "! grep -q FAULTS/S $DIR/out"
	stty -F "$(cat "$DIR/tty")" rows 24 cols 120
	verdict "resize: more fits" shows 'FAULTS/S'
	type_keys '\003'
	end_screen
	verdict "Ctrl-C ends it" test "$status" = 0
	verdict "and the terminal is as before" shows '\[?1049l'

	start_screen 5 80
	verdict "low: keys" shows 'q quit'
	type_keys '\033OB'
	verdict "down" shows 'from row 2 on'
	type_keys '\033OH\033OF'
	last=$(($(echo "$by_id" | wc -w) - 1))
	verdict "to the end" shows "from row $last on"
	type_keys '\033OA\033[5~\033[6~\033OHq'
	end_screen
	verdict "and back" test "$status" = 0

	for size in '4 20' '2 10' '1 1'; do
		# shellcheck disable=SC2086 # two words
		start_screen $size
		verdict "$size: no keys" eval "! grep -q 'q quit' $DIR/out"
		kill -TERM "$(cat "$DIR/pid")"
		end_screen
		verdict "$size: SIGTERM ends it" test "$status" = 0
	done

	start_screen 24 80
	kill -KILL "$screen"
	verdict "a terminal that goes ends it" eventually has_ended
	end_screen 2>/dev/null
}

if has_terminals; then
	check_screens
else
	skip "the screen" "the kernel has no terminals"
fi
kill -KILL "$busy" "$idle"
finish
