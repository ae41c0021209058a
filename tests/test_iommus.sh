#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The tests that use two accelerators, with each behind an IOMMU of its own: a
# space then has two page tables, and both have to follow the memory. Leaves one
# IOMMU for all.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

reload()
{
	rmmod ioasid_sim && modprobe ioasid_sim "$@"
}

has_iommus()
{
	[ "$(find /sys/class/iommu -name 'ioasid_sim*' | wc -l)" = "$1" ]
}

modprobe ioasid_sim
verdict "one IOMMU by default" has_iommus 1
verdict "load with two" reload iommus=2
verdict "there are two" has_iommus 2
for program in test_attach test_cut test_fdpass test_mm test_race \
	test_revoke; do
	verdict "$program" passes "$program"
done
verdict "load with one again" reload
finish
