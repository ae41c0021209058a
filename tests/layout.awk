# SPDX-License-Identifier: GPL-2.0-only
#
# Asks for an expectation of everything that the uAPI headers given define: the
# size of each structure, the offset of each of its members, and the value of
# each constant. See layout.c. What cannot be read in a structure or in an enum
# is an error, not a gap.

function die(what) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, what, $0 >"/dev/stderr"
	failed = 1
	exit 1
}

function expect(what, name) { printf "same(%s, %s);\n", what, name }

function member(name) {
	sub(/(\[[A-Z_]+\])?;$/, "", name)
	expect("offsetof(struct " type ", " name ")", type "__at_" name)
}

# A line that goes on is one line.
sub(/\\$/, "") { begun = begun $0; next }
begun { $0 = begun $0; begun = "" }

/^\/\*/ { comment = 1 }
comment { if (/\*\/$/) comment = 0; next }

/^struct .* {$/ { type = $2; expect("sizeof(struct " type ")", type "__size") }
/^enum .* {$/ { type = "enum" }
/^(struct|enum) .* {$/ { next }
/^};$/ { type = ""; next }

type == "enum" && /^\t[A-Z_0-9]+ = [0-9a-fx]+,$/ {
	expect($1, $1 "__value")
	next
}
type && /^\t(__[us]32|__aligned_u64|char) [a-z_0-9]+(\[[A-Z_]+\])?;$/ {
	member($2)
	next
}
type { die("cannot be read") }

/^#define _UAPI[A-Z_]*$/ { next }
/^#define [A-Z_0-9]+[ \t]+[^ \t]/ { expect($2, $2 "__value"); next }
/^#define/ { die("cannot be read") }

END {
	if (!failed && (type || comment))
		die("ends too early")
	exit failed
}
