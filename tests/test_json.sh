#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What "ioasidctl --json" prints against the tables in its manual pages: nothing
# is printed that they do not have, or is of another type, nothing is missing
# that they promise, and nothing is in them that is never printed.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

readonly MANUALS=/usr/share/man/man1
readonly CGROUPS=/sys/fs/cgroup

# What is printed in special situations only, which are not made here.
readonly RARE='monitor .count'

# A path as jq writes it, with [] for any element, and without the first dot
# before one. A number of floating point is a number.
# shellcheck disable=SC2016 # variables of jq
readonly CHECK='
def where: map(if type == "number" then "[]" else "." + . end) | join("");
def kind($path): getpath($path) | type;
. as $value |
($table | map({key: .path, value: .}) | from_entries) as $known |
[paths as $p | ($p | where) as $w |
	if $known[$w] == null then "\($w) is not documented"
	elif ($known[$w].types | index($value | kind($p))) == null then
		"\($w) is of type \($value | kind($p))"
	else empty end] +
[([] , paths) as $p | select($value | kind($p) == "object") |
	($p | where) as $w | $table[] |
	select(.in == $w and .key != "" and (.optional | not)) |
	select(.key as $key | $value | getpath($p) | has($key) | not) |
	"\(.path) is missing"] | unique[]'
# shellcheck disable=SC2016 # variables of jq
readonly SEEN='[paths | map(if type == "number" then "[]" else "." + . end) |
	join("")] | unique[]'

# table PAGE HEADING: its lines, as "PATH TYPE".
table()
{
	page=$MANUALS/ioasidctl-$1.1
	[ "$1" != unmap ] || page=$MANUALS/ioasidctl-map.1
	sed -n "/^\.Ss $2\$/,/^\.El/p" "$page" |
		sed -n 's/^\.It Li \(\.[^ ]*\) Ta \([^ ]*\).*/\1 \2/p' |
		sed 's/^\.\[/[/'
}

# The same from standard input, as JSON.
to_json()
{
	jq -nR '[inputs | split(" ") | {path: .[0],
		types: (.[1] | rtrimstr("?") | split("|")),
		optional: (.[1] | endswith("?")),
		in: (.[0] | sub("(\\.[a-z_]+|\\[\\])$"; "")),
		key: (.[0] | if endswith("]") then "" else
			sub("^.*\\."; "") end)}]'
}

# The table of a command: "show", "holders" and "top" print what "list" has, and
# more.
table_of()
{
	table "${1%% *}" "ioasidctl -j $1"
	case $1 in
	show | holders) table list 'ioasidctl -j list' ;;
	top) table list 'ioasidctl -j list' | sed 's/^/.spaces/' ;;
	esac | sort -u
}

# agrees COMMAND: whether all values of the last output are as its table says.
agrees()
{
	table_of "$1" | sort -u >"$DIR/lines"
	[ -s "$DIR/lines" ] || return
	to_json <"$DIR/lines" >"$DIR/table"
	jq -r --argjson table "$(cat "$DIR/table")" "$CHECK" "$DIR/out" \
		>"$DIR/wrong" || return
	jq -r "$SEEN" "$DIR/out" >>"$DIR/seen.$(echo "$1" | tr ' ' _)"
	sed 's/^/# /' "$DIR/wrong"
	[ ! -s "$DIR/wrong" ] && [ -s "$DIR/out" ]
}

# check COMMAND WORD...: runs it with these words behind it.
check()
{
	command=$1
	shift
	# shellcheck disable=SC2086 # several words
	run ioasidctl -j $command "$@"
	verdict "$command $*" agrees "$command"
}

# Whether everything in the table of a command was printed once.
is_covered()
{
	table_of "$1" | cut -d ' ' -f 1 | sort -u >"$DIR/documented"
	sort -u "$DIR/seen.$(echo "$1" | tr ' ' _)" >"$DIR/printed"
	grep -vxFf "$DIR/printed" "$DIR/documented" | sed "s/^/$1 /" |
		grep -vxF "$RARE" | sed 's/^/# never printed: /' >"$DIR/never"
	cat "$DIR/never"
	[ ! -s "$DIR/never" ]
}

