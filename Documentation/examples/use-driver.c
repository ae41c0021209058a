// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user of samples/driver, for Documentation/tutorial/driver.rst: lets its
 * device into a space, and takes the space back while it is there.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "../../samples/driver/ioasid_sample.h"

static void print_state(int space)
{
	struct ioasid_status status;

	if (ioasid_space_status(space, &status))
		errx(1, "no status");
	printf("the space is %s\n", ioasid_state_name(status.out_state));
}

int main(void)
{
	struct ioasid_sample_attach attach = { .size = sizeof(attach) };
	struct ioasid_sample_detach detach = { .size = sizeof(detach) };
	int device = open("/dev/ioasid_sample", O_RDWR | O_CLOEXEC);
	int system = ioasid_system_open();

	if (device < 0)
		err(1, "/dev/ioasid_sample");
	attach.fd = ioasid_space_alloc_sva(system, NULL);
	if (attach.fd < 0)
		errx(1, "%s", ioasid_explain(IOASID_OP_ALLOC, attach.fd));
	if (ioctl(device, IOASID_SAMPLE_ATTACH, &attach))
		err(1, "attach");
	print_state(attach.fd);
	ioasid_space_free(attach.fd);
	print_state(attach.fd);
	if (ioctl(device, IOASID_SAMPLE_DETACH, &detach))
		err(1, "detach");
	print_state(attach.fd);
	return 0;
}
