#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Limits with ioasidctl: set, show, watch and run; what info says; and what
# becomes of them when the module is loaded anew.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
need_page_requests

CGROUPS=/sys/fs/cgroup

# For a shell: goes to the cgroup $0 and becomes the command.
# shellcheck disable=SC2016
ENTER='echo 0 >"$0/cgroup.procs" && exec "$@"'

# in_cgroup CGROUP COMMAND...
in_cgroup()
{
	cgroup=$1
	shift
	sh -c "$ENTER" "$CGROUPS$cgroup" "$@"
}

# Whether the last run printed what jq finds to be true.
said_json()
{
	jq -e "$1" "$DIR/out" >/dev/null && return
	sed 's/^/# /' "$DIR/out" "$DIR/err"
	return 1
}

has_line()
{
	grep -qE "$1" "$DIR/out"
}

usage_is()
{
	grep -q "^ioasid .*hca_object=$2 *$" "$CGROUPS$1/rdma.current"
}

# Starts a process that has a space until it is killed.
hold_space()
{
	sh -c "$ENTER" "$CGROUPS$1" ioasid-dsa crc "$DIR/long" \
		>/dev/null 2>&1 &
	holder=$!
}

let_go()
{
	kill -KILL "$1"
	wait "$1" 2>/dev/null
}

truncate -s 100G "$DIR/long"
mkdir -p "$CGROUPS/a/b/c" "$CGROUPS/a/d"

expect "show: no limits yet" 0 '^/ +- +- +max +-$' ioasidctl limit show
verdict "show: no more lines" test "$(wc -l <"$DIR/out")" = 2
expect "set" 0 '' ioasidctl limit set /a/b/c 3
verdict "set: is there" grep -q '^ioasid .*hca_object=3 *$' \
	"$CGROUPS/a/b/c/rdma.max"
expect "set: above" 0 '' ioasidctl limit set "$CGROUPS/a" 2
expect "set: no limit" 0 '' ioasidctl limit set a/d max
expect "set: no such cgroup" 1 \
	'cannot set the limit of /e: there is no such cgroup' \
	ioasidctl limit set /e 3
expect "set: the root" 1 'the root cgroup, .* has no limit' \
	ioasidctl limit set / 3
for limit in '' x -1 3x 2147483647 18446744073709551617; do
	expect "set: '$limit'" 2 'is no number of spaces' \
		ioasidctl limit set /a -- "$limit"
done
expect "set: as nobody" 1 'you may not change that cgroup: become root' \
	su nobody -c 'ioasidctl limit set /a 3'
expect "set: no number" 2 "'limit set' needs more arguments: CGROUP N" \
	ioasidctl limit set /a
expect "set: no JSON" 2 "'limit set' takes no --json" \
	ioasidctl -j limit set /a 3

hold_space /a/b/c
first=$holder
eventually usage_is /a/b/c 1
expect "show" 0 '^/ +- +- +max +-$' ioasidctl limit show
verdict "show: with a limit" has_line '^  a +1 +2 +1 +/a$'
verdict "show: between" has_line '^    b +1 +max +1 +/a$'
verdict "show: with a space" has_line '^      c +1 +3 +1 +/a$'
verdict "show: nothing of interest" eval '! has_line "^    d"'
expect "show: all" 0 '^    d +0 +max +1 +/a$' ioasidctl limit show --all
expect "show: a part" 0 '^/a/b +1 +max +1 +/a$' ioasidctl limit show a/b
verdict "show: and below" has_line '^  c +1 +3 +1 +/a$'
run ioasidctl -j limit show /a/b/c
verdict "show: JSON" said_json "length == 1 and .[0] == {cgroup: \"/a/b/c\",
	id: $(stat -c %i "$CGROUPS/a/b/c"), counted: true, spaces: 1, max: 3,
	left: 1, limited_by: \"/a\"}"
run ioasidctl -j limit show /
verdict "show: the root in JSON" said_json '.[0] == {cgroup: "/",
	id: 1, counted: false, left: null}'
expect "show: as nobody" 0 '^  a +1 +2 +1 +/a$' \
	su nobody -c 'ioasidctl limit show'
expect "show: no such cgroup" 1 'read the limits of /e: there is no such' \
	ioasidctl limit show /e

expect "info: no limit" 0 '^limit +none$' ioasidctl info
expect "info: a limit" 0 '^limit +1 more, by that of /a$' \
	in_cgroup /a/b/c ioasidctl info
