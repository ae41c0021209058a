#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasidctl: what it says about spaces that are held, freed and hidden, about
# what is in them, as text and as JSON; what it maps, and what it says when it
# cannot.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

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

# Like json, of the output of the last run.
said_json()
{
	jq -e "$1" "$DIR/out" >/dev/null
}

has_line()
{
	grep -qE "$1" "$DIR/out"
}

lacks_line()
{
	! has_line "$1"
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
verdict "info: types" has_line '^types +sva iova$'
verdict "info: JSON" \
	json '.abi == 3 and .types == ["sva", "iova"] and .pasid_bits == 20' \
	ioasidctl info -j
verdict "info: what is left" json '.spaces < 1000 and .pasids_left > 1000 and
	.spaces + .pasids_left + .pasids_resting <= 1048575 and .pinned == 0 and
	.cgroup == {id: 1, path: "/"}' ioasidctl info -j
verdict "list: what the kernel has" json 'length > 0 and all(.kernel and
	.attachments == 1 and .fds == 0 and .holders == [] and
	(has("creator") or has("cgroup") | not))' ioasidctl --json list
run ioasidctl list --users
verdict "list: users, none" test "$(wc -l <"$DIR/out")" = 1
verdict "list: users, no complaint" test ! -s "$DIR/err"
expect "show: of the kernel" 0 'attachment 1 by kernel$' \
	ioasidctl show "pasid:$(ioasidctl -j list | jq '.[0].pasid')"
expect "list: only headings" 0 \
	'^ID +PASID +TYPE +STATE +USER +CREATOR +CGROUP +ATTACHMENTS +MAPPED ' \
	ioasidctl list
verdict "list: nothing else" test "$(grep -cv ',kernel ' "$DIR/out")" = 1

# A space in use that stays as it is: its process is stopped in the middle.
truncate -s 100G "$DIR/long"
hold_space ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/long"
pid=$holder
fd=$(space_fd "$pid")
id=$(field ioasid)
pasid=$(field pasid)
me=ioasid-dsa
device='ioasid_sim_accel\.1'
all=attach,map,access,fault,manage
expect "list: a space" 0 \
	"^$id +$pasid +sva +active +root +$pid\($me\) +/ +1 +[0-9.]+M? +0 " \
	ioasidctl list
verdict "list: its holder" has_line " $pid/$fd\($me\)$"
verdict "list: no colours" lacks_line '\[3'
verdict "list: JSON" json "map(select(.kernel | not)) |
	length == 1 and .[0].ioasid == $id" \
	ioasidctl list --json
expect "show: by id" 0 "^space $id$" ioasidctl show "$id"
verdict "show: state" has_line '^  state +active$'
verdict "show: PASID" has_line "^  PASID +$pasid$"
verdict "show: memory" has_line '^  memory +live$'
verdict "show: device" has_line \
	"^  device +$device, attachment 1 by process $pid \($me\)$"
verdict "show: creator" has_line "^  creator +$pid\($me\)$"
verdict "show: user" has_line '^  user +root$'
verdict "show: cgroup" has_line '^  cgroup +/$'
verdict "show: descriptors" has_line '^  descriptors +1$'
verdict "show: page requests" \
	has_line "^  page requests +[1-9][0-9]* resolved, 0 refused$"
verdict "show: holder" \
	has_line "^  holder +process $pid \($me\), descriptor $fd, rights $all$"
expect "show: by descriptor" 0 "^space $id$" ioasidctl show "$pid/$fd"
expect "show: by PASID" 0 "^space $id$" ioasidctl show "pasid:$pasid"
expect "show: no such PASID" 1 'no space that you may see has PASID 1048575' \
	ioasidctl show pasid:1048575
