#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The sample programs. Client and service: the main job from end to end, with a
# client that may not touch the accelerator itself. Pager: a file that is mapped
# bit by bit as the accelerator asks for it. Loop, pool and copy: one thread
# with several accelerators, several threads with one space, and C++.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

SOCKET=$DIR/socket

client()
{
	su nobody -c "ioasid-client $SOCKET $DIR/source $1"
}

has_line()
{
	grep -qE "$1" "$2"
}

is_waiting()
{
	[ "$(ioasidctl -j list | jq "map(.holders[].comm) | index(\"$1\")")" \
		!= null ]
}

none_is_left()
{
	[ "$(ioasidctl -j list | jq 'all(.kernel)')" = true ]
}

chmod 777 "$DIR"
head -c 5000001 /dev/urandom >"$DIR/source"
expect "a client without a service" 1 'socket: No such file or directory' \
	client "$DIR/copy"
ioasid-service "$SOCKET" >"$DIR/log" 2>&1 &
service=$!
eventually test -S "$SOCKET"
eventually has_line 'works for clients' "$DIR/log"

run client "$DIR/copy"
verdict "a client succeeds" came_out 0 'the copy equals its source'
verdict "the copy is right" cmp "$DIR/source" "$DIR/copy"
crc=$(rhash --simple --crc32c "$DIR/source" | cut -d ' ' -f 1)
verdict "its checksum is right" has_line "CRC32C $crc$" "$DIR/out"
verdict "pages were faulted in" \
	has_line '[1-9][0-9]* page requests resolved, 0 refused' "$DIR/out"
verdict "the space is parked when it is freed" \
	has_line 'took the space back: free-pending$' "$DIR/out"
verdict "the accelerator is refused afterwards" \
	has_line 'one more copy: status 0x[08]4, page fault' "$DIR/out"
verdict "the service hears of the revocation" \
	eventually has_line 'took its space back' "$DIR/log"
verdict "the service sees the client go" \
	eventually has_line 'is gone, its space is let go' "$DIR/log"

# Clients at the same time, each with a queue of its own.
clients=
for number in 1 2 3 4; do
	client "$DIR/copy$number" >"$DIR/out$number" 2>&1 &
	clients="$clients $!"
done
for client in $clients; do
	verdict "a client among others" wait "$client"
done
for number in 1 2 3 4; do
	verdict "its copy is right" cmp "$DIR/source" "$DIR/copy$number"
done

# A client that is killed while its space is on its way to the service.
kill -STOP "$service"
ioasid-client "$SOCKET" "$DIR/source" "$DIR/copy" >/dev/null 2>&1 &
client=$!
eventually is_waiting ioasid-client
kill -KILL "$client"
wait "$client" 2>/dev/null
kill -CONT "$service"
run client "$DIR/copy"
verdict "the next client succeeds" came_out 0 'the copy equals its source'
verdict "nothing is left of all this" eventually none_is_left
kill "$service"

# $DIR/source has 5 windows.
expect "a pager" 0 "CRC32C $crc, as the processor has it" \
	ioasid-pager "$DIR/source"
verdict "it was asked for each window" \
	has_line '^pager: [1-9][0-9]* page requests served, 5 windows mapped' \
	"$DIR/out"
expect "a pager with more windows than there are" 0 'as the processor has it' \
	ioasid-pager "$DIR/source" 9
truncate -s 40M "$DIR/large"
expect "a pager with two windows" 0 '40 windows mapped, 2 kept' \
	ioasid-pager "$DIR/large" 2
: >"$DIR/empty"
expect "a pager with nothing to do" 0 ' 0 page requests served' \
	ioasid-pager "$DIR/empty"
expect "a pager without a file" 1 'absent: No such file' \
	ioasid-pager "$DIR/absent"
expect "a pager that lacks windows" 1 'at least 2 of them' \
	ioasid-pager "$DIR/source" 1
expect "a pager that may have no space" 1 '^ioasid-pager: no space: cgroup ' \
	ioasidctl run --spaces 0 -- ioasid-pager "$DIR/source"

# A pager that is killed at work.
truncate -s 100G "$DIR/large"
ioasid-pager "$DIR/large" >/dev/null 2>&1 &
pager=$!
eventually is_working "$pager"
kill -KILL "$pager"
wait "$pager" 2>/dev/null
verdict "nothing is left of a pager" eventually none_is_left

# $DIR/source has 20 chunks.
sum_is()
{
	[ "$(awk '/ copied / { sum += $4 } END { print sum }' "$DIR/out")" \
		-eq "$1" ]
}

expect "a loop with two accelerators" 0 '5000001 bytes, equal' ioasid-loop \
	"$DIR/source" "$DIR/copy" /dev/ioasid_sim0 /dev/ioasid_sim1
verdict "together they copy each chunk once" sum_is 20
verdict "each has its share" has_line 'sim1 copied [1-9]' "$DIR/out"
verdict "the loop's copy is right" cmp "$DIR/source" "$DIR/copy"
expect "a loop with more queues than chunks" 0 '5000001 bytes, equal' \
	ioasid-loop "$DIR/source" "$DIR/copy" /dev/ioasid_sim0 \
	/dev/ioasid_sim0 /dev/ioasid_sim0 /dev/ioasid_sim0 /dev/ioasid_sim0 \
	/dev/ioasid_sim0 /dev/ioasid_sim0 /dev/ioasid_sim0
verdict "they too copy each once" sum_is 20
expect "a loop without an accelerator" 1 'usage' \
	ioasid-loop "$DIR/source" "$DIR/copy"
expect "a loop with one that is none" 1 '/dev/absent: ' \
	ioasid-loop "$DIR/source" "$DIR/copy" /dev/absent

expect "a pool" 0 '5000001 bytes are equal' \
	ioasid-pool "$DIR/source" "$DIR/copy"
expect "a pool of many" 0 'are equal' \
	ioasid-pool "$DIR/source" "$DIR/copy" 64
printf '\377' | dd of="$DIR/copy" bs=1 seek=3000000 conv=notrunc 2>/dev/null
printf '\376' | dd of="$DIR/source" bs=1 seek=3000000 conv=notrunc 2>/dev/null
printf '\377' | dd of="$DIR/copy" bs=1 seek=4999999 conv=notrunc 2>/dev/null
printf '\376' | dd of="$DIR/source" bs=1 seek=4999999 conv=notrunc 2>/dev/null
expect "a pool finds the first difference" 1 'differ at byte 3000000$' \
	ioasid-pool "$DIR/source" "$DIR/copy" 7
head -c 3000000 "$DIR/source" >"$DIR/copy"
expect "a pool finds the end of one" 1 'one file ends at byte 3000000$' \
	ioasid-pool "$DIR/copy" "$DIR/source"
expect "a pool of none" 1 'usage' ioasid-pool "$DIR/copy" "$DIR/copy" 0

expect "C++" 0 '^copy: some text$' ioasid-copy 'some text'
verdict "it sees that its space was taken back" \
	has_line '^copy: taken back: ' "$DIR/out"
expect "C++ without a text" 1 'usage' ioasid-copy ''
verdict "nothing is left of them" eventually none_is_left
# The last accelerator has no page requests, and they need an SVA space.
rmmod ioasid_sim && modprobe ioasid_sim no_prs=1
expect "a loop that may not attach" 1 \
	'^ioasid-loop: cannot attach: .*sim.*1.* page requests' \
	ioasid-loop "$DIR/source" "$DIR/copy" /dev/ioasid_sim1
ioasid-service "$SOCKET" /dev/ioasid_sim1 >"$DIR/log" 2>&1 &
service=$!
eventually has_line 'works for clients' "$DIR/log"
expect "a client that is refused" 1 '^ioasid-client: refused: ' \
	client "$DIR/copy"
verdict "the service says why" eventually has_line \
	'^ioasid-service: cannot attach: .* page requests' "$DIR/log"
kill "$service"
verdict "nothing is left of those" eventually none_is_left
rmmod ioasid_sim && modprobe ioasid_sim
finish