verdict "info: cgroup" has_line '^cgroup +/a/b/c$'
run in_cgroup /a/b/c ioasidctl -j info
verdict "info: JSON" said_json '.cgroup | .path == "/a/b/c" and .left == 1 and
	.limited_by == "/a"'

# apply_is NAME STATUS PATTERN LINE...: what becomes of a file with these lines.
apply_is()
{
	apply_name=$1
	apply_status=$2
	apply_pattern=$3
	shift 3
	printf '%s\n' "$@" >"$LIMITS/10-test.conf"
	expect "apply: $apply_name" "$apply_status" "$apply_pattern" \
		ioasidctl limit apply "$LIMITS"
}

# limit_is CGROUP LIMIT
limit_is()
{
	[ "$(ioasidctl -j limit show "$1" | jq '.[0].max')" = "$2" ]
}

LIMITS=$DIR/limits.d
mkdir "$LIMITS"
expect "apply: no file" 0 '' ioasidctl limit apply "$LIMITS"
apply_is "a file" 0 '' \
	'# services' '' '	/a/b	8' '  # those' '/a/d max'
verdict "apply: is set" limit_is /a/b 8
verdict "apply: not the others" limit_is /a/b/c 3
apply_is "twice" 0 '' '/a/b 8' '/a/b 9'
verdict "apply: the last one" limit_is /a/b 9
echo '/a/b 6' >"$LIMITS/20-test.conf"
echo '/a/b 7' >"$LIMITS/30-test.conf.old"
echo '/a/b 7' >"$LIMITS/.40-test.conf"
apply_is "more files" 0 '' '/a/b 5'
verdict "apply: in order, and no others" limit_is /a/b 6
rm "$LIMITS/20-test.conf"
apply_is "a line that is wrong" 1 \
	"limits.d/10-test.conf:2: 'x' is no number of spaces, nor 'max'" \
	'/a/b 4' '/a/b x' '/a/d 4'
verdict "apply: those before it" limit_is /a/b 4
verdict "apply: those behind it" limit_is /a/d 4
for line in /a/b '/a/b 1 2'; do
	apply_is "'$line'" 1 "10-test.conf:1: a line has a cgroup and a limit" \
		"$line"
done
apply_is "no path" 1 "conf:1: 'a/b' is not the path of a cgroup" 'a/b 3'
apply_is "no such cgroup" 1 \
	'conf:1: cannot set the limit of /e: there is no such cgroup' '/e 3'
apply_is "one that need not be there" 0 '' '-/e 3'
apply_is "one that need not, but is" 0 '' '-/a/d 3' '/a/b max'
verdict "apply: that one, too" limit_is /a/d 3
printf '/a/d max' >"$LIMITS/10-test.conf"
expect "apply: no end of line" 0 '' ioasidctl limit apply "$LIMITS"
verdict "apply: no limit" limit_is /a/d null
mkdir "$LIMITS/20-test.conf"
expect "apply: no file to read" 1 'cannot read .*/20-test.conf: Is a direc' \
	ioasidctl limit apply "$LIMITS"
expect "apply: no directory" 1 'cannot read /etc/ioasid/limits.d: No such' \
	ioasidctl limit apply
expect "apply: two" 2 "'limit apply' takes no argument '/b'" \
	ioasidctl limit apply /a /b
ioasidctl limit set /a/d max

# What one prints until so many lines are there.
start_watch()
{
	: >"$DIR/watch.err"
	"$@" >"$DIR/watch" 2>"$DIR/watch.err" &
	watch=$!
	eventually grep -q ready "$DIR/watch.err"
}

watched()
{
	eventually grep -qxE "$1" "$DIR/watch"
}

start_watch ioasidctl limit watch
verdict "watch: what is there" watched '/a/b/c: 1 of 3'
verdict "watch: above" watched '/a: 1 of 2'
hold_space /a/b/c
second=$holder
verdict "watch: a space more" watched '/a/b/c: 2 of 3'
expect "a space too much" 1 'cgroup /a, above /a/b/c, has as many spaces' \
	in_cgroup /a/b/c ioasid-dsa crc "$DIR/long"
verdict "watch: refused" watched '/a/b/c: 2 of 3, 1 refused'
ioasidctl limit set /a 5
verdict "watch: a limit" watched '/a: 2 of 5'
let_go "$second"
verdict "watch: a space less" watched '/a/b/c: 1 of 3, 1 refused'
mkdir "$CGROUPS/a/e"
ioasidctl limit set /a/e 7
verdict "watch: a new cgroup" watched '/a/e: 0 of 7'
rmdir "$CGROUPS/a/e"
verdict "watch: one that goes" watched '/a/e: 0 of 7, removed'
kill -INT "$watch"
wait "$watch"
verdict "watch: ends at a signal" test "$?" = 0
verdict "watch: leaves no instance" \
	test -z "$(ls /sys/kernel/tracing/instances)"

