# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What test_docs.sh is written in, which docs.awk makes from the pages of the
# documentation: each line is a test, as a reader would run it. Lines of a page
# share a shell and a directory.

# shellcheck source=tests/tap.sh
. tap.sh
need_page_requests

end_page()
{
	for job in $(jobs -p); do
		kill "$job"
		wait "$job"
	done 2>/dev/null
}

# page NAME: what follows is from there.
page()
{
	end_page
	cd "$(mktemp -d "$DIR/page.XXXXXX")" || exit
	chmod 777 .
}

# Whether what has been printed is what the page shows. There, "..." stands for
# what differs from run to run, on a line of its own for any number of lines,
# and a blank for as many as a column has.
is_shown()
{
	awk '
	function pattern(line)
	{
		if (line == "...")
			return "(.*\n)?"
		gsub(/[][\\.^$*+?(){}|]/, "\\\\&", line)
		gsub(/\\\.\\\.\\\./, "[^\n]*", line)
		gsub(/ +/, " +", line)
		return line "\n"
	}
	NR == FNR { shown = shown pattern($0); next }
	{ printed = printed $0 "\n" }
	END { exit printed !~ "^" shown "$" }' "$1.shown" "$1"
}

# What goes on in the background has said it after a while.
came_as_shown()
{
	case $3 in
	*'&') eventually is_shown "$2" ;;
	*) is_shown "$2" ;;
	esac && return
	echo "# the page has:"
	sed 's/^/#  /' "$2.shown"
	echo "# and it prints, with status $1:"
	sed 's/^/#  /' "$2"
	return 1
}

succeeded()
{
	[ "$1" = 0 ] && return
	echo "# status $1:"
	sed 's/^/#  /' "$2"
	return 1
}

# line WHERE USER COMMAND [WHAT IS SHOWN]: what is shown has to come, and where
# nothing is, the command has to succeed.
line()
{
	printed=$DIR/printed.$TAP_COUNT
	: >"$printed"
	if [ "$2" = root ]; then
		eval "$3"
	else
		su "$2" -s /bin/sh -c "$3"
	fi >"$printed" 2>&1 </dev/null
	status=$?
	name="$1: $(echo "$3" | head -n 1)"
	if [ $# = 4 ]; then
		printf '%s' "$4" >"$printed.shown"
		verdict "$name" came_as_shown "$status" "$printed" "$3"
	else
		verdict "$name" succeeded "$status" "$printed"
	fi
}
