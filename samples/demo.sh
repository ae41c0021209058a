#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The main job, told step by step: a client without any right over the
# accelerator has it copy a file, in the client's own memory, and then takes
# the memory back.
#
#	demo.sh FILE
#
# Runs as root where the modules are loaded. Ends with 0 only if each step had
# the outcome that the text claims.

set -eu

file=$1
dir=$(mktemp -d)
socket=$dir/socket
copy=$dir/mine/copy
step=0

say()
{
	step=$((step + 1))
	printf '\n%s. %s\n\n' "$step" "$1"
}

# Runs a command and indents what it prints.
indented()
{
	"$@" >"$dir/output" 2>&1 && rc=0 || rc=$?
	sed 's/^/   /' "$dir/output"
	return "$rc"
}

show()
{
	printf '   root# %s\n' "$*"
	indented "$@"
}

as_nobody()
{
	printf '   nobody$ %s\n' "$1"
	indented su -s /bin/sh nobody -c "$1"
}

fail()
{
	printf '\nThe demo went wrong: %s\n' "$1"
	exit 1
}

# The service says on its first line that it listens.
start_service()
{
	mkfifo "$dir/service"
	ioasid-service "$socket" >"$dir/service" 2>&1 &
	service=$!
	exec 3<"$dir/service"
	read -r line <&3
	printf '   root# ioasid-service %s &\n   %s\n' "$socket" "$line"
}

# Its end closes the pipe, so all that it said comes out here.
stop_service()
{
	kill "$service"
	sed 's/^/   /' <&3
}

chmod 755 "$dir"
mkdir "$dir/mine"
chown nobody "$dir/mine"

say "The distribution's own kernel, with modules loaded: ioasid makes spaces,
   ioasid_sim is an IOMMU with accelerators behind it."
show uname -sr
show ls -l /dev/ioasid /dev/ioasid_sim0

say "The accelerator belongs to root. The client, nobody, cannot even open it."
if as_nobody "ioasid-dsa -d /dev/ioasid_sim0 crc $file"; then
	fail "nobody can open the accelerator"
fi

say "A service that owns the accelerator waits at a socket."
start_service

say "The client maps a file and an empty copy, makes a space of its memory and
   passes the space's descriptor over the socket. The service attaches it with
   one call. From then on only pointers are sent: the accelerator reads and
   writes the client's memory, page by page as it gets there. At last the
   client takes the space back and asks for one more copy."
as_nobody "ioasid-client $socket $file $copy" || fail "the client failed"

say "The same, as the service saw it."
stop_service

say "What the accelerator wrote is what the file holds. The processor says so:"
show sha256sum "$file" "$copy"
[ "$(sha256sum <"$file")" = "$(sha256sum <"$copy")" ] ||
	fail "the copy differs"

say "And so does the accelerator, with a tool for everyday use:"
show ioasid-dsa -v compare "$file" "$copy" || fail "compare failed"
show ioasid-dsa crc "$file" "$copy" || fail "crc failed"

say "Nothing is left behind: the spaces that are there are the kernel's own, one
   for each accelerator."
show ioasidctl list
[ "$(ioasidctl list | grep -vc ,kernel)" = 1 ] || fail "a space is left"
rm -r "$dir"
printf '\nThe demo is over; every step went as told.\n'
