# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Processes that have a space in use, for tests that look at it. Needs tap.sh,
# and a kernel with page requests, since what they use is ioasid-dsa.

need_page_requests

# Whether page requests of a space that a process has were resolved.
is_working()
{
	grep -qs '^faults:.[1-9]' "/proc/$1/fdinfo/"*
}

# The space of a process, as PID/FD.
space_of()
{
	echo "$1/$(basename "$(grep -l '^ioasid:' "/proc/$1/fdinfo/"*)")"
}

# Starts a command that works with a space, and stops it then: sets $holder.
hold_space()
{
	"$@" >/dev/null 2>&1 &
	holder=$!
	eventually is_working "$holder"
	kill -STOP "$holder"
}
