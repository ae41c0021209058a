#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The simulator's parameters for devices that differ, and the tests of spaces
# that the user maps once more, with an IOMMU of its own behind each
# accelerator. Leaves the simulator loaded as it is by default.

# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/tap.sh
. tap.sh

# Bits of an address: as many as one of user memory can have.
case $(uname -m) in
aarch64) MOST_BITS=48 ;;
*) MOST_BITS=47 ;;
esac
readonly MOST_BITS TOO_MANY=$((MOST_BITS + 1))

reload()
{
	rmmod ioasid_sim && modprobe ioasid_sim "$@"
}

loads()
{
	modprobe ioasid_sim "$@" && rmmod ioasid_sim
}

refuses()
{
	! modprobe ioasid_sim "$@" 2>"$DIR/err" &&
		[ ! -e /sys/module/ioasid_sim ] &&
		[ -z "$(ls /sys/class/iommu)" ]
}

modprobe ioasid_sim
verdict "unload" rmmod ioasid_sim
for parameters in iova_bits=32 iova_bits=39 iova_bits=$MOST_BITS no_prs=0 \
	no_prs=1 no_prs=2 "iommus=2 iova_bits=47,39" "iommus=2 iova_bits=40"; do
	# shellcheck disable=SC2086 # several
	verdict "$parameters" loads $parameters
done
for parameters in iova_bits=31 iova_bits=$TOO_MANY iova_bits=0 iova_bits=-1 \
	iova_bits=many "iommus=2 iova_bits=47,$TOO_MANY" no_prs=3 no_prs=-1 \
	no_prs=none; do
	# shellcheck disable=SC2086 # several
	verdict "$parameters is refused" refuses $parameters
done
verdict "load with two IOMMUs" modprobe ioasid_sim iommus=2
for program in test_iova test_iova_dma test_pages test_access test_prefault \
	test_faultfd test_iova_race; do
	verdict "$program with two IOMMUs" passes "$program"
done
verdict "load with one again" reload
finish
