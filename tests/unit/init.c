// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only program in the kernel that scripts/check-unit starts. What there is
 * to say, the suites say in the kernel's log while they are loaded.
 *
 *	init PARAMETER=VALUE	of the module
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int module = open("/ioasid_unit.ko", O_RDONLY | O_CLOEXEC);

	if (syscall(SYS_finit_module, module, argc > 1 ? argv[1] : "", 0))
		perror("ioasid_unit.ko");
	return reboot(RB_POWER_OFF);
}