expect "show: two" 0 "^space $id$" ioasidctl show "$id" "$pid/$fd"
verdict "show: twice" test "$(grep -c '^space' "$DIR/out")" = 2
verdict "show: JSON" json ".[0] | .ioasid == $id and .pasid == $pasid and
	.type == \"sva\" and .state == \"active\" and .mm == \"live\" and
	.attachments == 1 and .devices == [\"ioasid_sim_accel.1\"] and
	.mapped > 0 and .pinned == 0 and .maps == 0 and .map_list == [] and
	.faults > 0 and .faults_failed == 0 and
	.creator == {pid: $pid, comm: \"$me\", uid: 0, user: \"root\"} and
	.cgroup == {id: 1, path: \"/\"} and .fds == 1 and
	(.hidden or .kernel | not) and .attachment_list == [{id: 1,
		device: \"ioasid_sim_accel.1\", cookie: 0, pid: $pid,
		comm: \"ioasid-dsa\", no_fault: false, cut: false}] and
	.holders == [{pid: $pid, comm: \"ioasid-dsa\", fd: $fd, rights:
		[\"attach\", \"map\", \"access\", \"fault\", \"manage\"]}]" \
	ioasidctl -j show "$pid/$fd"

expect "holders" 0 "^space $id, PASID $pasid$" ioasidctl holders "$id"
verdict "holders: descriptor" has_line \
	"^  $pid +$fd +$me +$all$"
verdict "holders: attachment" has_line \
	"^  1 +$device +$pid +$me +0 +attached$"
verdict "holders: verdict" has_line \
	"^  kept by descriptor $fd of $me\[$pid\]$"
verdict "list: users" json '. == [{uid: 0, user: "root", spaces: 1,
	parked: 0, pinned: 0}]' ioasidctl list --users -j
expect "list: users, as text" 0 '^root +1 +0 +0 +unlimited +-$' \
	ioasidctl list --users

# For people: colours, unless they do not want them.
red_green="$(printf '\033')\[3[12]mactive"
if has_terminals; then
	run on_terminal "ioasidctl list"
	verdict "list: in colour on a terminal" has_line "$red_green"
	run on_terminal "NO_COLOR=1 ioasidctl list"
	verdict "list: NO_COLOR" lacks_line "$red_green"
	verdict "list: the same columns" \
		has_line "^$id +$pasid +sva +active +root "
else
	skip "list: in colour on a terminal" "the kernel has no terminals"
fi

# Without the system fd, /proc has to do.
mv /dev/ioasid /dev/ioasid.away
expect "list: from /proc" 0 \
	"^$id +$pasid +sva +active +- +$pid\($me\) +/ +1 .* $pid/$fd\($me\)$" \
	ioasidctl list
expect "holders: from /proc" 0 "^  - +ioasid_sim_accel\.1 +- +- +0 +attached$" \
	ioasidctl holders "pasid:$pasid"
verdict "show: from /proc" json ".[0] | .attachment_list == [] and
	.devices == [\"ioasid_sim_accel.1\"] and .creator.pid == $pid and
	(.creator | has(\"uid\") | not)" ioasidctl show -j "$id"
expect "list: users, from /proc" 0 'does not tell who has created spaces' \
	ioasidctl list --users

# A device that answers as a kernel does that is older than the question.
ln -s /dev/zero /dev/ioasid
expect "info: not asked before" 1 'cannot ask .* or the kernel is older' \
	ioasidctl info
expect "list: not asked before" 0 "^$id +$pasid +sva +active +- " ioasidctl list
mv /dev/ioasid.away /dev/ioasid

# Nor without /proc is there nothing. A sanitizer cannot look for leaks then.
expect "list: no /proc" 0 "no holders are seen: 'mount -t proc none /proc'" \
	env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0" \
	unshare -m sh -c 'umount -l /proc && ioasidctl list'
verdict "list: no /proc, what the kernel has" \
	has_line "^$id +$pasid +sva +active +root "

# Not everybody sees it.
expect "list: as nobody" 0 'processes could not be looked at: run as root' \
	su nobody -c 'ioasidctl list'
verdict "list: as nobody, no line" test "$(wc -l <"$DIR/out")" = 1
expect "show: as nobody" 1 "there is no space $id that you may see" \
	su nobody -c "ioasidctl show $id"
expect "show: as nobody, by descriptor" 1 'you may not look at that process' \
	su nobody -c "ioasidctl show $pid/$fd"
expect "info: as nobody" 0 '^ABI +3$' su nobody -c 'ioasidctl info'

expect "show: no such space" 1 'there is no space 12345678' \
	ioasidctl show 12345678
expect "show: no such process" 1 '4194305/3: there is no such process' \
	ioasidctl show 4194305/3
expect "show: not a space" 1 "$pid/0: the descriptor is not an IOASID fd" \
	ioasidctl show "$pid/0"
expect "show: one of two is wrong" 1 "^space $id$" ioasidctl show 999999 "$id"
expect "holders: one of two is wrong" 1 "^space $id, PASID $pasid$" \
	ioasidctl holders 999999 "$id"
for name in '' x pasid: pasid:x pasid:4294967296 1x 1/ /1 1/x 1/2/3 -- \
	18446744073709551616 0/3; do
	expect "show: '$name'" 2 "is neither an ID|needs an argument" \
		ioasidctl show "$name"
done

# Taken back from its device, then from everybody, while the device is not told
# to let go.
expect "cut: as nobody" 1 "there is no space $id that you may see" \
	su nobody -c "ioasidctl cut $id 1"
expect "cut: no such attachment" 1 'the space has no such attachment' \
	ioasidctl cut "$id" 2
expect "cut: not a number" 2 "'x' is not the number of an attachment" \
	ioasidctl cut "$id" x
verdict "cut: JSON" json ". == {ioasid: $id, cut: 1}" \
	ioasidctl -j cut "pasid:$pasid" 1
expect "cut: twice" 1 'it is cut off already' ioasidctl cut "$id" 1
expect "holders: cut off" 0 ' ioasid-dsa +0 +cut off$' ioasidctl holders "$id"
expect "free: as nobody" 1 "there is no space $id that you may see" \
	su nobody -c "ioasidctl free $id"
expect "free" 0 "^space $id is freed and parked: 1 attachment has not let go$" \
	ioasidctl free "$pid/$fd"
verdict "free: JSON" json ". == {ioasid: $id, state: \"free-pending\",
	attachments: 1}" ioasidctl -j free "$id"
expect "cut: after free" 1 'it is cut off already, or the space was taken' \
	ioasidctl cut "$id" 1
made="made by $me\[$pid\]"
expect "holders: parked" 0 \
	"^  freed; parked because attachment 1 of $device, $made, has not let" \
	ioasidctl holders "$id"
verdict "holders: JSON" json '.[0].verdict | startswith("freed; parked")' \
	ioasidctl -j holders "$id"
expect "list: parked" 0 " sva +free-pending +root " ioasidctl list
verdict "list: users, parked" json '.[0].parked == 1' \
	ioasidctl list --users -j
expect "read: freed" 1 'the space was taken back' \
	ioasidctl read "$id" 0x1000+1
expect "translate: freed" 1 'cannot translate .* the space was taken back' \
	ioasidctl translate "$id" 0x1000

# The end of its last descriptor is the end of the space.
kill -KILL "$pid"
wait "$pid" 2>/dev/null
verdict "list: gone" json 'all(.kernel)' ioasidctl -j list

# A space to look into: that of a pager, stopped in the middle. It has mapped a
# page of its own at 0xfffff000 and some windows of the file above 4 GiB.
hold_space ioasid-pager "$DIR/long"
pid=$holder
fd=$(space_fd "$pid")
id=$(field ioasid)
page=0xfffff000+4K
expect "list: type iova" 0 " iova +active +root .* $pid/$fd\(ioasid-pager\)$" \
	ioasidctl list
expect "show: maps" 0 '^  map +0xfffff000\+0x1000 \(4.0K\) rw, pages 4K$' \
	ioasidctl show "$id"
verdict "show: type" has_line '^  type +iova$'
verdict "show: no memory of a process" lacks_line '^  memory'
verdict "show: pinned" has_line '^  pinned +[1-9][0-9]* bytes'
verdict "show: a map of the file" has_line '^  map +0x1[0-9a-f]{8}\+0x100000 '
verdict "show: maps in JSON" json '.[0] | .type == "iova" and
	.maps == (.map_list | length) and (has("mm") | not) and
	.map_list[0] == {iova: 4294963200, length: 4096, read: true,
			 write: true, page_sizes: [4096]}' \
	ioasidctl -j show "$pid/$fd"

head -c 9000 /dev/urandom >"$DIR/file"
expect "map: a file" 0 '^0x2000000000\+0x3000$' \
	ioasidctl map "$id" --file "$DIR/file" --iova 0x2000000000
expect "map: twice" 1 'something is mapped there' \
	ioasidctl map "$id" --file "$DIR/file" --iova 0x2000000000
run ioasidctl map "$id" --file "$DIR/file" --offset 4K --length 4K \
	--read-only --page-size-max 4K --json
verdict "map: a part, read-only" said_json \
	".ioasid == $id and .length == 4096 and .iova >= 4294967296"
part=$(printf '0x%x' "$(jq .iova "$DIR/out")")
expect "map: more than the file has" 1 'the file ends before' \
	ioasidctl map "$id" --file "$DIR/file" --length 1M
expect "map: not a page" 1 'not a multiple of the page size' \
	ioasidctl map "$id" --file "$DIR/file" --length 100
expect "map: behind the end" 1 'it has nothing behind offset 16384' \
	ioasidctl map "$id" --file "$DIR/file" --offset 16K
expect "map: no such file" 1 'absent: cannot open: No such file' \
	ioasidctl map "$id" --file "$DIR/absent"
expect "map: a file that may be read" 1 'cannot open: .*: try --read-only$' \
	ioasidctl map "$id" --file /bin/busybox
expect "map: no file" 2 "'map' needs a --file" ioasidctl map "$id"
expect "map: not an address" 2 "'x' is not an address" \
	ioasidctl map "$id" --file "$DIR/file" --iova x
expect "map: not a size" 2 "'-1' is not a size" \
	ioasidctl map "$id" --file "$DIR/file" --length=-1

expect "translate: an address" 0 \
	'^0x2000000010 +0x2000000010 +rw +yes +4K$' \
	ioasidctl translate "$id" 0x2000000010
expect "translate: a range with holes" 0 \
	'^0x2000000000 +0x2000002fff +rw +yes +4K$' \
	ioasidctl translate "$id" 0x1fffffe000+0x7000
verdict "translate: the hole before" \
	has_line '^0x1fffffe000 +0x1fffffffff +- +no +-$'
verdict "translate: the hole behind" \
	has_line '^0x2000003000 +0x2000004fff +- +no +-$'
verdict "translate: no more lines" test "$(wc -l <"$DIR/out")" = 4
expect "translate: read-only" 0 ' r +yes ' ioasidctl translate "$id" "$part"
expect "translate: physical" 0 '^0x2000000000 .* 0x[0-9a-f]+000$' \
	ioasidctl translate "$id" 0x2000000000+12K --physical
verdict "translate: JSON" json '. == [{first: 137438953472,
	last: 137438957567, mapped: true, read: true, write: true,
	present: true, page_size: 4096}]' \
	ioasidctl -j translate "$id" 0x2000000000+4096
verdict "translate: physical in JSON" json '.[0].physical > 0' \
	ioasidctl -j translate --physical "$id" 0x2000000000
expect "translate: all there is" 0 '^FIRST +LAST +ACCESS +PRESENT +PAGES$' \
	ioasidctl translate "$id" 0+0xffffffffffffffff
for range in x 0x 1+ 1+0 1+x 0xfffffffffffffff0+17 0x10000000000000000; do
	expect "translate: '$range'" 2 'is not a range such as' \
		ioasidctl translate "$id" "$range"
done

ioasidctl read "$id" 0x2000000000+9000 >"$DIR/read"
verdict "read: what the file has" cmp "$DIR/file" "$DIR/read"
ioasidctl read "$id" 0x2000000123+4321 >"$DIR/read"
tail -c +292 "$DIR/file" | head -c 4321 >"$DIR/part"
verdict "read: from the middle" cmp "$DIR/part" "$DIR/read"
expect "read: up to a hole" 1 'cannot read at 0x2000003000: nothing is mapped' \
	ioasidctl read "$id" 0x2000000000+1M
verdict "read: all before the hole" test "$(wc -c <"$DIR/out")" = 12288
expect "read: a hole" 1 'cannot read at 0x1ffffff000' \
	ioasidctl read "$id" 0x1ffffff000+1
if has_terminals; then
	run on_terminal "ioasidctl read $id 0x2000002000+20"
	verdict "read: on a terminal" \
		has_line "^0000002000002010 ( [0-9a-f]{2}){4} +\|.{4}\|"
else
	skip "read: on a terminal" "the kernel has no terminals"
fi
expect "read: no length" 2 'has no length, as in 5\+4K' \
	ioasidctl read "$id" 5
expect "read: no JSON" 2 "'read' takes no --json" ioasidctl -j read "$id" 5+1

expect "unmap: nothing" 1 'nothing is mapped there' \
	ioasidctl unmap "$id" 0x3000000000+4K
expect "unmap: the middle" 0 '^4096 bytes \(4.0K\)$' \
	ioasidctl unmap "$id" 0x2000001000+4K
expect "unmap: the rest, over the hole" 0 '^8192 bytes' \
	ioasidctl unmap "$id" 0x2000000000+1M
expect "unmap: neither" 2 'needs a range, or --all' ioasidctl unmap "$id"
expect "unmap: both" 2 'needs a range, or --all' \
	ioasidctl unmap "$id" --all "$page"
verdict "unmap: all" json ".ioasid == $id and .unmapped > 4096" \
	ioasidctl unmap "$id" --all --json
verdict "unmap: nothing is left" json '.[0] | .maps == 0 and
	.map_list == [] and .mapped == 0 and .pinned == 0' \
	ioasidctl show -j "$id"
expect "unmap: all of nothing" 0 '^0 bytes' ioasidctl unmap "$id" --all

expect "map: as nobody" 1 "there is no space $id that you may see" \
	su nobody -c "ioasidctl map $id --file /etc/passwd --read-only"
expect "cut: as text" 0 '^1 attachment cut off$' ioasidctl cut "$id" 1
for command in 'read 12345678 0+1' 'translate 12345678 0' \
	'unmap 12345678 --all' 'map 12345678 --file /etc/passwd' \
	'cut 12345678 1' 'free 12345678'; do
	# shellcheck disable=SC2086 # several words
	expect "no such space: ${command%% *}" 1 'there is no space 12345678' \
		ioasidctl $command
done
kill -KILL "$pid"
wait "$pid" 2>/dev/null

# The memory of a process.
hold_space ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/long"
pid=$holder
fd=$(space_fd "$pid")
id=$(field ioasid)
start=0x$(sed -n "/$me\$/{s/-.*//p;q}" "/proc/$pid/maps")
expect "translate: type sva" 0 "^$start +$start +r +" \
	ioasidctl translate "$id" "$start"
ioasidctl read "$id" "$start+4" >"$DIR/read"
verdict "read: type sva" \
	test "$(od -An -c "$DIR/read" | tr -d ' ')" = '177ELF'
expect "map: type sva" 1 'only spaces of type iova map' \
	ioasidctl map "$id" --file "$DIR/file"
expect "unmap: type sva" 1 'the space is of the other type' \
	ioasidctl unmap "$id" --all
kill -KILL "$pid"
wait "$pid" 2>/dev/null

expect "an argument too many" 2 "'list' takes no argument 'all'" \
	ioasidctl list all
expect "an option of another command" 2 "'list' takes no --iova" \
	ioasidctl list --iova 1
expect "another one of another command" 2 "'list' takes no --batch" \
	ioasidctl list -b
expect "one with a value of another command" 2 "'list' takes no --delay" \
	ioasidctl list -d 1
expect "an argument too few" 2 "'show' needs an argument" ioasidctl show
expect "output that cannot be written" 1 'cannot write the output' \
	sh -c 'ioasidctl list >/dev/full'

# A user who looks into what is his own.
chmod 755 "$DIR"
chmod 666 /dev/ioasid_sim1
hold_space su nobody -c "exec ioasid-dsa -d /dev/ioasid_sim1 crc $DIR/long"
pid=$holder
fd=$(space_fd "$pid")
start=0x$(sed -n "/$me\$/{s/-.*//p;q}" "/proc/$pid/maps")
expect "translate: as nobody" 0 "^$start .* r +" \
	su nobody -c "ioasidctl translate $pid/$fd $start"
expect "translate: physical, as nobody" 0 'physical addresses are for root' \
	su nobody -c "ioasidctl translate --physical $pid/$fd $start"
kill -KILL "$pid"
wait "$pid" 2>/dev/null

# Without the modules.
verdict "modules can be unloaded" rmmod ioasid_sim ioasid
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
