#compdef ioasidctl ioasid-dsa
# SPDX-License-Identifier: GPL-2.0-only
#
# What zsh completes after "ioasidctl" and "ioasid-dsa": what these say when their
# command is "complete", from the same tables that commands are run from.

_ioasidctl()
{
	local -a offered
	local said

	said=$($words[1] complete "${(@)words[2,CURRENT-1]}" "$PREFIX" \
		2>/dev/null)
	offered=("${(@f)said}")
	case $offered[1] in
	'') return 1 ;;
	:files) _files ;;
	:programs) _command_names -e ;;
	*)
		local -a shown=("${(@)offered/$'\t'/  }")
		compadd -l -d shown -- "${(@)offered%%$'\t'*}"
		;;
	esac
}

# Whoever only autoloads this file wants it to be done at once.
[[ $funcstack[1] != _ioasidctl ]] || _ioasidctl "$@"
