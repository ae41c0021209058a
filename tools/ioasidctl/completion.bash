# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What bash completes after "ioasidctl" and "ioasid-dsa": what these say when their
# command is "complete", from the same tables that commands are run from. Each of
# the two has this file under its name.

_ioasid()
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

complete -F _ioasid ioasidctl ioasid-dsa
