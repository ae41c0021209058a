# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What bash completes after "ioasidctl": commands, the options that each takes,
# spaces by their id, attachments by their number, and cgroups by their path.

_ioasidctl_commands='info list show holders translate read map unmap cut free
	limit run monitor top help'

# Sets command, and place: which of its arguments is completed, from 1 on.
_ioasidctl_look()
{
	local i word

	command='' place=0
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--file | --offset | --length | --iova | --page-size-max | \
			-n | --count | -d | --delay | --spaces | --name | \
			-s | --sort)
			((i++))
			continue
			;;
		-*)
			continue
			;;
		esac
		if [[ -z $command ]]; then
			command=$word
		elif ((place == 1)) && [[ -z $space ]]; then
			space=$word
		fi
		((place++))
	done
}

_ioasidctl_options()
{
	printf '%s ' --help
	case $1 in
	'') printf '%s ' --json --version ;;
	info | show | holders | cut | free) printf '%s ' --json ;;
	list) printf '%s ' --json --users ;;
	translate) printf '%s ' --json --physical ;;
	map)
		printf '%s ' --json --file --offset --length --iova \
			--read-only --page-size-max
		;;
	unmap) printf '%s ' --json --all ;;
	limit) printf '%s ' --json --all --count --delay ;;
	run) printf '%s ' --spaces --name ;;
	monitor) printf '%s ' --json --count ;;
	top) printf '%s ' --json --batch --count --delay --sort --reverse ;;
	esac
}

_ioasidctl_spaces()
{
	ioasidctl list 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# They stand below their heading, one a line, and before the verdict.
_ioasidctl_attachments()
{
	ioasidctl holders "$1" 2>/dev/null |
		awk '$1 == "ATTACHMENT" { on = 1; next }
		     on && $1 ~ /^[0-9]+$/ { print $1 }'
}

# The directories of the hierarchy, as paths below its root.
_ioasidctl_cgroups()
{
	find /sys/fs/cgroup -mindepth 1 -type d 2>/dev/null |
		sed 's|^/sys/fs/cgroup||'
}

# What the command of limit is about.
_ioasidctl_limit()
{
	case $1 in
	apply) compgen -d -- "$word" ;;
	*) _ioasidctl_cgroups ;;
	esac
}

_ioasidctl_arguments()
{
	case $command:$place in
	:*) echo "$_ioasidctl_commands" ;;
	help:1) echo "$_ioasidctl_commands" ;;
	show:* | holders:*) _ioasidctl_spaces ;;
	translate:1 | read:1 | map:1 | unmap:1 | cut:1 | free:1)
		_ioasidctl_spaces
		;;
	limit:1) echo 'show set apply watch' ;;
	limit:2) _ioasidctl_limit "$space" ;;
	run:*) compgen -c -- "$word" ;;
	cut:2) _ioasidctl_attachments "$space" ;;
	esac
}

_ioasidctl()
{
	local command place space='' word=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --file ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	_ioasidctl_look
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_ioasidctl_options "$command")" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_ioasidctl_arguments)" -- "$word")
	fi
}

complete -F _ioasidctl ioasidctl
