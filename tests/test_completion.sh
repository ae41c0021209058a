#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What bash completes for ioasidctl: every command that there is, the options
# that a command takes and no others, and spaces and attachments that exist.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

readonly FILE=/usr/share/bash-completion/completions/ioasidctl

# completes WORD...: what bash offers for the last one, on one line.
completes()
{
	# shellcheck disable=SC2016 # for bash to expand
	bash -c '. "$0"
		COMP_WORDS=(ioasidctl "$@")
		COMP_CWORD=$#
		_ioasidctl
		echo "${COMPREPLY[*]}"' "$FILE" "$@"
}

# is NAME WORDS WORD...: whether these words are completed, and no others.
is()
{
	is_name=$1
	wanted=$2
	shift 2
	offered=$(completes "$@")
	[ "$offered" = "$wanted" ] || echo "# '$offered', not '$wanted'"
	verdict "$is_name" test "$offered" = "$wanted"
}

# The commands that --help lists.
commands()
{
	ioasidctl --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' |
		sort
}

# The options of a command, of its usage and help, but for the general ones.
options_of()
{
	ioasidctl help "$1" | sed '/^Options:/,$d' |
		grep -oE -- '--[a-z-]+' | sort -u | grep -vxE -- '--(json|help)'
}

# What is offered for "-" and is no option of all commands.
options_offered()
{
	completes "$1" -- | tr ' ' '\n' | sort | grep -vxE -- '--(json|help)'
}

commands >"$DIR/commands"
completes '' | tr ' ' '\n' | sort >"$DIR/offered"
verdict "every command" cmp "$DIR/commands" "$DIR/offered"
verdict "which are some" test "$(wc -l <"$DIR/commands")" -gt 10
while read -r command; do
	[ "$command" != help ] || continue
	options_of "$command" >"$DIR/options"
	options_offered "$command" >"$DIR/offered"
	verdict "options of $command" cmp "$DIR/options" "$DIR/offered"
done <"$DIR/commands"
is "a part" "unmap" u
is "after an option" "holders" -j ho
is "help" "holders help" help h
is "no command" "" nonsense ''
is "options without a command" "--json" --j

truncate -s 100G "$DIR/long"
ioasid-dsa -d /dev/ioasid_sim1 crc "$DIR/long" >/dev/null 2>&1 &
pid=$!
has_attached()
{
	grep -qs '^device:' "/proc/$pid/fdinfo/"*
}
eventually has_attached
id=$(sed -n 's/^ioasid:.//p' "/proc/$pid/fdinfo/"* | head -n 1)
ids=$(ioasidctl -j list | jq -r 'map(.ioasid) | join(" ")')
for command in show holders translate read map unmap cut free; do
	is "a space for $command" "$ids" "$command" ''
done
is "another space" "$ids" show 1/2 ''
is "no space for list" "" list ''
is "an attachment" "1" cut "$id" ''
mkdir /sys/fs/cgroup/test_completion
is "what limit does" "show set apply watch" limit ''
is "a cgroup" "/test_completion" limit set /test_c
rmdir /sys/fs/cgroup/test_completion
mkdir "$DIR/limits.d"
is "a directory of limits" "$DIR/limits.d" limit apply "$DIR/l"
rmdir "$DIR/limits.d"
is "a program" "ioasid-dsa" run --spaces 1 -- ioasid-d
is "no third argument" "" cut "$id" 1 ''
is "not the value of an option" "$ids" map --iova 7 ''
touch "$DIR/file_one" "$DIR/file_two"
is "a file" "$DIR/file_one" map "$id" --file "$DIR/file_o"
kill -KILL "$pid"
finish