mkdir "$CGROUPS/a/e"
start_watch ioasidctl limit watch -d 0.1 /a/e
rmdir "$CGROUPS/a/e"
wait "$watch"
verdict "watch: what is watched goes" test "$?" = 1
verdict "watch: says so" \
	grep -q 'cannot watch /a/e: there is no such cgroup' "$DIR/watch.err"
expect "watch: no such cgroup" 1 'read the limits of /e: there is no such' \
	ioasidctl limit watch /e

start_watch ioasidctl -j limit watch /a/b -n 3
watched_json()
{
	jq -es "any($1)" "$DIR/watch" >/dev/null
}
verdict "watch: JSON" eventually watched_json '.cgroup == "/a/b/c" and
	.spaces == 1 and .max == 3 and .refused == 0 and (.removed | not)'
hold_space /a/b/c
second=$holder
wait "$watch"
verdict "watch: so many lines" test "$(wc -l <"$DIR/watch")" = 3
start_watch su nobody -c 'ioasidctl limit watch -d 0.1 -n 3 /a/b/c'
verdict "watch: as nobody" grep -q 'without events, refusals are not seen' \
	"$DIR/watch.err"
let_go "$second"
verdict "watch: as nobody, a change" watched '/a/b/c: 1 of 3'
ioasidctl limit set /a/b/c 4
wait "$watch"
verdict "watch: as nobody, a limit" watched '/a/b/c: 1 of 4'
let_go "$first"

# Where a command runs, and what is left of that.
left_behind()
{
	find "$CGROUPS" -name 'ioasidctl-*'
}

expect "run: the command" 0 '^hello$' ioasidctl run --spaces 2 -- echo hello
expect "run: its status" 7 '' ioasidctl run --spaces 2 -- sh -c 'exit 7'
# shellcheck disable=SC2016 # for the other shell
expect "run: its end by a signal" 137 '' \
	ioasidctl run --spaces 2 -- sh -c 'kill -KILL $$'
expect "run: not found" 127 'no-such-command: No such file' \
	ioasidctl run --spaces 2 -- no-such-command
expect "run: cannot be run" 126 'Permission denied' \
	ioasidctl run --spaces 2 -- /etc/passwd
for _ in $(seq 20); do
	ioasidctl run --spaces 2 -- true
done
verdict "run: nothing is left" test -z "$(left_behind)"
expect "run: its cgroup" 0 '^0::/job$' \
	ioasidctl run --spaces 2 --name job -- cat /proc/self/cgroup
expect "run: its limit" 0 '^limit +2 more, by that of /job$' \
	ioasidctl run --spaces 2 --name job -- ioasidctl info
expect "run: no limit" 0 '^limit +none$' \
	ioasidctl run --spaces max --name job -- ioasidctl info
expect "run: more than it may" 1 'cgroup /job has as many spaces as it may' \
	ioasidctl run --spaces 0 --name job -- ioasid-dsa crc /etc/passwd
expect "run: below the caller's, or near" 0 '^limit +4 more, by that of /a$' \
	in_cgroup /a/b/c ioasidctl run --spaces 5 --name job -- \
	sh -c 'ioasidctl limit set /a 4; ioasidctl info'
expect "run: there" 0 '^0::/a/b/job$' in_cgroup /a/b/c \
	ioasidctl run --spaces 2 --name job -- cat /proc/self/cgroup
mkdir "$CGROUPS/job"
expect "run: the cgroup exists" 125 '/job exists: choose another --name' \
	ioasidctl run --spaces 2 --name job -- true
rmdir "$CGROUPS/job"
expect "run: as nobody" 125 'you may not change that cgroup' \
	su nobody -c 'ioasidctl run --spaces 2 -- true'
expect "run: a cgroup is left in it" 0 \
	'/job is left: the command has left a cgroup in it' \
	ioasidctl run --spaces 2 --name job -- mkdir "$CGROUPS/job/more"
expect "run: with its limit" 0 '^/job +0 +2 +2 +/job$' \
	ioasidctl limit show /job
ioasidctl limit set /job max
rmdir "$CGROUPS/job/more" "$CGROUPS/job"
expect "run: a process is left in it" 0 \
	'/job is left: the command has left processes behind' \
	ioasidctl run --spaces 2 --name job -- \
	sh -c 'tail -f /dev/null >/dev/null 2>&1 &'
