#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# How ioasidctl and ioasid-dsa take what is typed, for each command that there
# is: help in every way in which it is asked for, a part of a name, and a slip
# of the fingers; and what they say of options that are none.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

readonly MANUALS=/usr/share/man/man1

# The commands of ioasidctl, or those of one that groups others.
commands()
{
	# shellcheck disable=SC2086 # several words
	ioasidctl complete $1 '' | cut -f 1 | grep -vx help
}

# Those of them that group others offer more commands than "help".
is_group()
{
	ioasidctl complete "$1" '' | grep -q '^help	'
}

all_commands()
{
	for command in $(commands ''); do
		echo "$command"
		is_group "$command" || continue
		commands "$command" | sed "s/^/$command /"
	done
}

has_help()
{
	grep -q "^Usage: ioasidctl \[OPTION\]\.\.\. $1\( .*\)\?\$" \
		"$DIR/help" || return
	sed -n '/^Examples:/,/^$/p' "$DIR/help" | grep -q "^  ioasidctl $1" &&
		grep -q '^Exit status: ' "$DIR/help"
}

# Whether the last line names a manual page that there is.
has_manual()
{
	page=$(sed -n 's/^See \(ioasidctl[a-z-]*\)(1)\.$/\1/p' "$DIR/help")
	[ "$page" != ioasidctl-unmap ] || page=ioasidctl-map
	[ -s "$MANUALS/$page.1" ]
}

# same_help WORD...: whether that is the same as the help that is there.
same_help()
{
	run ioasidctl "$@"
	[ "$status" = 0 ] && cmp "$DIR/out" "$DIR/help"
}

# is_first OTHER...: whether the word in $part begins none of them.
begins_none_of()
{
	for other; do
		case $other in
		"$part"*) return 1 ;;
		esac
	done
}

# Every beginning of a word among others: it is taken, or what it may be is
# told.
check_parts()
{
	name=$1
	group=$2
	shift 2
	part=$name
	while part=${part%?} && [ -n "$part" ]; do
		# shellcheck disable=SC2086 # several words or none
		run ioasidctl help $group "$part"
		if begins_none_of "$@"; then
			came_out 0 "^Usage: .* $name" || return
		else
			came_out 2 "'$part' may be one of .*'$name'" || return
		fi
	done
}

others()
{
	# shellcheck disable=SC2086 # several words or none
	ioasidctl complete $1 '' | cut -f 1 | grep -vx "$2"
}

swap_first_letters()
{
	echo "$1" | sed 's/^\(.\)\(.\)/\2\1/'
}

