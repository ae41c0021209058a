#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Limits set by a container runtime that knows nothing of them: in an OCI
# bundle they are linux.resources.rdma, as for any device of that controller.
#
# The container has /dev/ioasid, as any container may, the programs of the VM,
# and namespaces of its own.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

CGROUP=/sys/fs/cgroup/box
BUNDLE=$DIR/bundle

# config COMMAND: of a bundle whose container runs that in a shell.
config()
{
	jq -n --arg command "$1" --argjson minor "$((0x$(stat -c %T \
		/dev/ioasid)))" '{
	ociVersion: "1.0.2",
	process: {
		user: { uid: 65534, gid: 65534 },
		args: ["/bin/sh", "-c", $command],
		env: ["PATH=/usr/bin:/bin"],
		cwd: "/"
	},
	root: { path: "rootfs" },
	mounts: ([
		{ destination: "/proc", type: "proc", source: "proc" },
		{ destination: "/tmp", type: "tmpfs", source: "tmpfs" },
		{ destination: "/dev", type: "tmpfs", source: "tmpfs" },
		{ destination: "/sys/fs/cgroup", type: "cgroup",
		  source: "cgroup", options: ["ro"] }
	] + ["/bin", "/usr", "/lib", "/lib64" |
		{ destination: ., type: "bind", source: .,
		  options: ["rbind", "ro"] }]),
	linux: {
		cgroupsPath: "/box",
		namespaces: ["pid", "mount", "ipc", "uts", "cgroup" |
			{ type: . }],
		devices: [{ path: "/dev/ioasid", type: "c", major: 10,
			    minor: $minor, fileMode: 438 }],
		resources: {
			devices: [{ allow: true, type: "c", major: 10,
				    minor: $minor, access: "rwm" }],
			rdma: { ioasid: { hcaObjects: 2 } }
		}
	}
}'
}
# container COMMAND: runs that in one. The VM's root cannot be pivoted.
container()
{
	config "$1" >"$BUNDLE/config.json"
	runc run --no-pivot -b "$BUNDLE" box
}

has_line()
{
	grep -qE "$1" "$DIR/out"
}

has_taken()
{
	grep -q '^2 spaces, EDQUOT$' "$DIR/taken"
}

mkdir -p "$BUNDLE/rootfs/tmp"
chmod 1777 "$BUNDLE/rootfs/tmp"
expect "the container sees its limit" 0 '^limit +2 more, by that of /$' \
	container 'ioasidctl info; cat /sys/fs/cgroup/rdma.max'
verdict "in the runtime's file" has_line '^ioasid .*hca_object=2 *$'
verdict "and in no other cgroup" has_line '^cgroup +/$'

mkfifo "$DIR/stdin"
container 'test_limit --take 3' <"$DIR/stdin" >"$DIR/taken" 2>&1 &
exec 9>"$DIR/stdin"
verdict "two spaces, and not a third" eventually has_taken
expect "limit show" 0 '^/box +2 +2 +0 +/box$' ioasidctl limit show /box
expect "what root has is not counted" 0 '^3 spaces, enough$' \
	test_limit --take 3
verdict "rdma.current" grep -q '^ioasid .*hca_object=2 *$' \
	"$CGROUP/rdma.current"
exec 9>&-
wait
verdict "the container has ended" test ! -e "$CGROUP"

expect "why not" 0 'cgroup / has as many spaces as it may: free some' \
	container 'mkfifo /tmp/stdin && cd /tmp || exit
		   test_limit --take 2 <>stdin >taken &
		   until grep -q spaces taken; do :; done
		   ! ioasid-dsa crc /usr/bin/jq'
expect "two again" 0 '^2 spaces, EDQUOT$' container 'test_limit --take 3'
finish
