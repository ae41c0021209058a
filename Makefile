# SPDX-License-Identifier: GPL-2.0-only
#
# /dev/ioasid: modules, library, tools, and a VM to run them in.
#
#	make		build everything (packages: make setup)
#	make demo	the main job on real files, step by step
#	make check	the tests, on the distribution's kernel in a VM
#	make help	all targets and variables

O ?= build
override O := $(abspath $(O))
export O KVER KROOT

# What was given on the command line stays ours: Kbuild has its own O.
MAKEOVERRIDES :=

kver = $(or $(KVER),$(shell scripts/kver),$(error no kernel to build against))
kdir = $(KROOT)/lib/modules/$(kver)/build

# A root that has a make has the compilers for its kernels too, and maybe not
# those of this system: see scripts/debian-root.
ifneq ($(and $(KROOT),$(wildcard $(KROOT)/usr/bin/make)),)
in_root := scripts/in-root $(KROOT)
kdir = /lib/modules/$(kver)/build
endif

SUBDIRS := lib tools samples tests Documentation/examples

all: modules $(SUBDIRS)

modules:
	$(in_root) $(MAKE) -C kernel KDIR=$(kdir)
	$(in_root) $(MAKE) -C samples modules KDIR=$(kdir)

# For a kernel of another architecture, programs that need nothing else there.
ifneq ($(filter %-arm64,$(KVER)),)
programs := PKG_CONFIG_LIBDIR=/usr/lib/aarch64-linux-gnu/pkgconfig $(in_root) \
	    $(MAKE) CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++ \
	    AR=aarch64-linux-gnu-ar
static := LDFLAGS=-static

# It comes from the source of a kernel of this system, which the root has not.
harness := $(O)/cache/kselftest/kselftest_harness.h
tests: $(harness)
$(harness):
	+$(MAKE) -C tests O=$(O) $@
else
programs := $(MAKE)
endif

lib tests:
	+$(programs) -C $@ O=$(O)

tools samples Documentation/examples:
	+$(programs) -C $@ O=$(O) $(static)

tools samples tests Documentation/examples: lib

# For programs only; the modules are for modules_load, or a package.
install: lib tools
	$(MAKE) -C lib install O=$(O)
	$(MAKE) -C tools install O=$(O)
	$(MAKE) -C Documentation/man install

uninstall:
	$(MAKE) -C lib uninstall
	$(MAKE) -C tools uninstall
	$(MAKE) -C Documentation/man uninstall

# Into the running kernel; nothing else here does that.
modules_load:
	[ -e /sys/module/ioasid_limit ] || insmod kernel/ioasid/ioasid_limit.ko
	insmod kernel/ioasid/ioasid.ko
	insmod kernel/sim/ioasid_sim.ko

modules_unload:
	rmmod ioasid_sim ioasid

# Nothing but the command's own output may be on stdout. The text of CMD goes
# to the VM's shell as it is, so make must not expand it.
unexport CMD EXTRA
vm: export VM_COMMAND := $(value CMD)
vm: export VM_EXTRA := $(value EXTRA)
vm:
	@$(MAKE) --silent --no-print-directory all >&2
	@scripts/vm $${VM_EXTRA:+-e "$$VM_EXTRA"} -- "$$VM_COMMAND"

demo: setup
	@$(MAKE) --silent --no-print-directory all >&2
	@scripts/demo

check: setup
	@$(MAKE) --silent --no-print-directory all >&2
	@$(if $(TESTS),,scripts/check-metrics)
	@scripts/check $(TESTS)

# Asks for less than the rest of this, which knows Debian's names only.
deb:
	@scripts/deb

check-deb: setup
	@scripts/check-deb

check-unit: setup
	@scripts/check-unit

check-debug: setup
	@scripts/check-debug $(TESTS)

check-coverage: setup
	@scripts/check-coverage $(TESTS)

check-races: setup
	@scripts/check-races $(TESTS)

check-kernels: setup
	@scripts/check-kernels $(KERNELS)

check-user: setup
	@scripts/check-user $(TESTS)

fuzz: setup
	@scripts/fuzz $(SECONDS) $(SEED)

bench: setup
	@scripts/bench $(TABLES)

bench-check: setup
	@scripts/bench --check $(TABLES)

# Names of rows have blanks.
unexport TABLE ROW WHO
bench-profile: export BENCH_TABLE := $(value TABLE)
bench-profile: export BENCH_ROW := $(value ROW)
bench-profile: export BENCH_WHO := $(or $(value WHO),ioasid)
bench-profile: setup
	@scripts/bench --profile "$$BENCH_TABLE" "$$BENCH_ROW" "$$BENCH_WHO"

bench-figures:
	@scripts/bench --figures

bench-kernel debug-kernel races-kernel uml-kernel: setup
	@scripts/own-kernel $(@:-kernel=)

lint: setup
	@scripts/lint

htmldocs: setup
	@scripts/htmldocs

setup:
	@scripts/setup

# Keeps what was downloaded and unpacked: $(O)/cache.
clean:
	$(MAKE) -C kernel clean KDIR=$(kdir)
	$(MAKE) -C samples clean KDIR=$(kdir) O=$(O)
	$(RM) -r $(filter-out $(O)/cache,$(wildcard $(O)/*))

help:
	@cat scripts/help

.PHONY: all modules $(SUBDIRS) htmldocs deb setup clean demo vm install \
	uninstall modules_load modules_unload lint check check-unit \
	check-debug check-coverage check-races check-user check-deb \
	check-kernels fuzz bench bench-check bench-profile bench-figures \
	bench-kernel debug-kernel races-kernel uml-kernel help
