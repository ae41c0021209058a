#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What "make install" puts below DESTDIR is all there is to build and run
# programs; "make uninstall" takes away that, and nothing else. All parts name
# one version.

# shellcheck disable=SC2317 # functions are called by name
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=${HERE%/tests/host}
# shellcheck source=tests/tap.sh
. "$HERE/../tap.sh"

case ${KVER:-} in
*-arm64) skip_all "this compiler is for another processor" ;;
esac

# What was given to a make that called us is for another target.
unset MAKEFLAGS MAKELEVEL MFLAGS

ROOT=$DIR/root
PAGES=$TOP/Documentation/man

# make_there TARGET VARIABLE...: whatever the umask is.
make_there()
{
	(umask 077 && make -s -C "$TOP" DESTDIR="$ROOT" "$@")
}

files()
{
	(cd "$ROOT" && find . ! -type d | sort)
}

# there PATTERN...: whether there is a file at each.
there()
{
	for file; do
		[ -e "$ROOT$file" ] || return
	done
}

# pkg_config OPTION...: about the library below $ROOT/usr/local.
pkg_config()
{
	PKG_CONFIG_SYSROOT_DIR=$ROOT \
		PKG_CONFIG_LIBDIR=$ROOT/usr/local/lib/pkgconfig \
		pkg-config "$@" libioasid
}

# compile PROGRAM OPTION...: what pkg-config says has to be enough.
compile()
{
	out=$1
	shift
	# shellcheck disable=SC2046 # options
	cc -Wall -Werror -o "$out" "$@" "$HERE/program.c" $(
		pkg_config "$@" --cflags --libs)
}

# says VERSION COMMAND...
says()
{
	said_version=$1
	shift
	[ "$("$@" | sed 's/.* //')" = "$said_version" ]
}

installed_pages()
{
	(cd "$ROOT/usr/local/share/man" && ls ./*/*) | sed 's|.*/||' | sort
}

all_pages()
{
	(cd "$PAGES" && ls ./*.[1-9]) | sed 's|.*/||' | sort
}

expect "install" 0 '' make_there install
verdict "library" there /usr/local/lib/libioasid.so.1 \
	/usr/local/lib/libioasid.so /usr/local/lib/libioasid.a
verdict "headers" there /usr/local/include/ioasid/ioasid.h \
	/usr/local/include/linux/ioasid.h
verdict "completion" \
	there /usr/local/share/bash-completion/completions/ioasidctl
verdict "completion: all" test \
	"$(find "$TOP/tools" -name 'completion.*' | wc -l)" = \
	"$(find "$ROOT/usr/local/share" -type f ! -path '*/man/*' | wc -l)"
all_pages >"$DIR/pages"
installed_pages >"$DIR/installed"
verdict "manual pages: some" test -s "$DIR/pages"
verdict "manual pages: all" cmp "$DIR/pages" "$DIR/installed"
verdict "manual pages: where they belong" \
	there /usr/local/share/man/man1/ioasidctl.1 \
	/usr/local/share/man/man5/ioasid-limits.5
verdict "for everybody to read" \
	test -z "$(find "$ROOT" -type f ! -perm -444)"
verdict "to run: programs only" test "$(find "$ROOT" -type f -perm /111 |
	sed 's|.*/||' | sort | xargs)" = "ioasid-dsa ioasidctl"

expect "compile" 0 '' compile "$DIR/shared"
expect "run" 0 '^attach$' env LD_LIBRARY_PATH="$ROOT/usr/local/lib" \
	"$DIR/shared"
expect "needs the library by its soname" 0 'NEEDED.*libioasid\.so\.1\]' \
	readelf -d "$DIR/shared"
expect "compile: static" 0 '' compile "$DIR/static" -static
expect "run: static" 0 '^attach$' "$DIR/static"

version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$TOP/debian/changelog")
verdict "version: package" test -n "$version"
verdict "version: library" says "$version" pkg_config --modversion
for program in ioasidctl ioasid-dsa; do
	verdict "version: $program, with the library beside it" \
		says "$version" "$ROOT/usr/local/bin/$program" --version
done

files >"$DIR/first"
expect "install: again" 0 '' make_there install
files >"$DIR/second"
verdict "install: nothing new" cmp "$DIR/first" "$DIR/second"
touch "$ROOT/usr/local/include/ioasid/other.h" "$ROOT/usr/local/bin/other"
expect "uninstall" 0 '' make_there uninstall
verdict "uninstall: keeps what others have installed" test "$(files | xargs)" \
	= "./usr/local/bin/other ./usr/local/include/ioasid/other.h"
rm "$ROOT/usr/local/include/ioasid/other.h" "$ROOT/usr/local/bin/other"
expect "uninstall: again" 0 '' make_there uninstall
verdict "uninstall: a directory of our own" \
	test ! -e "$ROOT/usr/local/include/ioasid"

expect "elsewhere: install" 0 '' \
	make_there install PREFIX=/usr LIBDIR=/usr/lib64
verdict "elsewhere: library" there /usr/lib64/libioasid.so.1
verdict "elsewhere: and everything else" there /usr/bin/ioasidctl \
	/usr/include/ioasid/ioasid.h
verdict "elsewhere: pkg-config" grep -qx 'libdir=/usr/lib64' \
	"$ROOT/usr/lib64/pkgconfig/libioasid.pc"
expect "elsewhere: uninstall" 0 '' \
	make_there uninstall PREFIX=/usr LIBDIR=/usr/lib64
verdict "elsewhere: nothing is left" test -z "$(files)"
finish
