#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl monitor: tells of all that happens to a space, as text and as JSON,
# ends when it should, and leaves nothing behind in tracefs however it ends.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
need_page_requests

readonly INSTANCES=/sys/kernel/tracing/instances

# Starts it, and returns when it misses nothing any more.
start()
{
	: >"$DIR/events"
	: >"$DIR/ready"
	ioasidctl monitor "$@" >"$DIR/events" 2>"$DIR/ready" &
	pid=$!
	eventually grep -q '^ioasidctl: ready$' "$DIR/ready"
}

# Sets $status; says whether it left nothing in tracefs.
stop()
{
	kill "-$1" "$pid"
	wait "$pid"
	status=$?
	[ -z "$(ls "$INSTANCES")" ]
}

work()
{
	ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/file" >/dev/null
}

# The last thing that happens to a space.
saw_the_end()
{
	grep -q reclaim "$DIR/events"
}

# What jq says of all events at once.
events()
{
	jq -s -e "$1" "$DIR/events" >/dev/null
}

head -c 100000 /dev/urandom >"$DIR/file"
start --json
work
verdict "the end is seen" eventually saw_the_end
verdict "one space" events 'map(.ioasid) | unique | length == 1'
verdict "alloc" events 'map(select(.event == "alloc")) | length == 1 and
	(.[0] | .type == "sva" and .owner == "user" and .pasid > 0)'
verdict "attach" events 'map(select(.event == "attach")) | length == 1 and
	.[0].device == "ioasid_sim_accel.1" and .[0].attachment == 1'
verdict "detach" events 'map(select(.event == "detach")) | length == 1'
verdict "free" events 'map(select(.event == "free")) | length == 1'
verdict "their order" events 'map(.event | select(. == "alloc" or
	. == "attach" or . == "free" or . == "reclaim")) ==
	["alloc", "attach", "free", "reclaim"]'
verdict "time goes on" events 'map(.time) | . == sort and .[0] > 0'
verdict "faults" events 'map(select(.event == "fault")) | length > 0 and
	all(.iova > 4096 and (.access == "read" or .access == "write"))'
verdict "as many responses" events '(map(select(.event == "fault")) | length)
	== (map(select(.event == "response")) | length)'
verdict "who it was" events 'map(select(.comm == "ioasid-dsa")) | length > 0'
ioasidctl run --spaces 0 -- ioasid-dsa crc "$DIR/file" >/dev/null 2>&1
refused()
{
	events 'any(.event == "refuse" and .error < 0 and .cgroup > 1)'
}
verdict "a space that is refused" eventually refused
verdict "and why, in words" events 'map(select(.event == "refuse")) |
	all(.error_text | startswith("a cgroup'"'"'s limit is reached"))'
verdict "SIGTERM: leaves nothing" stop TERM
verdict "SIGTERM: status" test "$status" = 0

start
work
verdict "text: the end is seen" eventually saw_the_end
verdict "text: alloc" grep -qE \
	'^[0-9]+\.[0-9]{6}  alloc +ioasid=[0-9]+ .* type=sva .*\[[0-9]+\]$' \
	"$DIR/events"
ioasidctl run --spaces 0 -- ioasid-dsa crc "$DIR/file" >/dev/null 2>&1
verdict "text: what is refused, in words" eventually grep -qE \
	"  refuse .* error=-[0-9]+ \(a cgroup's limit is reached" "$DIR/events"
verdict "SIGINT: leaves nothing" stop INT

start -n 2
work
wait "$pid"
verdict "count: status" test $? = 0
verdict "count: two events" test "$(wc -l <"$DIR/events")" = 2
verdict "count: leaves nothing" test -z "$(ls "$INSTANCES")"

start
verdict "SIGKILL: cannot tidy up" eval '! stop KILL'
start
verdict "the next one tidies up" test "$(ls "$INSTANCES")" = "ioasidctl.$pid"
stop TERM

# More events than the kernel keeps for a program that does not read them.
lose_events()
{
	kill -STOP "$pid"
	echo 1 >"$INSTANCES/ioasidctl.$pid/buffer_size_kb"
	test_limit --take 500 </dev/null >/dev/null
	kill -CONT "$pid"
}

start
lose_events
verdict "lost events" eventually grep -qE '^[0-9]+ events were lost$' \
	"$DIR/events"
stop TERM
start --json
lose_events
said_lost()
{
	events 'any(.event == "lost" and .count > 0)'
}
verdict "lost events in JSON" eventually said_lost
stop TERM

expect "no tracefs" 1 "no tracefs: 'mount -t tracefs none /sys/kernel/" \
	unshare -m sh -c 'umount /sys/kernel/tracing && ioasidctl monitor'
expect "as nobody" 1 'to watch events takes root' \
	su nobody -c 'ioasidctl monitor'
expect "not a count" 2 "'0' is not a number from 1 on" ioasidctl monitor -n 0
expect "not of another command" 2 "'list' takes no --count" \
	ioasidctl list -n 1
verdict "modules can be unloaded" rmmod ioasid_sim ioasid
expect "no module" 1 'is the module ioasid loaded' ioasidctl monitor
verdict "no module: leaves nothing" test -z "$(ls "$INSTANCES")"
verdict "modules can be loaded again" modprobe ioasid_sim
finish
