#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl cdi: that the specification has the nodes that there are, with their
# numbers, and names that CDI allows; and what it says when it cannot be made. A
# container that is made from it is in test_container.sh.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
need jq

# What is written is whole, or what was there.
readonly FILE="$DIR/ioasid.json"

# said FILTER: whether jq finds the output of the last run to be true.
said()
{
	jq -e "$1" "$DIR/out" >/dev/null && return
	sed 's/^/# /' "$DIR/out" "$DIR/err"
	return 1
}

# node PATH: what the specification has of it, from other sources.
node()
{
	jq -n --arg path "$1" --argjson major "$((0x$(stat -c %t "$1")))" \
		--argjson minor "$((0x$(stat -c %T "$1")))" \
		'{$path, type: "c", $major, $minor, permissions: "rw"}'
}

nodes()
{
	for path; do
		node "$path"
	done | jq -s .
}

names()
{
	for path; do
		echo "${path#/dev/ioasid_}"
	done | jq -nR '[inputs]'
}

is_unchanged()
{
	cmp "$FILE" "$DIR/before" && [ ! -e "$FILE.new" ]
}

set -- /dev/ioasid_sim*
verdict "there are some" test $# -gt 1
expect "cdi" 0 '"cdiVersion":' ioasidctl cdi
verdict "version and kind" said '.cdiVersion == "0.5.0" and
	.kind == "ioasid/accelerator"'
verdict "nothing that CDI does not have" said '(keys - ["cdiVersion", "kind",
	"devices", "containerEdits"]) == []'
verdict "a device for each node, and all" said \
	"[.devices[].name] == $(names "$@") + [\"all\"]"
verdict "each has its node" said "[.devices[:-1][] |
	.containerEdits.deviceNodes[]] == $(nodes "$@")"
verdict "all has all" said "(.devices[-1] | .containerEdits.deviceNodes) ==
	$(nodes "$@")"
verdict "every one has /dev/ioasid" said ".containerEdits ==
	{deviceNodes: $(nodes /dev/ioasid)}"

mknod "$DIR/7_x" c 1 3
ln -s /dev/ioasid_sim1 "$DIR/link"
expect "nodes that are named" 0 . ioasidctl cdi --kind a-b.example/dma_1 \
	"$DIR/7_x" "$DIR/link"
verdict "kind" said '.kind == "a-b.example/dma_1"'
verdict "their names" said '[.devices[].name] == ["7_x", "link", "all"]'
verdict "their numbers" said "[.devices[-1].containerEdits.deviceNodes[] |
	[.major, .minor]] == [[1, 3], $(node /dev/ioasid_sim1 |
		jq -c '[.major, .minor]')]"

ioasidctl cdi >"$DIR/before"
expect "output" 0 '' ioasidctl cdi --output "$FILE"
verdict "is what is printed" is_unchanged
expect "output, over another" 0 '' ioasidctl cdi --output "$FILE"
verdict "is that again" is_unchanged
expect "no such node" 1 'there is no /dev/xyzzy: ' \
	ioasidctl cdi --output "$FILE" /dev/xyzzy
verdict "nothing is written then" is_unchanged
expect "no such directory" 1 'cannot write .*/none/a.json.new: No such file' \
	ioasidctl cdi --output "$DIR/none/a.json"
expect "output to what is no file" 2 '^ioasidctl: /dev/null is there and not ' \
	ioasidctl cdi --output /dev/null
verdict "which is as before" test -c /dev/null
mkdir "$FILE.new"
expect "output that cannot be made" 1 'cannot write .*: Is a directory' \
	ioasidctl cdi --output "$FILE"
rmdir "$FILE.new"
verdict "which leaves what there was" is_unchanged

expect "no character device" 1 '/etc/passwd is not a character device' \
	ioasidctl cdi /etc/passwd
expect "no path" 2 "'ioasid_sim0' is no path as /dev/ioasid_sim0" \
	ioasidctl cdi ioasid_sim0
for path in / /dev/all /dev/ioasid_ '/dev/a b' /dev/-a "/dev/a'"; do
	expect "no name: $path" 2 "a device cannot be called '" \
		ioasidctl cdi "$path"
done
expect "the same name" 2 "/dev/a/x and /dev/b/ioasid_x would both be 'x'" \
	ioasidctl cdi /dev/a/x /dev/y /dev/b/ioasid_x
for kind in '' a / a/ /a a/b/c 1/a a/1 a./b a/b- 'a b/c' a/b.c; do
	expect "no kind: '$kind'" 2 "'$kind' is not a kind such as ioasid/acc" \
		ioasidctl cdi --kind "$kind"
done

# Nothing here needs the modules but the nodes, which go and come back.
hide()
{
	for path; do
		mv "$path" "/dev/hidden-${path##*/}"
	done
}

show()
{
	for path; do
		mv "/dev/hidden-${path##*/}" "$path"
	done
}

hide "$@"
expect "no accelerators" 1 'no /dev/ioasid_sim\*: load ioasid_sim or name' \
	ioasidctl cdi
verdict "is no output" test ! -s "$DIR/out"
show "$@"
hide /dev/ioasid
expect "no /dev/ioasid" 1 'no /dev/ioasid: load the module ioasid$' \
	ioasidctl cdi
show /dev/ioasid
finish
