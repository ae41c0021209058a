#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs what the fuzzer has found, again, and what it begins with: sequences of
# calls that reach deep states, or that once broke something. See tests/fuzz.

# shellcheck source=tests/tap.sh
. tap.sh
need_page_requests

readonly SIM="accelerators=4 iommus=2 iova_bits=47,40 no_prs=1"

# shellcheck disable=SC2317 # "verdict" calls it
reload()
{
	rmmod ioasid_sim && modprobe ioasid_sim "$@"
}

modprobe ioasid_sim
echo 16 >/proc/sys/vm/nr_hugepages
# shellcheck disable=SC2086 # several words
verdict "load with two IOMMUs" reload $SIM
for program in /extra/fuzz/corpus/* /extra/fuzz/found/*; do
	[ ! -e "$program" ] ||
		verdict "${program#/extra/fuzz/}" fuzz replay "$program"
done
echo 0 >/proc/sys/vm/nr_hugepages
verdict "load with one again" reload
finish
