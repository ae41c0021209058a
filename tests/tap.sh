# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# TAP from shell tests, which source this. Every test is one call of "expect"
# or "verdict"; "finish" comes last. $DIR is a directory of the test's own.

TAP_COUNT=0
TAP_FAILED=0
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT

# verdict NAME COMMAND...: passes if the command succeeds.
verdict()
{
	name=$1
	shift
	TAP_COUNT=$((TAP_COUNT + 1))
	if "$@"; then
		echo "ok $TAP_COUNT $name"
	else
		echo "not ok $TAP_COUNT $name"
		echo "# failed: $*"
		TAP_FAILED=$((TAP_FAILED + 1))
	fi
}

# skip NAME REASON
skip()
{
	TAP_COUNT=$((TAP_COUNT + 1))
	echo "ok $TAP_COUNT $1 # SKIP $2"
}

# skip_all REASON: instead of a first test.
skip_all()
{
	echo "$1"
	exit 77
}

# need PROGRAM: skips all without it. The VM for another processor has none of
# those that vm-programs names.
need()
{
	command -v "$1" >/dev/null || skip_all "there is no $1"
}

# Whether the kernel has page requests: see page_requests.h.
has_page_requests()
{
	[ -z "${NO_PAGE_REQUESTS:-}" ]
}

need_page_requests()
{
	has_page_requests || skip_all "the kernel has no page requests"
}

# on_terminal COMMAND: as "script" runs it there.
on_terminal()
{
	script -qec "$1" /dev/null
}

# Whether this kernel has terminals to run anything on.
has_terminals()
{
	on_terminal true >/dev/null 2>&1
}

# run COMMAND...: sets $status, and leaves $DIR/out and $DIR/err.
run()
{
	"$@" >"$DIR/out" 2>"$DIR/err"
	status=$?
}

# Whether the last run said what a pattern (grep -E) matches; '' is: nothing.
has_said()
{
	if [ -n "$1" ]; then
		cat "$DIR/out" "$DIR/err" | grep -qE -- "$1"
	else
		[ ! -s "$DIR/out" ] && [ ! -s "$DIR/err" ]
	fi
}

# Whether the last run ended with a status and has said something.
came_out()
{
	[ "$status" = "$1" ] && has_said "$2" && return
	echo "# status $status instead of $1, or not '$2' in:"
	sed 's/^/# /' "$DIR/out" "$DIR/err"
	return 1
}

# expect NAME STATUS PATTERN COMMAND...: of stdout and stderr together.
expect()
{
	tap_name=$1
	tap_status=$2
	tap_pattern=$3
	shift 3
	run "$@"
	verdict "$tap_name" came_out "$tap_status" "$tap_pattern"
}

# eventually COMMAND...: repeats it until it succeeds, or for 20 seconds, and
# SLOWNESS times as long on a kernel that is that much slower.
eventually()
{
	tap_end=$(($(date +%s) + 20 * ${SLOWNESS:-1}))
	until "$@"; do
		[ "$(date +%s)" -lt "$tap_end" ] || return 1
	done
}

# passes PROGRAM: shows what it says only if it does not.
passes()
{
	run "$1"
	came_out 0 '^ok '
}

finish()
{
	echo "1..$TAP_COUNT"
	[ "$TAP_FAILED" = 0 ]
	exit
}