all_commands >"$DIR/commands"
verdict "there are some" test "$(wc -l <"$DIR/commands")" -gt 15
while read -r command; do
	# shellcheck disable=SC2086 # several words
	ioasidctl help $command >"$DIR/help"
	verdict "$command: help" has_help "$command"
	verdict "$command: manual page" has_manual
	for ask in help -h --help; do
		# shellcheck disable=SC2086 # several words
		verdict "$command $ask" same_help $command $ask
	done
	name=${command##* }
	group=${command%"$name"}
	# shellcheck disable=SC2046 # several words
	verdict "$command: a part of it" check_parts "$name" "$group" \
		$(others "$group" "$name")
	# shellcheck disable=SC2086 # several words or none
	expect "$command: a slip" 2 "did you mean '$name'\?" \
		ioasidctl $group "$(swap_first_letters "$name")"
done <"$DIR/commands"

expect "help" 0 '^Examples:' ioasidctl help
for ask in -h --help 'help help' 'help -h'; do
	cp "$DIR/out" "$DIR/help"
	# shellcheck disable=SC2086 # several words
	verdict "$ask" same_help $ask
done
expect "no command" 2 'a command is missing' ioasidctl
verdict "where help is" has_said "^Try 'ioasidctl help' for more information"
expect "nothing like it" 2 "there is no command 'xyzzy'$" ioasidctl xyzzy
expect "nothing" 2 "there is no command ''$" ioasidctl ''
expect "a long word" 2 "there is no command 'a{99}'$" \
	ioasidctl "$(printf '%099d' 0 | tr 0 a)"
expect "a command of another" 2 "there is no command 'list'$" \
	ioasidctl limit list
verdict "where help on the other is" has_said "^Try 'ioasidctl help limit' "
expect "a group alone" 2 "'limit' needs a command: show\|set\|apply\|watch" \
	ioasidctl limit
expect "too few arguments" 2 "'cut' needs more arguments: ID ATTACHMENT" \
	ioasidctl cut 1
verdict "where help on that is" has_said "^Try 'ioasidctl help cut' "
expect "a part of a command and of an option" 0 '^USER ' ioasidctl lis --us

for tool in ioasidctl ioasid-dsa; do
	expect "$tool: no such letter" 2 "there is no option '-x'" $tool -x
	expect "$tool: among others" 2 "there is no option '-x'" \
		$tool --version -Vx
	expect "$tool: a value too much" 2 "'--help' takes no value" \
		$tool --help=3
	expect "$tool: no such option" 2 "there is no option '--xyzzy'$" \
		$tool --xyzzy=3
	expect "$tool: version" 0 "^$tool [0-9]" $tool -V
done
expect "option: a slip" 2 "no option '--usres': did you mean '--users'" \
	ioasidctl list --usres
expect "option: a slip, with a value" 2 "'--flie': did you mean '--file'" \
	ioasidctl map 1 --flie=x
expect "option: may be several" 2 \
	"'--p' may be one of '--page-size-max', '--physical'" ioasidctl --p
expect "option: no value" 2 "'-n' needs a value" ioasidctl monitor -n
expect "option: no value, long" 2 "'--file' needs a value" \
	ioasidctl map 1 --file
expect "column: a slip" 2 "no column 'pasdi': did you mean 'pasid'" \
	ioasidctl top --sort pasdi
expect "column: may be several" 2 "'p' may be one of 'pasid', 'pinned'" \
	ioasidctl top --sort p

# What a program is run with is its own.
expect "run: options of the command" 0 '^--help -n --x$' \
	ioasidctl run --spaces 1 echo --help -n --x
expect "run: behind --" 0 '^-- -h$' \
	ioasidctl run --spaces 1 -- echo -- -h
expect "run: a program called help" 127 'help: No such file' \
	ioasidctl run --spaces 1 help

# The other tool.
mkdir "$DIR/work"
cd "$DIR/work" || exit
for command in copy fill compare crc; do
	ioasid-dsa help $command >"$DIR/help"
	verdict "dsa $command: help" grep -q \
		"^Usage: ioasid-dsa \[OPTION\]\.\.\. $command " "$DIR/help"
	verdict "dsa $command: examples" grep -q "^  ioasid-dsa .*$command " \
		"$DIR/help"
	for ask in help -h --help; do
		ioasid-dsa $command $ask >"$DIR/out"
		verdict "dsa $command $ask" cmp "$DIR/out" "$DIR/help"
	done
	expect "dsa $command: a slip" 2 "did you mean '$command'\?" \
		ioasid-dsa "$(swap_first_letters $command)"
	expect "dsa $command: no arguments" 2 "'$command' needs .*FILE|SOURCE" \
		ioasid-dsa $command
	verdict "dsa $command: where help is" \
		has_said "^Try 'ioasid-dsa help $command' "
done
expect "dsa: a part of a command" 0 '^Usage: .* fill ' ioasid-dsa fil help
expect "dsa: may be several" 2 "'co' may be one of 'copy', 'compare'" \
	ioasid-dsa co
expect "dsa: help on everything" 0 '^Commands:' ioasid-dsa he
expect "dsa: option: a slip" 2 "'--quite': did you mean '--quiet'" \
	ioasid-dsa --quite
expect "dsa: option: no value" 2 "'-d' needs a value" ioasid-dsa crc -d
: >help
if has_page_requests; then
	expect "dsa: a file called help" 0 '^00000000  help$' \
		ioasid-dsa crc help
else
	skip "dsa: a file called help" "the kernel has no page requests"
fi
finish
