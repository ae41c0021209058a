#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ioasid-dsa against cp, cmp, and the CRC32C of rhash.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

MIB=1048576

random_file()
{
	head -c "$2" /dev/urandom >"$1"
}

# The line "abcdefg" over and over, up to a size.
abcdefg()
{
	yes abcdefg | head -c 65536 >"$DIR/block"
	yes "$DIR/block" | head -n $(($1 / 65536 + 1)) | xargs cat 2>/dev/null |
		head -c "$1"
}

same_crc()
{
	[ "$(ioasid-dsa crc "$1")" = "$(rhash --simple --crc32c "$1")" ]
}

# Compares what is said, the program's name apart, and the exit status.
same_as_cmp()
{
	/usr/bin/cmp "$1" "$2" >"$DIR/theirs" 2>&1
	theirs=$?
	ioasid-dsa compare "$1" "$2" >"$DIR/ours" 2>&1
	ours=$?
	sed -i 's/^cmp: //' "$DIR/theirs"
	sed -i 's/^ioasid-dsa: //' "$DIR/ours"
	cmp "$DIR/theirs" "$DIR/ours" && [ "$theirs" = "$ours" ]
}

flip_byte()
{
	byte=$(dd if="$1" bs=1 skip="$2" count=1 2>/dev/null |
		hexdump -e '1/1 "%u"')
	printf '%b' "\\0$(printf %o $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

kib_used()
{
	du -k "$1" | cut -f 1
}

is_sparse()
{
	[ "$(kib_used "$1")" -lt 1024 ]
}

# A file that takes seconds to read and no memory, with data at its end.
make_long_file()
{
	truncate -s $((2 * 1024 * MIB)) "$1"
	random_file "$DIR/end" "$MIB"
	cat "$DIR/end" >>"$1"
}

for size in 0 1 4095 4096 4097 $((10 * MIB + 3)); do
	random_file "$DIR/a" "$size"
	rm -f "$DIR/b"
	ioasid-dsa copy "$DIR/a" "$DIR/b"
	verdict "copy: $size bytes" cmp "$DIR/a" "$DIR/b"
	verdict "crc: $size bytes" same_crc "$DIR/a"
	verdict "compare: $size equal bytes" same_as_cmp "$DIR/a" "$DIR/b"
	ioasid-dsa fill -p 616263646566670a -s "$size" "$DIR/c"
	abcdefg "$size" >"$DIR/b"
	verdict "fill: $size bytes" cmp "$DIR/b" "$DIR/c"
done

# Where a file differs: line ends and the borders of pieces matter.
random_file "$DIR/a" $((9 * MIB + 1))
cp "$DIR/a" "$DIR/b"
for offset in $((9 * MIB)) $((8 * MIB)) $((4 * MIB)) $((4 * MIB - 1)) 4097 0; do
	flip_byte "$DIR/b" "$offset"
	verdict "compare: differ at $offset" same_as_cmp "$DIR/a" "$DIR/b"
done
printf 'one\ntwo' >"$DIR/a"
printf 'one\ntwo\nthree' >"$DIR/b"
verdict "compare: end within a line" same_as_cmp "$DIR/a" "$DIR/b"
verdict "compare: end within a line, other order" \
	same_as_cmp "$DIR/b" "$DIR/a"
printf 'one\ntwo\n' >"$DIR/a"
verdict "compare: end after a line" same_as_cmp "$DIR/a" "$DIR/b"
: >"$DIR/empty"
verdict "compare: an empty file" same_as_cmp "$DIR/empty" "$DIR/b"
expect "compare: quiet" 1 '' ioasid-dsa -q compare "$DIR/a" "$DIR/b"
expect "compare: trouble" 2 'nowhere: cannot open: No such file' \
	ioasid-dsa compare "$DIR/a" "$DIR/nowhere"
expect "compare: trouble with the first" 2 'nowhere: cannot open: No such' \
	ioasid-dsa compare "$DIR/nowhere" "$DIR/a"

# Sparse files beyond 2 and 4 GiB.
truncate -s $((5 * 1024 * MIB + 7)) "$DIR/sparse"
for offset in 0 2147483647 2147483648 4294967295 5368709120; do
	echo x | dd of="$DIR/sparse" bs=1 seek=$offset conv=notrunc 2>/dev/null
done
rm -f "$DIR/b"
expect "copy: 5 GiB, sparse" 0 '' ioasid-dsa copy "$DIR/sparse" "$DIR/b"
verdict "copy: stays sparse" is_sparse "$DIR/b"
expect "compare: 5 GiB, sparse" 0 '' ioasid-dsa compare "$DIR/sparse" "$DIR/b"
verdict "compare: reads no hole into memory" is_sparse "$DIR/sparse"
flip_byte "$DIR/b" 4294967296
expect "compare: differ beyond 4 GiB" 1 'differ: char 4294967297, line 3$' \
	ioasid-dsa compare "$DIR/sparse" "$DIR/b"
flip_byte "$DIR/b" 3000000000
expect "compare: data against a hole" 1 'differ: char 3000000001, line 3$' \
	ioasid-dsa compare "$DIR/sparse" "$DIR/b"
truncate -s $((2 * 1024 * MIB + 5)) "$DIR/sparse"
if has_terminals; then
	# The checksum is what rhash makes of the same file.
	expect "crc: beyond 2 GiB, on a terminal" 0 'cdf05d9f  ' \
		on_terminal "ioasid-dsa crc $DIR/sparse"
	verdict "progress bar on a terminal" grep -qE \
		'[0-9]+% \[#+\.*\] [0-9.]+M/s, [0-9]+ s left' "$DIR/out"
else
	skip "progress bar on a terminal" "the kernel has no terminals"
fi
rm "$DIR/sparse" "$DIR/b"

# Files as they are found.
random_file "$DIR/a" 70000
chmod 640 "$DIR/a"
rm -f "$DIR/b"
ioasid-dsa copy "$DIR/a" "$DIR/b"
verdict "copy: permissions of a new file" \
	test "$(stat -c %a "$DIR/b")" = 640
random_file "$DIR/b" 100000
ioasid-dsa copy "$DIR/a" "$DIR/b"
verdict "copy: over a longer file" cmp "$DIR/a" "$DIR/b"
mkdir "$DIR/folder"
ioasid-dsa copy "$DIR/a" "$DIR/folder/"
verdict "copy: into a folder" cmp "$DIR/a" "$DIR/folder/a"
ln "$DIR/a" "$DIR/link"
expect "copy: onto itself" 1 'are the same file' \
	ioasid-dsa copy "$DIR/a" "$DIR/link"
verdict "copy: onto itself leaves it alone" cmp "$DIR/a" "$DIR/b"
expect "copy: from nowhere" 1 'nowhere: cannot open: No such file' \
	ioasid-dsa copy "$DIR/nowhere" "$DIR/b"
expect "copy: to nowhere" 1 'nowhere/b: cannot open: No such file' \
	ioasid-dsa copy "$DIR/a" "$DIR/nowhere/b"
verdict "copy: either leaves all alone" cmp "$DIR/a" "$DIR/b"
ioasid-dsa fill -p 790a "$DIR/b"
verdict "fill: keeps the size" test "$(stat -c %s "$DIR/b")" = 70000
yes | head -c 70000 >"$DIR/c"
verdict "fill: a short pattern" cmp "$DIR/b" "$DIR/c"
mkdir "$DIR/small"
mount -t tmpfs -o size=1M small "$DIR/small"
random_file "$DIR/b" $((5 * MIB))
expect "copy: a full disk" 1 'small/b: cannot be written at .* disk is full' \
	ioasid-dsa copy "$DIR/b" "$DIR/small/b"
verdict "copy: says what it has left behind" has_said 'small/b: incomplete'
umount "$DIR/small"
expect "fill: several files" 0 '' ioasid-dsa fill -s 3 "$DIR/1" "$DIR/2"
verdict "fill: zeros by default" cmp -n 3 "$DIR/1" /dev/zero
expect "fill: a missing file without a size" 1 \
	'nowhere: no such file: to make it, give --size' \
	ioasid-dsa fill "$DIR/nowhere"
expect "crc: goes on after a failure" 1 '^00000000  .*/empty' \
	ioasid-dsa crc "$DIR/nowhere" "$DIR/empty"
expect "crc: a folder" 1 'not a regular file' ioasid-dsa crc "$DIR"
expect "crc: a device" 1 'not a regular file' ioasid-dsa crc /dev/null
expect "crc: a file without a size" 1 'its size is not known' \
	ioasid-dsa crc /proc/version
expect "crc: a file that cannot be mapped" 1 \
	'uevent_seqnum: such a file cannot be mapped: make a copy' \
	ioasid-dsa crc /sys/kernel/uevent_seqnum
expect "verbose" 0 '70000|68.4K in .* s \(.*/s\), 1 descriptors, [1-9]' \
	ioasid-dsa -v crc "$DIR/a"

# Arguments.
expect "no command" 2 'a command is missing' ioasid-dsa
expect "too few arguments" 2 "'copy' needs SOURCE" ioasid-dsa copy a
expect "too many arguments" 2 "too many: 'c'" ioasid-dsa copy a b c
expect "a pattern for copy" 2 'takes no pattern' ioasid-dsa copy -p 00 a b
for pattern in '' 0 123 0x12 1234567 12345678901234567; do
	expect "pattern '$pattern'" 2 'is not 2, 4, 8 or 16 hex digits' \
		ioasid-dsa fill -p "$pattern" "$DIR/a"
done
for bad in '' x -1 1X 1KB 9223372036854775808 99999999999T; do
	expect "size '$bad'" 2 'is not a size' \
		ioasid-dsa fill -s "$bad" "$DIR/a"
done
expect "output that cannot be written" 1 'cannot write the output' \
	sh -c "ioasid-dsa crc $DIR/a >/dev/full"

# Accelerators.
expect "no such accelerator" 1 '/dev/nowhere: no such accelerator' \
	ioasid-dsa -d /dev/nowhere crc "$DIR/a"
expect "no such accelerator, compare" 2 'no such accelerator' \
	ioasid-dsa -d /dev/nowhere compare "$DIR/a" "$DIR/a"
expect "not an accelerator" 1 'the file is not a queue' \
	ioasid-dsa -d /dev/zero crc "$DIR/a"
expect "the second accelerator" 0 "/a$" \
	ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/a"
chmod 755 "$DIR"
expect "an accelerator without permission" 1 'permission denied: become root' \
	su nobody -c "ioasid-dsa crc $DIR/empty"
chmod 666 /dev/ioasid_sim0
chmod 600 "$DIR/a"
expect "a file without permission" 1 'a: cannot open: Permission denied' \
	su nobody -c "ioasid-dsa crc $DIR/a"
expect "an accelerator with permission" 0 '^00000000' \
	su nobody -c "ioasid-dsa crc $DIR/empty"
chmod 600 /dev/ioasid_sim0

# What happens meanwhile.
make_long_file "$DIR/big"
ioasid-dsa crc "$DIR/big" >"$DIR/out" 2>"$DIR/err" &
eventually is_working $!
truncate -s 1M "$DIR/big"
wait $!
status=$?
verdict "a file that is truncated meanwhile" \
	came_out 1 'big: cannot be read at offset 2147483648: it was truncated'
# Nothing of a hole is read, so only the size tells.
truncate -s 4G "$DIR/big"
ioasid-dsa crc "$DIR/big" >"$DIR/out" 2>"$DIR/err" &
eventually is_working $!
truncate -s 1M "$DIR/big"
wait $!
status=$?
verdict "a hole that is truncated meanwhile" came_out 1 \
	'big: it was truncated from 4294967296 to 1048576 bytes meanwhile'
make_long_file "$DIR/big"
ioasid-dsa crc "$DIR/big" >"$DIR/out" 2>"$DIR/err" &
eventually is_working $!
kill -TERM $!
wait $!
status=$?
verdict "a signal" came_out 143 'big: interrupted after [0-9.]+M? of 2.0G'

# A cgroup with a limit: whose it is, and what can be done.
cgroup=/sys/fs/cgroup/test_dsa
mkdir $cgroup
echo +rdma >/sys/fs/cgroup/cgroup.subtree_control
echo ioasid hca_object=0 >$cgroup/rdma.max
expect "a cgroup that may have no space" 1 \
	'space: cgroup /test_dsa has as many spaces as it may: free some' \
	sh -c "echo 0 >$cgroup/cgroup.procs; ioasid-dsa crc $DIR/empty"
echo ioasid hca_object=1 >$cgroup/rdma.max
expect "a cgroup that may have one" 0 '^00000000' \
	sh -c "echo 0 >$cgroup/cgroup.procs; ioasid-dsa crc $DIR/empty"
# The kernel forgets to free a limit that is left.
echo ioasid hca_object=max >$cgroup/rdma.max
rmdir $cgroup

# A driver that loses its device.
driver=/sys/bus/platform/drivers/ioasid_sim_accel
truncate -s 100G "$DIR/big"
ioasid-dsa -d /dev/ioasid_sim0 crc "$DIR/big" >"$DIR/out" 2>"$DIR/err" &
eventually is_working $!
echo ioasid_sim_accel.0 >$driver/unbind
wait $!
status=$?
verdict "an accelerator that is taken away" \
	came_out 1 'ioasid_sim0: cannot go on: the accelerator has gone'
expect "another accelerator is found" 0 '^00000000' \
	ioasid-dsa crc "$DIR/empty"
echo ioasid_sim_accel.0 >$driver/bind
expect "an accelerator that is back" 0 '^00000000' \
	ioasid-dsa -d /dev/ioasid_sim0 crc "$DIR/empty"
finish
