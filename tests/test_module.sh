#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The modules as modules: what keeps them loaded, what unloads them, how often,
# and what their parameters accept. Leaves both loaded.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

RELOADS=20
CGROUP=/sys/fs/cgroup/test_module
PARAMETERS=/sys/module/ioasid_sim/parameters
QUEUE=/sys/bus/platform/devices/ioasid_sim_accel.0/ioasid_sim/ioasid_sim0

nodes()
{
	find /dev -maxdepth 1 -name 'ioasid_sim[0-9]*' | wc -l
}

has_nodes()
{
	[ "$(nodes)" = "$1" ]
}

# Loads the simulator with so many accelerators, which must all be there.
loads_with()
{
	modprobe ioasid_sim accelerators="$1" && has_nodes "$1" &&
		[ -c "/dev/ioasid_sim$(($1 - 1))" ] &&
		[ "$(cat "$PARAMETERS/accelerators")" = "$1" ] &&
		rmmod ioasid_sim && has_nodes 0
}

refuses()
{
	! modprobe ioasid_sim accelerators="$1" 2>"$DIR/err" && has_nodes 0 &&
		[ ! -e /sys/module/ioasid_sim ]
}

# Refused while a file is open, and possible once it is closed.
held_by()
{
	exec 3<>"$1"
	! rmmod "$2" 2>"$DIR/err" || return 1
	exec 3<&-
	[ -e "/sys/module/$2" ]
}

leaves_no_trace()
{
	! grep -qw ioasid /proc/modules && [ ! -e /dev/ioasid ] &&
		[ -z "$(ls /sys/class/iommu)" ] && has_nodes 0 &&
		! find /sys/bus/platform/devices -name 'ioasid*' | grep -q .
}

reloads()
{
	i=0
	while [ "$i" -lt "$RELOADS" ]; do
		modprobe ioasid_sim || return
		[ -c /dev/ioasid ] && has_nodes 2 || return
		rmmod ioasid_sim ioasid || return
		leaves_no_trace || return
		i=$((i + 1))
	done
}

# What the rdma controller has for such a cgroup it never frees, and a device
# that left it would take the kernel down.
limited_cgroup_is_removed()
{
	mkdir "$CGROUP" && echo "ioasid hca_object=3" >"$CGROUP/rdma.max" &&
		rmdir "$CGROUP"
}

limits_cgroup()
{
	mkdir "$CGROUP" && echo "ioasid hca_object=3" >"$CGROUP/rdma.max"
}

limit_is_there()
{
	grep -q '^ioasid .*hca_object=3' "$CGROUP/rdma.max"
}

works()
{
	test_ops >"$DIR/out" 2>&1
}

attribute()
{
	[ "$(cat "$QUEUE/$1")" = "$2" ]
}

modprobe ioasid_sim
verdict "two accelerators by default" has_nodes 2
verdict "mode of the system node" [ "$(stat -c %a /dev/ioasid)" = 666 ]
verdict "mode of a queue node" [ "$(stat -c %a /dev/ioasid_sim0)" = 600 ]
verdict "max_transfer_size" attribute max_transfer_size 2147483648
verdict "max_batch_size" attribute max_batch_size 1024
verdict "queue_depth" attribute queue_depth 128
verdict "an open queue keeps the simulator" held_by /dev/ioasid_sim0 ioasid_sim
verdict "an open system node keeps the core" held_by /dev/ioasid ioasid
expect "the simulator keeps the core" 1 'temporarily unavailable' rmmod ioasid
verdict "unload" rmmod ioasid_sim
for n in 1 2 4 64; do
	verdict "$n accelerators" loads_with "$n"
done
for n in 0 65 -1 4294967295 many ''; do
	verdict "accelerators=$n is refused" refuses "$n"
done
echo +rdma >/sys/fs/cgroup/cgroup.subtree_control
verdict "a cgroup with a limit comes and goes" limited_cgroup_is_removed
verdict "another one stays" limits_cgroup
verdict "unload the core" rmmod ioasid
verdict "nothing is left" leaves_no_trace
expect "but for the limits" 1 'in use|unavailable|not permitted|busy' \
	rmmod ioasid_limit
verdict "load and unload $RELOADS times" reloads
verdict "load again" modprobe ioasid_sim
verdict "limits outlast it" limit_is_there
verdict "remove the cgroup" rmdir "$CGROUP"
verdict "work after all that" works
finish
