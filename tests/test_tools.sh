#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl: what it says about spaces that are held, freed and hidden, as text
# and as JSON, and what it says when it cannot.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

# json FILTER COMMAND...: whether jq finds the command's JSON to be true.
json()
{
	filter=$1
	shift
	if "$@" >"$DIR/json" 2>"$DIR/err"; then
		jq -e "$filter" "$DIR/json" >/dev/null && return
	fi
	sed 's/^/# /' "$DIR/json" "$DIR/err"
	return 1
}

is_working()
{
	grep -qs '^faults:.[1-9]' "/proc/$1/fdinfo/"*
}

has_line()
{
	grep -qE "$1" "$DIR/out"
}

# The descriptor of a process that is a space.
space_fd()
{
	basename "$(grep -l '^ioasid:' "/proc/$1/fdinfo/"*)"
}

field()
{
	sed -n "s/^$1:.//p" "/proc/$pid/fdinfo/$fd"
}

expect "info" 0 '^PASID bits +20$' ioasidctl info
verdict "info: types" has_line '^types +sva$'
verdict "info: JSON" \
	json '. == {abi: 1, types: ["sva"], pasid_bits: 20}' ioasidctl info -j
verdict "list: nothing" json '. == []' ioasidctl --json list
expect "list: only headings" 0 '^ID +PASID +TYPE +STATE +ATTACH' ioasidctl list
verdict "list: no line below" test "$(wc -l <"$DIR/out")" = 1

# A space in use that stays as it is: its process is stopped in the middle.
truncate -s 100G "$DIR/long"
ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/long" >/dev/null 2>&1 &
pid=$!
eventually is_working "$pid"
kill -STOP "$pid"
fd=$(space_fd "$pid")
id=$(field ioasid)
pasid=$(field pasid)
expect "list: a space" 0 \
	"^$id +$pasid +sva +active +1 +[0-9.]+M? +$pid/$fd\(ioasid-dsa\)$" \
	ioasidctl list
verdict "list: JSON" json "length == 1 and .[0].ioasid == $id" \
	ioasidctl list --json
expect "show: by id" 0 "^space $id$" ioasidctl show "$id"
verdict "show: state" has_line '^  state +active$'
verdict "show: PASID" has_line "^  PASID +$pasid$"
verdict "show: memory" has_line '^  memory +live$'
verdict "show: device" has_line '^  device +ioasid_sim_accel\.1$'
verdict "show: page requests" \
	has_line "^  page requests +[1-9][0-9]* resolved, 0 refused$"
verdict "show: holder" \
	has_line "^  holder +process $pid \(ioasid-dsa\), descriptor $fd$"
expect "show: by descriptor" 0 "^space $id$" ioasidctl show "$pid/$fd"
expect "show: two" 0 "^space $id$" ioasidctl show "$id" "$pid/$fd"
verdict "show: twice" test "$(grep -c '^space' "$DIR/out")" = 2
verdict "show: JSON" json ".[0] | .ioasid == $id and .pasid == $pasid and
	.type == \"sva\" and .state == \"active\" and .mm == \"live\" and
	.attachments == 1 and .devices == [\"ioasid_sim_accel.1\"] and
	.mapped > 0 and .faults > 0 and .faults_failed == 0 and
	.holders == [{pid: $pid, comm: \"ioasid-dsa\", fd: $fd}]" \
	ioasidctl -j show "$pid/$fd"

# Not everybody sees it.
expect "list: as nobody" 0 'processes could not be looked at: run as root' \
	su nobody -c 'ioasidctl list'
verdict "list: as nobody, no line" test "$(wc -l <"$DIR/out")" = 1
expect "show: as nobody" 1 "nobody you may look at holds space $id" \
	su nobody -c "ioasidctl show $id"
expect "show: as nobody, by descriptor" 1 'you may not look at that process' \
	su nobody -c "ioasidctl show $pid/$fd"
expect "info: as nobody" 0 '^ABI +1$' su nobody -c 'ioasidctl info'

expect "show: no such space" 1 'nobody .* holds space 12345678' \
	ioasidctl show 12345678
expect "show: no such process" 1 '4194305/3: there is no such process' \
	ioasidctl show 4194305/3
expect "show: not a space" 1 "$pid/0: the descriptor is not an IOASID fd" \
	ioasidctl show "$pid/0"
expect "show: one of two is wrong" 1 "^space $id$" ioasidctl show 999999 "$id"
for name in '' x 1x 1/ /1 1/x 1/2/3 -- 18446744073709551616 0/3; do
	expect "show: '$name'" 2 "is neither the id|needs an argument" \
		ioasidctl show "$name"
done

# The end of its last descriptor is the end of the space.
kill -KILL "$pid"
wait "$pid" 2>/dev/null
verdict "list: gone" json '. == []' ioasidctl -j list

expect "no command" 2 'a command is missing' ioasidctl
expect "an unknown command" 2 "there is no command 'draw'" ioasidctl draw
expect "an unknown option" 2 'unrecognized option' ioasidctl --jsno list
expect "an argument too many" 2 "'list' takes no argument 'all'" \
	ioasidctl list all
expect "an argument too few" 2 "'show' needs an argument" ioasidctl show
expect "help" 0 '^Commands:' ioasidctl --help
expect "help on a command" 0 '^Usage: ioasidctl .* show ID' ioasidctl help show
expect "help of a command" 0 '^Usage: ioasidctl .* list' ioasidctl list --help
expect "version" 0 '^ioasidctl [0-9]' ioasidctl -V
expect "output that cannot be written" 1 'cannot write the output' \
	sh -c 'ioasidctl list >/dev/full'

# Without the modules.
verdict "modules can be unloaded" modprobe -r ioasid_sim ioasid
expect "info: no module" 1 "load the module with 'modprobe ioasid'" \
	ioasidctl info
expect "list: no module" 0 "load the module with 'modprobe ioasid'" \
	ioasidctl list
expect "ioasid-dsa: no module" 1 "load the module with 'modprobe ioasid'" \
	ioasid-dsa crc "$DIR/long"
modprobe ioasid
expect "ioasid-dsa: no accelerator" 1 "try 'modprobe ioasid_sim'" \
	ioasid-dsa crc "$DIR/long"
verdict "modules can be loaded again" modprobe ioasid_sim
finish
