#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is completed for ioasidctl and ioasid-dsa: every command that there is,
# the options that a command takes and no others, and spaces and attachments
# that exist. Then that bash and zsh have it from there.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

readonly BASH_FILE=/usr/share/bash-completion/completions/ioasidctl
readonly MANUAL=/usr/share/man/man1
readonly ZSH_FILE=/usr/share/zsh/site-functions/_ioasidctl

# completes WORD...: what $tool offers for the last one, on one line.
tool=ioasidctl
completes()
{
	"$tool" complete "$@" 2>/dev/null | cut -f 1 | xargs
}

# says NAME WORDS COMMAND...: whether it says these words, and no others.
says()
{
	says_name=$1
	wanted=$2
	shift 2
	offered=$("$@")
	[ "$offered" = "$wanted" ] || echo "# '$offered', not '$wanted'"
	verdict "$says_name" test "$offered" = "$wanted"
}

# is NAME WORDS WORD...: whether these words are completed, and no others.
is()
{
	is_name=$1
	is_words=$2
	shift 2
	says "$is_name" "$is_words" completes "$@"
}

# The commands that help lists, of all or of a group.
listed()
{
	# shellcheck disable=SC2086 # one word or none
	ioasidctl help $1 | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

offered()
{
	# shellcheck disable=SC2086 # several words
	ioasidctl complete $1 '' | cut -f 1
}

# The options of a command, of its usage and help, but for the general ones.
options_of()
{
	# shellcheck disable=SC2086 # several words
	ioasidctl help $1 | sed '/^Options:/,$d' |
		grep -oE -- '--[a-z-]+' | sort -u | grep -vxE -- '--(json|help)'
}

# Whether help has --json is told apart: it is in the options of all.
options_offered()
{
	# shellcheck disable=SC2086 # several words
	ioasidctl complete $1 -- | cut -f 1 | sort |
		grep -vxE -- '--(json|help)'
}

offers_json_as_help()
{
	# shellcheck disable=SC2086 # several words
	ioasidctl complete $1 --json | grep -q . && offers=1 || offers=0
	# shellcheck disable=SC2086 # several words
	ioasidctl help $1 | grep -q '^  -j, --json' && helps=1 || helps=0
	[ "$offers" = "$helps" ]
}

# page_has PAGE OPTION...: whether a manual page has these.
page_has()
{
	page=$MANUAL/$1
	shift
	for option; do
		grep -qE "Fl (. , )?${option#-}( |\$)" "$page" && continue
		echo "# $page does not have $option"
		return 1
	done
}

# Its options are those that its manual page has.
manual_has_options()
{
	page=ioasidctl-${1%% *}.1
	[ "$1" != unmap ] || page=ioasidctl-map.1
	# shellcheck disable=SC2046 # several options
	page_has "$page" $(options_of "$1")
}

listed '' >"$DIR/commands"
offered '' >"$DIR/offered"
verdict "every command" cmp "$DIR/commands" "$DIR/offered"
verdict "which are some" test "$(wc -l <"$DIR/commands")" -gt 10
{ listed limit; echo help; } >"$DIR/group"
offered limit >"$DIR/offered"
verdict "every command of a group" cmp "$DIR/group" "$DIR/offered"
{ sed '/^help$/d; /^limit$/d' "$DIR/commands"
	listed limit | sed 's/^/limit /'; } >"$DIR/all"
while read -r command; do
	options_of "$command" >"$DIR/options"
	options_offered "$command" >"$DIR/offered"
	verdict "options of $command" cmp "$DIR/options" "$DIR/offered"
	verdict "options of $command: JSON" offers_json_as_help "$command"
	verdict "options of $command: manual" manual_has_options "$command"
done <"$DIR/all"
is "a part" "unmap" u
is "a part of a group" "set" limit se
is "after an option" "holders" -j ho
is "after a part of a command" "max" limit se /a ''
is "help" "holders help" help h
is "help of a group" "show set" help limit s
is "no command" "" nonsense ''
is "options without a command" "--json" --j
is "no options of a program" ":files" run --spaces 1 sh -
is "no options behind --" "" show -- -
is "a value" "max" run --spaces ''
is "a column" "pasid pinned" top --sort p
is "behind a letter" "pasid pinned" top -s p
is "behind what bash takes for a word" "pasid pinned" top --sort = p
is "no value that is known" "" monitor -n ''
is "a file" ":files" map 7 --file ''
is "a program" ":programs" run --spaces 1 -- ''
is "the rest of its words" ":files" run --spaces 1 -- ls ''
is "a limit" "max" limit set /a ''
is "no arguments" "" info ''

# ioasid-dsa, of whose options only two are not for all commands.
dsa_offers_options()
{
	[ "$(ioasid-dsa help "$1" | grep -oE -- '--[a-z]+' | sort -u)" = \
		"$(ioasid-dsa complete "$1" - | cut -f 1 | sort)" ]
}

tool=ioasid-dsa
is "ioasid-dsa: commands" "$(ioasid-dsa help |
	sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | xargs)" ''
