// SPDX-License-Identifier: GPL-2.0-only
/* Threads for tests of races. */
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"
#include "repeater.h"

static void *repeat(void *arg)
{
	struct repeater *repeater = arg;

	do {
		repeater->failed = !repeater->step(repeater->arg);
	} while (!repeater->failed &&
		 !__atomic_load_n(&repeater->stop, __ATOMIC_ACQUIRE));
	return NULL;
}

int repeater_start(struct repeater *repeater, bool (*step)(void *arg),
		   void *arg)
{
	*repeater = (struct repeater){ .step = step, .arg = arg };
	return -pthread_create(&repeater->thread, NULL, repeat, repeater);
}

bool repeater_stop(struct repeater *repeater)
{
	__atomic_store_n(&repeater->stop, true, __ATOMIC_RELEASE);
	pthread_join(repeater->thread, NULL);
	return !repeater->failed;
}

void let_run(int ms)
{
	poll(NULL, 0, ms);
}

void wait_a_moment(unsigned int round)
{
	unsigned int turns;

	for (turns = round * 7919 % 4001; turns; turns--)
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool canary_holds(unsigned char *mem, size_t size, unsigned char value)
{
	int looks;

	memset(mem, value, size);
	for (looks = 0; looks < 3; looks++) {
		sched_yield();
		if (!bytes_are(mem, size, value))
			return false;
	}
	return true;
}

static void *map_shared(int fd, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

void *deaf_device_map(struct deaf_device *device, size_t size)
{
	int fd = memfd_create("deaf_device", MFD_CLOEXEC);
	void *mem = NULL;

	if (fd < 0)
		return NULL;
	if (!ftruncate(fd, size)) {
		mem = map_shared(fd, size);
		device->alias = map_shared(fd, size);
		device->size = size;
	}
	close(fd);
	return device->alias ? mem : NULL;
}

bool deaf_device_write(void *device)
{
	struct deaf_device *deaf = device;

	memset(deaf->alias, DEAF_DEVICE_BYTE, deaf->size);
	return true;
}
