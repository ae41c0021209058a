#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Containers, of a runtime that knows nothing of spaces: in an OCI bundle their
# nodes are linux.devices and their limit is linux.resources.rdma, as for any
# device. The sample that puts both there is used as it is.
#
# The container has an accelerator, the programs of the VM, and namespaces of
# its own. One of a user without rights has a namespace of users as well, and a
# cgroup in a cgroup that root has left to that user.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh
need_page_requests

readonly CGROUP=/sys/fs/cgroup/box
readonly SAMPLE=/usr/share/ioasid/ioasid.jq
readonly BUNDLE="$DIR/bundle"
readonly USER=65534

# bundle COMMAND: the configuration of one that runs that in a shell.
bundle()
{
	jq -n --arg command "$1" --argjson user "$USER" '{
	ociVersion: "1.0.2",
	process: {
		user: { uid: $user, gid: $user },
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
			{ type: . }]
	}
}'
}

# with_device NAME: that bundle with an accelerator and two spaces.
with_device()
{
	jq -f "$SAMPLE" --slurpfile cdi "$DIR/cdi.json" --arg name "$1" \
		--argjson spaces 2
}

# container COMMAND: runs that in one. The VM's root cannot be pivoted.
container()
{
	bundle "$1" | with_device sim0 >"$BUNDLE/config.json"
	runc run --no-pivot -b "$BUNDLE" box
}

# What a user may not do is left out, and he is root in there.
without_rights()
{
	jq --argjson user "$USER" 'del(.linux.resources) |
		.process.user = { uid: 0, gid: 0 } |
		.linux.cgroupsPath = "/delegated/box" |
		.linux.namespaces += [{ type: "user" }] |
		.linux.uidMappings = [
			{ containerID: 0, hostID: $user, size: 1 }] |
		.linux.gidMappings = .linux.uidMappings'
}

# The user's shell is in the cgroup that it was given.
rootless()
{
	bundle "$1" | with_device sim0 | without_rights >"$BUNDLE/config.json"
	su nobody -c "runc --root $DIR/state --rootless true \
		run --no-pivot -b $BUNDLE rootless"
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
ioasidctl cdi --output "$DIR/cdi.json"
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

as_file='.linux.resources.unified = {"rdma.max": "ioasid hca_object=1"} |
	del(.linux.resources.rdma)'
bundle 'test_limit --take 3' | with_device sim0 | jq "$as_file" \
	>"$BUNDLE/config.json"
expect "a limit by the name of its file" 0 '^1 spaces, EDQUOT$' \
	runc run --no-pivot -b "$BUNDLE" box

crc=$(ioasid-dsa crc /usr/bin/jq)
expect "the accelerator" 0 "^$crc\$" container 'ioasid-dsa crc /usr/bin/jq'
expect "no other" 1 'cannot open /dev/ioasid_sim1' \
	container 'ioasid-dsa -d /dev/ioasid_sim1 crc /usr/bin/jq'
bundle true >"$DIR/plain"
expect "the sample: no such device" 5 'there is no device xyzzy' \
	with_device xyzzy <"$DIR/plain"

# A user without rights.
mkdir /sys/fs/cgroup/delegated "$DIR/state"
ioasidctl limit set /delegated 2
chmod 755 "$DIR"
chown -R nobody "$DIR/state" "$BUNDLE" /sys/fs/cgroup/delegated/cgroup.procs
chown nobody /sys/fs/cgroup/delegated
echo 0 >/sys/fs/cgroup/delegated/cgroup.procs
expect "rootless: spaces, as many as root has set" 0 '^2 spaces, EDQUOT$' \
	rootless 'test_limit --take 3'
expect "rootless: root in there" 0 '^0$' rootless 'id -u'
expect "rootless: not for everybody" 1 'open /dev/ioasid_sim0: permission' \
	rootless 'ioasid-dsa crc /usr/bin/jq'
chgrp nogroup /dev/ioasid_sim0
chmod 660 /dev/ioasid_sim0
expect "rootless: for the user's group" 0 "^$crc\$" \
	rootless 'ioasid-dsa crc /usr/bin/jq'
chgrp root /dev/ioasid_sim0
chmod 600 /dev/ioasid_sim0
echo 0 >/sys/fs/cgroup/cgroup.procs
ioasidctl limit set /delegated max
verdict "rootless: nothing is left" eventually rmdir /sys/fs/cgroup/delegated
finish
