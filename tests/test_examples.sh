#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs every example of the manual pages and of help, as it is there, but for
# what it is about: space 7 with PASID 57, which is descriptor 5 of process 812,
# is here one with other numbers.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
# shellcheck source=tests/holder.sh
. holder.sh

readonly MANUALS=/usr/share/man/man1
readonly CGROUPS=/sys/fs/cgroup
readonly TOOLS='ioasidctl ioasid-dsa'

# Lines of a page that begin as at a prompt.
of_manual()
{
	sed -n 's/^\.Dl [$#] //p' "$1"
}

# Without what is behind "#" there, unless that says when it ends.
of_help()
{
	# shellcheck disable=SC2086 # several words or none
	"$1" help $2 | sed -n '/^Examples:/,/^$/s/^  //p' |
		sed '/# until/!s/ *# .*//'
}

all_examples()
{
	for page in "$MANUALS"/ioasid*.1; do
		of_manual "$page"
	done
	for tool in $TOOLS; do
		of_help "$tool" ''
	done
	for command in $(ioasidctl complete '' | cut -f 1) 'limit show' \
		'limit set' 'limit apply' 'limit watch'; do
		of_help ioasidctl "$command"
	done
	for command in copy fill compare crc; do
		of_help ioasid-dsa "$command"
	done
}

# A space of type iova that has something at 4 and 8 GiB and a device attached.
make_space()
{
	hold_space ioasid-pager "$DIR/long"
	pid=$holder
	fd=$(basename "$(grep -l '^ioasid:' "/proc/$pid/fdinfo/"*)")
	id=$(sed -n 's/^ioasid:.//p' "/proc/$pid/fdinfo/$fd")
	pasid=$(sed -n 's/^pasid:.//p' "/proc/$pid/fdinfo/$fd")
	ioasidctl unmap "$id" --all >/dev/null
	ioasidctl map "$id" --file "$DIR/pages" --iova 0x100000000 >/dev/null
	ioasidctl map "$id" --file "$DIR/pages" --iova 0x200000000 >/dev/null
}

drop_space()
{
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
}

# Whether the next example needs a space as it was.
changes_space()
{
	case $1 in
	*' map '* | *' unmap '* | *' cut '* | *' free '*) ;;
	*) return 1 ;;
	esac
}

# Something that happens, for what waits for it.
make_events()
{
	while :; do
		ioasid-dsa crc data.img >/dev/null
	done &
	busy=$!
}

drop_events()
{
	kill -KILL "$busy"
	wait "$busy" 2>/dev/null
}

with_real_numbers()
{
	echo "$1" | sed "s,812/5,$pid/$fd,; s,pasid:57,pasid:$pasid,
		s,/812/,/$pid/,; s,\(ioasidctl .*\) 7\>,\1 $id,"
}

# run_example TEXT: whether it ends well, by itself or by Ctrl-C.
run_example()
{
	case $1 in
	*'# until'*)
		echo "exec $1" >example.sh
		run timeout -s INT 1 sh example.sh
		! has_said "^Try '"
		;;
	*)
		run sh -e example.sh
		came_out 0 .
		;;
	esac
}

# Some have nothing to say.
says_nothing()
{
	case $1 in
	*' limit set '* | *' limit apply'*) ;;
	'ioasid-dsa copy '* | 'ioasid-dsa fill '*) ;;
	*' --output '* | *'-q compare '* | 'ioasid-dsa -v '* | *'>page') ;;
	*) return 1 ;;
	esac
}

check_example()
{
	if says_nothing "$1"; then
		run sh -e example.sh
		[ "$status" = 0 ]
	else
		run_example "$1"
	fi
}

cd "$DIR" || exit
truncate -s 100G long
head -c 8192 /dev/urandom >pages
head -c 8192 /dev/urandom >data.img
cp data.img backup.img
mkdir folder
mkdir -p "$CGROUPS/system.slice/dma.service" /etc/ioasid/limits.d
echo "/system.slice 1000" >/etc/ioasid/limits.d/test.conf
make_space
all_examples | sort -u >examples
verdict "there are some" test "$(wc -l <examples)" -gt 40
while read -r example <&3; do
	real=$(with_real_numbers "$example")
	echo "$real" >example.sh
	case $real in
	*monitor*) make_events ;;
	*' map '*) ioasidctl unmap "$id" 0x200000000+8K >/dev/null ;;
	esac
	verdict "$example" check_example "$real"
	case $real in
	*monitor*) drop_events ;;
	esac
	! changes_space "$real" || {
		drop_space
		make_space
	}
done 3<examples
drop_space
for cgroup in system.slice/dma.service system.slice; do
	ioasidctl limit set "/$cgroup" max
	rmdir "$CGROUPS/$cgroup"
done
rm -r /etc/ioasid
finish
