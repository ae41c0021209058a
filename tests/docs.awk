# SPDX-License-Identifier: GPL-2.0-only
#
# Reads pages of documentation, in reStructuredText, Markdown and mdoc, and
# prints what the blocks of code in them are to be tested by. No block goes by
# unnoticed:
#
#	console		commands for the VM, "# " by root and "$ " by a user, "> "
#			in front of the lines that go on; below, what they print
#	sh		a script for the top directory, where all that is built
#	other		only after a comment that says "not run: REASON", or
#			"from FILE", of which it is a part
#
# A comment is ".. not run: REASON", "<!-- not run: REASON -->" or, in mdoc,
# .\" not run: REASON. There, "Dl" is a line for the VM, and a display that is a
# structure is a part of <linux/ioasid.h>. What is included from a file
# (literalinclude) is built or run there. Any block may be marked as not run.
#
#	awk -v want=vm -f docs.awk PAGE...	a program for the VM
#	awk -v want=host			the scripts, one after the other
#	awk -v want=marked			those that are marked
#
# Fails when a block is of no such kind.

function complain(line, what)
{
	printf "%s:%d: %s\n", page, line, what >"/dev/stderr"
	failed = 1
}

function quote(text)
{
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

function put_command(    user)
{
	if (command == "")
		return
	user = command ~ /^\$/ ? "nobody" : "root"
	printf "line %s %s %s", quote(page ":" command_line), user,
		quote(substr(command, 3))
	print shown == "" ? "" : " " quote(shown)
	command = shown = ""
}

function put_console(    i, n, lines)
{
	if (page != last_page)
		print "page " quote(page)
	last_page = page
	n = split(body, lines, "\n")
	for (i = 1; i < n; i++) {
		if (lines[i] ~ /^[#$] /) {
			put_command()
			command = lines[i]
			command_line = start + i
		} else if (lines[i] ~ /^> ?/) {
			command = command "\n" substr(lines[i], 3)
		} else {
			shown = shown lines[i] "\n"
		}
	}
	put_command()
}

function squeeze(line)
{
	gsub(/[ \t]+/, " ", line)
	sub(/^ /, "", line)
	return line
}

# A line of dots stands for what is left out. Returns the number of the first
# line that is not there, or 0.
function other_than(file,    i, n, lines, line, found)
{
	n = split(body, lines, "\n")
	i = 1
	while (i < n && (getline line <file) > 0) {
		line = squeeze(line)
		while (lines[i] ~ /^[ \t]*(\.\.\.|$)/ && i < n) {
			found = 0
			i++
		}
		if (line == squeeze(lines[i])) {
			found = 1
			i++
		} else if (found && line != "") {
			break
		}
	}
	close(file)
	return i < n ? i : 0
}

function end_block(    other)
{
	in_block = 0
	sub(/\n+$/, "\n", body)
	if (kind == "console" && !marked) {
		if (want == "vm")
			put_console()
	} else if (kind == "sh") {
		if (want == (marked ? "marked" : "host"))
			printf "%s", body
	} else if (from != "") {
		other = other_than(from)
		if (other)
			complain(start + other, "not so in " from)
	} else if (!marked) {
		complain(start, "neither run nor marked as \"not run\"")
	}
	marked = 0
	from = ""
}

function begin_block(name)
{
	kind = name
	in_block = 1
	start = FNR
	body = ""
	margin = -1
}

function indent_of(line)
{
	match(line, /^ */)
	return RLENGTH
}

# A line of a block in reStructuredText, which ends with its indentation.
function take_indented(line)
{
	if (line ~ /^ *$/) {
		if (margin < 0)
			start = FNR
		else
			body = body "\n"
		return 1
	}
	if (indent_of(line) <= outer)
		return 0
	if (margin < 0 && line ~ /^ *:[a-z-]+:/) {
		start = FNR
		return 1
	}
	if (margin < 0)
		margin = indent_of(line)
	body = body substr(line, margin + 1) "\n"
	return 1
}

# Without what mdoc escapes.
function plain(line)
{
	gsub(/\\e/, "\\", line)
	gsub(/\\&/, "", line)
	gsub(/\\-/, "-", line)
	return line
}

function end_page()
{
	if (in_block)
		end_block()
	marked = 0
}

BEGIN {
	if (want == "vm")
		print "#!/bin/sh\n# Made by docs.awk.\n. docs.sh"
}

FNR == 1 {
	end_page()
	page = FILENAME
	while (sub(/^\.\.\//, "", page))
		;
	is_markdown = page ~ /\.md$/
	is_manual = page ~ /\.[1-9]$/
	top = substr(FILENAME, 1, length(FILENAME) - length(page))
}

{ gsub(/\t/, "        ") }

is_markdown && in_block {
	if ($0 ~ /^```/)
		end_block()
	else
		body = body $0 "\n"
	next
}

is_markdown && /^```/ {
	begin_block(substr($0, 4))
	next
}

is_markdown && /^<!-- not run: .* -->$/ { marked = 1; next }

is_markdown && /^<!-- from .* -->$/ { from = top $3; next }

# A mark is for the block behind it.
is_markdown && /./ { marked = 0; from = "" }

is_markdown && /^    [^ ]/ && was_empty {
	complain(FNR, "a block that does not say what it is: use ```")
}

is_markdown { was_empty = $0 == ""; next }

is_manual && in_block {
	if ($0 ~ /^\.Ed/) {
		if (body ~ /^struct [a-z_]+ \{\n/)
			from = top "include/uapi/linux/ioasid.h"
		end_block()
	} else {
		body = body plain($0) "\n"
	}
	next
}

is_manual && /^\.\\" not run: ./ { marked = 1; next }

is_manual && /^\.\\" from ./ { from = top $3; next }

is_manual && /^\.Bd / {
	begin_block("")
	next
}

is_manual && /^\.Dl / {
	begin_block("console")
	start--
	body = plain(substr($0, 5)) "\n"
	was_marked = marked
	end_block()
	marked = was_marked
	next
}

is_manual { marked = 0; next }

in_block {
	if (take_indented($0))
		next
	end_block()
}

/^ *\.\. not run: ./ { marked = 1; next }

/^ *\.\. code-block:: / {
	outer = indent_of($0)
	begin_block($3)
	next
}

/^ *\.\. (code|sourcecode|parsed-literal)::/ {
	complain(FNR, "use code-block")
	next
}

/::$/ && !/^ *\.\. / {
	outer = indent_of($0)
	begin_block("")
	next
}

/^[^ ]/ { marked = 0 }

END {
	end_page()
	if (want == "vm")
		print "finish"
	exit failed
}