for command in copy fill compare crc; do
	verdict "ioasid-dsa: options of $command" dsa_offers_options "$command"
	# shellcheck disable=SC2046 # several options
	verdict "ioasid-dsa: options of $command: manual" \
		page_has ioasid-dsa.1 $(completes "$command" -)
done
is "ioasid-dsa: a part" "copy compare crc" c
is "ioasid-dsa: help" "fill" help f
is "ioasid-dsa: no command" "" nonsense ''
is "ioasid-dsa: a file" ":files" compare a ''
is "ioasid-dsa: no third one" "" compare a b ''
is "ioasid-dsa: behind an option" ":files" -q crc ''
is "ioasid-dsa: a node" ":files" --device ''
is "ioasid-dsa: behind what bash takes for a word" ":files" --device = x
is "ioasid-dsa: no size" "" fill -s ''
is "ioasid-dsa: a file behind it" ":files" fill -s 4K ''
is "ioasid-dsa: no options behind --" ":files" crc -- -
tool=ioasidctl

if ! has_page_requests; then
	skip "spaces, attachments and shells" "the kernel has no page requests"
	finish
fi
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
is "no attachment of no space" "" cut 12345678 ''
is "what limit does" "show set apply watch help" limit ''
is "no third argument" "" cut "$id" 1 ''
is "not the value of an option" "$ids" map --iova 7 ''
verdict "what a space is" eval \
	"ioasidctl complete show $id | grep -q 'sva active $pid(ioasid-dsa)$'"
tab=$(printf '\t')
mkdir /sys/fs/cgroup/test_completion "/sys/fs/cgroup/test_a${tab}b"
is "a cgroup" "/test_completion" limit set /test_c
is "no cgroup that is no line" "/test_completion" limit set /test_
rmdir /sys/fs/cgroup/test_*

# In bash, as it calls what completes.
in_bash()
{
	# shellcheck disable=SC2016 # for bash to expand
	bash -c '. "$0"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_ioasid
		echo "${COMPREPLY[*]}"' "$BASH_FILE" "$@"
}

touch "$DIR/file_one" "$DIR/file_two"
says "bash: a command" "holders help" in_bash ioasidctl h
says "bash: options" "--count" in_bash ioasidctl monitor --c
says "bash: a space" "$id" in_bash ioasidctl show "$id"
says "bash: nothing" "" in_bash ioasidctl nonsense ''
says "bash: a file" "$DIR/file_one" \
	in_bash ioasidctl map "$id" --file "$DIR/file_o"
mkdir "$DIR/limits.d"
says "bash: a directory of limits" "$DIR/limits.d" \
	in_bash ioasidctl limit apply "$DIR/limits"
rmdir "$DIR/limits.d"
says "bash: a program" "ioasid-dsa" \
	in_bash ioasidctl run --spaces 1 -- ioasid-d
says "bash: ioasid-dsa" "fill" in_bash ioasid-dsa f
says "bash: a file of ioasid-dsa" "$DIR/file_two" \
	in_bash ioasid-dsa crc "$DIR/file_t"

# In zsh, on a terminal: what is typed, the key that completes it, and one that
# says what has become of it. What is offered by zsh itself is left to others.
in_zsh()
{
	cat >"$DIR/zshrc" <<-END
		PS1='> ' PS2='' RPS1=''
		_files() { compadd -f -- "$DIR"/file_one; }
		_command_names() { compadd -- ioasid-dsa; }
		fpath=(${ZSH_FILE%/*})
		autoload -Uz _ioasidctl
		zle -C complete-it complete-word _ioasidctl
		bindkey '^I' complete-it
		say() { zle -I; print -r -- "said: '\$BUFFER'"; BUFFER=; }
		zle -N say
		bindkey '^X' say
	END
	printf 'source %s\n%s\t\030exit\n' "$DIR/zshrc" "$1" |
		script -qec "zsh-static -f" /dev/null
}

if has_terminals; then
	expect "zsh: a command" 0 "^said: 'ioasidctl unmap '" \
		in_zsh 'ioasidctl u'
	expect "zsh: an option" 0 "^said: 'ioasidctl monitor --count '" \
		in_zsh 'ioasidctl monitor --c'
	expect "zsh: what all begin with" 0 "^said: 'ioasidctl mo" \
		in_zsh 'ioasidctl mo'
	expect "zsh: a space" 0 "^said: 'ioasidctl show $id '" \
		in_zsh "ioasidctl show $id"
	expect "zsh: what each is" 0 '^unmap  take it out again' \
		in_zsh 'ioasidctl '
	expect "zsh: nothing" 0 "^said: 'ioasidctl nonsense '" \
		in_zsh 'ioasidctl nonsense '
	expect "zsh: a file" 0 "^said: 'ioasidctl map 7 --file $DIR/file_one" \
		in_zsh "ioasidctl map 7 --file $DIR/f"
	expect "zsh: ioasid-dsa" 0 "^said: 'ioasid-dsa fill '" \
		in_zsh 'ioasid-dsa f'
	expect "zsh: a program" 0 "^said: 'ioasidctl run ioasid-dsa" \
		in_zsh 'ioasidctl run ioasid-'
else
	skip "zsh" "the kernel has no terminals"
fi
kill -KILL "$pid"
finish
