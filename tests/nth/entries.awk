# SPDX-License-Identifier: GPL-2.0-only
#
# Writes a variant of the fixture of main.c for each operation in the *_ops.c
# given. Whatever the kernel sources given offer to user space must have one, or
# it is an error:
#
#  - fd_map or fd_map_* for IOASID_MAP in fd_ops[]
#  - sim_read or sim_read_* for .read of sim_file_ops, but no ioctls there
#  - attr_queue_depth or attr_queue_depth_* for DEVICE_ATTR_RO(queue_depth)
#
# tests/ops.awk sees to it that the tables of ioctls have all of the headers.

function prefix(name)
{
	sub(/_.*/, "", name)
	return name
}

/^(static )?const struct ioasid_ioctl_op [a-z_]+\[\] = {$/ {
	ioctls = prefix($(NF - 2))
}
/^(static )?(const )?struct (file_operations|platform_driver) [a-z_]+ = {$/ {
	calls = prefix($(NF - 2))
}
/^};$/ { ioctls = calls = "" }

ioctls && match($0, /IOASID_IOCTL_OP\([A-Z_]+/) {
	name = substr($0, RSTART + 16, RLENGTH - 16)
	sub(/^IOASID_(SIM_)?/, "", name)
	entries[ioctls "_" tolower(name)]
}

calls && match($0, /^\t\.[a-z_]+ = /) {
	name = substr($0, 3, RLENGTH - 5)
	if (name !~ /^(owner|llseek|unlocked_ioctl|compat_ioctl)$/)
		entries[calls "_" name]
}

match($0, /^static DEVICE_ATTR_(RO|WO|RW)\([a-z_]+/) {
	name = substr($0, RSTART, RLENGTH)
	sub(/.*\(/, "", name)
	entries["attr_" name]
}

/^const struct op op_[a-z_]+ = {$/ {
	name = substr($4, 4)
	printf "extern const struct op op_%s;\n", name
	printf "FIXTURE_VARIANT_ADD(nth, %s)\n{\n", name
	printf "\t.op = &op_%s,\n};\n\n", name
	ops = ops " " name " "
}

END {
	for (entry in entries)
		if (ops !~ " " entry "[ _]") {
			printf "%s: no operation fails it\n",
			       entry >"/dev/stderr"
			rc = 1
		}
	exit rc
}
