# SPDX-License-Identifier: GPL-2.0-only
#
# Writes a variant of the fixture of test_abi.c for each ioctl that the tables
# in the kernel sources given serve, and an array of them all. The variant for
# IOASID_FREE in fd_ops[] is fd_free, and uses op_fd_free: who adds an ioctl has
# to say there what is expected of it.
#
# An ioctl that the uAPI headers given define and that no table serves is an
# error.

/^#define IOASID_[A-Z_]+[ \t]+(_IO\(|\\$)/ && FILENAME ~ /uapi/ {
	defined[$2]
}

/^static const struct ioasid_ioctl_op [a-z_]+\[\] = {$/ {
	table = $5
	sub(/_.*/, "", table)
}
/^};$/ { table = "" }

table && match($0, /IOASID_IOCTL_OP\([A-Z_]+/) {
	name = cmd = substr($0, RSTART + 16, RLENGTH - 16)
	delete defined[cmd]
	sub(/^IOASID_(SIM_)?/, "", name)
	op = table "_" tolower(name)
	printf "FIXTURE_VARIANT_ADD(ioctl, %s)\n{\n", op
	printf "\t.op = &op_%s,\n\t.cmd = %s,\n};\n\n", op, cmd
	ops = ops "\t&op_" op ",\n"
}

END {
	printf "static const struct op *const ops[] = {\n%s};\n", ops
	for (cmd in defined) {
		printf "%s: served by no table\n", cmd >"/dev/stderr"
		exit 1
	}
}