# A user with a limit has one space, and root has others, one of them in a
# cgroup with a limit; there is memory of a process, and a map.
truncate -s 100G "$DIR/long"
head -c 9000 /dev/urandom >"$DIR/file"
chmod 755 "$DIR"
chmod 666 /dev/ioasid_sim1
mkdir "$CGROUPS/test_json"
ioasidctl limit set /test_json 3
hold_space sh -c "echo 0 >$CGROUPS/test_json/cgroup.procs
	exec ioasid-dsa -d /dev/ioasid_sim0 crc $DIR/long"
memory=$holder
hold_space su nobody -c "ulimit -l 8192
	exec ioasid-dsa -d /dev/ioasid_sim1 crc $DIR/long"
user=$holder
hold_space ioasid-pager "$DIR/long"
pager=$holder
map=$(space_of "$pager")

check info
run sh -c "echo 0 >$CGROUPS/test_json/cgroup.procs && ioasidctl -j info"
verdict "info, with a limit" agrees info
run su nobody -c 'ulimit -l 64; ioasidctl -j info'
verdict "info, of a user" agrees info
check list
check 'list --users'
check show "$map" "$(space_of "$memory")"
check holders "$map" "$(space_of "$user")"
check map "$map" --file "$DIR/file" --iova 0x2000000000
check translate "$map" 0x1fffffe000+1M
check translate "$map" 0x2000000000+4K --physical
check unmap "$map" 0x2000000000+4K
check top -n 2 -d 0.1
check 'limit show'
check 'limit show' --all
check 'limit show' /test_json
check 'limit watch' -n 1
run su nobody -c 'ioasidctl -j limit watch -n 1'
verdict "limit watch, of a user" agrees 'limit watch'
check cut "$map" 1
check holders "$map"
check free "$map"
check list

# Without /dev/ioasid there is less, and no less than is promised.
mv /dev/ioasid /dev/ioasid.away
check list
check show "$(space_of "$memory")"
mv /dev/ioasid.away /dev/ioasid

# Events of every kind, until all were seen.
ioasidctl -j monitor >"$DIR/events" 2>"$DIR/ready" &
monitor=$!
eventually grep -q ready "$DIR/ready"
ioasidctl cut "$(space_of "$memory")" 1 >/dev/null
ioasidctl free "$(space_of "$memory")" >/dev/null
ioasidctl run --spaces 0 ioasid-dsa crc "$DIR/file" >/dev/null 2>&1
ioasid-dsa crc "$DIR/file" >/dev/null
has_all_events()
{
	for event in alloc refuse attach cut detach fault response free park \
		reclaim; do
		grep -q "\"event\":\"$event\"" "$DIR/events" || return
	done
}
verdict "monitor: all events" eventually has_all_events
kill -TERM "$monitor"
wait "$monitor"
cp "$DIR/events" "$DIR/out"
verdict "monitor" agrees monitor
kill -KILL "$memory" "$user" "$pager"
wait "$memory" "$user" "$pager" 2>/dev/null
ioasidctl limit set /test_json max
verdict "nothing is left" eventually rmdir "$CGROUPS/test_json"

# Every command that takes --json was looked at, and has all in its table.
takes_json()
{
	for command in $(ioasidctl complete '' | cut -f 1 | grep -vx help); do
		case $command in
		limit) echo 'limit show'; echo 'limit watch' ;;
		list) echo list; echo 'list --users' ;;
		*) [ -z "$(ioasidctl complete "$command" --json)" ] ||
			echo "$command" ;;
		esac
	done
}

takes_json >"$DIR/commands"
verdict "those that take --json" test "$(wc -l <"$DIR/commands")" -ge 13
while read -r command; do
	verdict "table of $command: all of it" is_covered "$command"
done <"$DIR/commands"
finish