expect "run: with the limit of it" 0 '^/job +0 +2 +2 +/job$' \
	ioasidctl limit show /job
ioasidctl limit set /job max
echo 1 >"$CGROUPS/job/cgroup.kill"
verdict "run: until it is gone" eventually rmdir "$CGROUPS/job"
expect "run: no limit given" 2 "'run' needs --spaces N" \
	ioasidctl run -- true
expect "run: no command" 2 "'run' needs an argument" ioasidctl run --spaces 2
expect "run: not a number" 2 "'x' is no number of spaces" \
	ioasidctl run --spaces x -- true
for name in '' . .. a/b .x; do
	expect "run: name '$name'" 2 'is not the name of a cgroup' \
		ioasidctl run --spaces 2 --name "$name" -- true
done

# Where no hierarchy can be seen.
blind()
{
	unshare -m sh -c "umount $CGROUPS && exec \"\$@\"" sh "$@"
}

expect "blind: info" 0 '^limit +not known: ' blind ioasidctl info
run blind ioasidctl -j info
verdict "blind: info: JSON" said_json '.cgroup | has("left") | not'
expect "blind: show" 1 'cannot read the limits of /: ' \
	blind ioasidctl limit show
expect "blind: set" 1 'cannot set the limit of /a: ' \
	blind ioasidctl limit set /a 3
expect "blind: run" 125 'cannot find a place for a cgroup: ' \
	blind ioasidctl run --spaces 2 -- true

# A background process of the command: its limit stays with it.
ioasidctl run --spaces 2 --name job -- \
	sh -c "ioasid-dsa crc $DIR/long >/dev/null 2>&1 & echo \$!" \
	>"$DIR/pid" 2>"$DIR/err"
verdict "run: a process is left" grep -q '/job is left: the command has left' \
	"$DIR/err"
verdict "run: its limit is there" grep -q '^ioasid .*hca_object=2 *$' \
	"$CGROUPS/job/rdma.max"
kill -KILL "$(cat "$DIR/pid")"
verdict "run: it can be removed" eventually rmdir "$CGROUPS/job"

# A signal goes to the command, which has the last word.
ioasidctl run --spaces 2 --name job -- sh -c \
	'trap "exit 5" TERM; echo >'"$DIR/there"'; while :; do :; done' &
pid=$!
eventually test -e "$DIR/there"
kill -TERM "$pid"
wait "$pid"
verdict "run: a signal is passed on" test "$?" = 5
verdict "run: and the cgroup goes" test ! -e "$CGROUPS/job"

# Limits outlast the module.
ioasidctl limit set /a 5
modprobe -r ioasid_sim ioasid
expect "set: no module" 0 '' ioasidctl limit set /a/b 3
expect "show: no module" 0 '^  a +0 +5 +5 +/a$' ioasidctl limit show
modprobe ioasid_sim
expect "limits outlast the module" 0 '^    b +0 +3 +3 +/a/b$' \
	ioasidctl limit show
hold_space /a/b/c
verdict "and hold for it when it comes back" eventually usage_is /a/b 1
let_go "$holder"

# Cgroup v1, where a machine still has it: nothing of v2 may use it then.
for cgroup in /a/b/c /a/b /a/d /a; do
	rmdir "$CGROUPS$cgroup"
done
echo -rdma >"$CGROUPS/cgroup.subtree_control"
mkdir "$DIR/v1"
v1_is_mounted()
{
	mount -t cgroup -o rdma none "$DIR/v1" 2>/dev/null
}
verdict "cgroup v1" eventually v1_is_mounted
mkdir "$DIR/v1/a"
expect "v1: set" 0 '' ioasidctl limit set /a 3
expect "v1: show" 0 '^  a +0 +3 +3 +/a$' ioasidctl limit show
CGROUPS=$DIR/v1
expect "v1: info" 0 '^limit +3 more, by that of /a$' \
	in_cgroup /a ioasidctl info
verdict "v1: info: cgroup" has_line '^cgroup +/a$'
rmdir "$CGROUPS/a"
# The hierarchy would stay for ever if it were unmounted before the cgroup that
# was removed is really gone.
v1_is_empty()
{
	[ "$(awk '$1 == "rdma" { print $3 }' /proc/cgroups)" = 1 ]
}
verdict "v1: empty" eventually v1_is_empty
umount "$DIR/v1"
verdict "v1: and back" eventually \
	grep -qw rdma /sys/fs/cgroup/cgroup.controllers
finish
