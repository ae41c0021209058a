# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What bash completes after "ioasidctl": what "ioasidctl complete" says, which
# has it from the same table that the commands are run from.

_ioasidctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} offered=()

	mapfile -t offered < <("${COMP_WORDS[0]}" complete \
		"${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	case ${offered[0]-} in
	:files)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	:programs)
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
		;;
	*)
		COMPREPLY=("${offered[@]%%$'\t'*}")
		;;
	esac
}

complete -F _ioasidctl ioasidctl
