// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sample driver in the place of the simulator's own: what a driver gets
 * from ioasid_attach(), and that its device can be taken from it at any time.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "../samples/driver/ioasid_sample.h"
#include "page_requests.h"
#include "process.h"
#include "uapi.h"

#define DEVICE	"ioasid_sim_accel.1"
#define DRIVERS	"/sys/bus/platform/drivers"

/* @driver: "\n" for the one that the device was made for. */
static int give_device(const char *driver)
{
	int rc;

	rc = write_text("/sys/bus/platform/devices/" DEVICE "/driver_override",
			driver);
	if (rc)
		return rc;
	write_text("/sys/bus/platform/devices/" DEVICE "/driver/unbind",
		   DEVICE);
	return write_text("/sys/bus/platform/drivers_probe", DEVICE);
}

static int sample_attach(int sample, int space, __u32 *pasid)
{
	struct ioasid_sample_attach attach = {
		.size = sizeof(attach),
		.fd = space,
	};

	if (ioctl(sample, IOASID_SAMPLE_ATTACH, &attach))
		return -errno;
	*pasid = attach.out_pasid;
	return 0;
}

static int sample_detach(int sample)
{
	struct ioasid_sample_detach detach = { .size = sizeof(detach) };

	return ioctl(sample, IOASID_SAMPLE_DETACH, &detach) ? -errno : 0;
}

FIXTURE(driver)
{
	int sample;
	int space;
	__u32 pasid;
};

FIXTURE_SETUP(driver)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, system("modprobe ioasid_sample"));
	ASSERT_EQ(0, give_device("ioasid_sample"));
	self->sample = open("/dev/ioasid_sample", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->sample);
	self->space = space_alloc(&self->pasid);
	ASSERT_LE(0, self->space);
}

FIXTURE_TEARDOWN(driver)
{
	close(self->space);
	close(self->sample);
	EXPECT_EQ(0, give_device("\n"));
	EXPECT_EQ(0, system("rmmod ioasid_sample"));
	EXPECT_EQ(0, access(SIM_NODE "1", F_OK));
}

TEST_F(driver, attaches_and_detaches)
{
	__u32 pasid = 0;

	ASSERT_EQ(0, sample_attach(self->sample, self->space, &pasid));
	EXPECT_EQ(self->pasid, pasid);
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(self->space));
	EXPECT_EQ(-EEXIST, sample_attach(self->sample, self->space, &pasid));
	EXPECT_EQ(0, sample_detach(self->sample));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	EXPECT_EQ(-ENOENT, sample_detach(self->sample));
	EXPECT_EQ(0, sample_attach(self->sample, self->space, &pasid));
}

TEST_F(driver, is_told_why_not)
{
	int share = space_share(self->space,
				IOASID_RIGHT_ALL & ~IOASID_RIGHT_ATTACH);
	__u32 pasid;

	ASSERT_LE(0, share);
	EXPECT_EQ(-EBADF, sample_attach(self->sample, -1, &pasid));
	EXPECT_EQ(-EBADFD, sample_attach(self->sample, self->sample, &pasid));
	EXPECT_EQ(-EACCES, sample_attach(self->sample, share, &pasid));
	close(share);
	space_free(self->space);
	EXPECT_EQ(-ESTALE, sample_attach(self->sample, self->space, &pasid));
}

TEST_F(driver, needs_no_other_right)
{
	int share = space_share(self->space, IOASID_RIGHT_ATTACH);
	__u32 pasid = 0;

	ASSERT_LE(0, share);
	EXPECT_EQ(0, sample_attach(self->sample, share, &pasid));
	EXPECT_EQ(self->pasid, pasid);
	close(share);
}

TEST_F(driver, loses_a_space_that_is_taken_back)
{
	__u32 pasid;

	ASSERT_EQ(0, sample_attach(self->sample, self->space, &pasid));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(1, space_attachments(self->space));
	EXPECT_EQ(POLLHUP, fd_events(self->space, 0, 0));
	EXPECT_EQ(0, sample_detach(self->sample));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
}

TEST_F(driver, loses_its_device)
{
	__u32 pasid;

	ASSERT_EQ(0, sample_attach(self->sample, self->space, &pasid));
	ASSERT_EQ(0, write_text(DRIVERS "/ioasid_sample/unbind", DEVICE));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	EXPECT_EQ(-ENOENT, sample_detach(self->sample));
	EXPECT_EQ(-ENODEV, sample_attach(self->sample, self->space, &pasid));
	ASSERT_EQ(0, write_text(DRIVERS "/ioasid_sample/bind", DEVICE));
	EXPECT_EQ(0, sample_attach(self->sample, self->space, &pasid));
}

/* No driver is left with an attachment, and no attachment without a driver. */
TEST_F(driver, is_unloaded_with_a_space)
{
	__u32 pasid;

	ASSERT_EQ(0, sample_attach(self->sample, self->space, &pasid));
	EXPECT_NE(0, system("rmmod ioasid_sample 2>/dev/null"));
	close(self->sample);
	EXPECT_EQ(0, system("rmmod ioasid_sample"));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	ASSERT_EQ(0, system("modprobe ioasid_sample"));
	self->sample = open("/dev/ioasid_sample", O_RDWR | O_CLOEXEC);
	EXPECT_EQ(0, sample_attach(self->sample, self->space, &pasid));
}

TEST_HARNESS_MAIN
