// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device sees the memory of the process as the process does, whatever the
 * kernel does with it in between.
 *
 * Each test lets the device map some memory, has the kernel change what is
 * behind the addresses, and then compares what CPU and device see.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define SIZE	(16 * PAGE)

FIXTURE(mm)
{
	struct dma dma;
	/* Source of all copies, filled with pattern 1. */
	char *src;
	/* Nobody has touched it. */
	char *mem;
};

FIXTURE_SETUP(mm)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->src = anon_map(SIZE);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->src);
	ASSERT_NE(NULL, self->mem);
	pattern_fill(self->src, SIZE, 1);
}

FIXTURE_TEARDOWN(mm)
{
	dma_close(&self->dma);
}

TEST_F(mm, first_touch)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 3, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 3));
}

TEST_F(mm, first_touch_of_single_bytes)
{
	unsigned int i;

	for (i = 0; i < SIZE / PAGE; i += 2) {
		char *byte = self->mem + i * PAGE + 17;

		EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, byte, i, 1));
	}
	for (i = 0; i < SIZE / PAGE; i++) {
		EXPECT_EQ(i % 2 ? 0 : i, self->mem[i * PAGE + 17]);
		self->mem[i * PAGE + 17] = 0;
	}
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

TEST_F(mm, zero_page_then_cpu_write)
{
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
	memset(self->mem, 4, SIZE);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 4, SIZE));
}

TEST_F(mm, zero_page_then_device_write)
{
	char *other = anon_map(SIZE);

	ASSERT_NE(NULL, other);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
	EXPECT_TRUE(dma_sees(&self->dma, other, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 5, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 5));
	EXPECT_TRUE(bytes_are(other, SIZE, 0));
}

TEST_F(mm, read_mapped_then_device_write)
{
	memset(self->mem, 1, SIZE);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
	memset(self->mem, 3, SIZE);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 3, SIZE));
}

/* A child that looks at its copy of the memory when told to. */
static int compare_in_child(int socket, void *arg)
{
	int expected = receive_byte(socket);

	return expected < 0 || !bytes_are(arg, SIZE, expected);
}

static int scribble_in_child(int socket, void *arg)
{
	int value = receive_byte(socket);

	if (value < 0)
		return 1;
	memset(arg, value, SIZE);
	return send_byte(socket, 'd') || receive_byte(socket) < 0;
}

TEST_F(mm, fork_then_device_write)
{
	struct child child;

	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 6, SIZE));
	ASSERT_EQ(0, child_start(&child, compare_in_child, self->mem));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 7, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 7));
	ASSERT_EQ(0, send_byte(child.socket, 6));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(mm, fork_then_cpu_write)
{
	struct child child;

	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 6, SIZE));
	ASSERT_EQ(0, child_start(&child, compare_in_child, self->mem));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 6, SIZE));
	memset(self->mem, 8, SIZE);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 8, SIZE));
	ASSERT_EQ(0, send_byte(child.socket, 6));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(mm, fork_then_child_write)
{
	struct child child;

	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 6, SIZE));
	ASSERT_EQ(0, child_start(&child, scribble_in_child, self->mem));
	ASSERT_EQ(0, send_byte(child.socket, 9));
	ASSERT_EQ('d', receive_byte(child.socket));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 6, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 5, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 5));
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(mm, read_only_mapping)
{
	void *mem = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(dma_cannot_write(&self->dma, mem));
	EXPECT_TRUE(dma_sees(&self->dma, mem, 0, SIZE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, mem));
	EXPECT_TRUE(bytes_are(mem, SIZE, 0));
}

TEST_F(mm, no_access)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_NONE));
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ | PROT_WRITE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
}

TEST_F(mm, mprotect_to_read_only_and_back)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(mm, munmap)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, munmap(self->mem + PAGE, PAGE));
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem + PAGE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem + PAGE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, PAGE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem + 2 * PAGE, 1,
			     SIZE - 2 * PAGE));
}

TEST_F(mm, other_memory_at_same_address)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(self->mem, mmap(self->mem, SIZE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				  0));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(mm, madvise_dontneed)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_DONTNEED));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(mm, mremap)
{
	char *moved = anon_map(2 * SIZE);

	ASSERT_NE(NULL, moved);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(moved, mremap(self->mem, SIZE, 2 * SIZE,
				MREMAP_MAYMOVE | MREMAP_FIXED, moved));
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	EXPECT_TRUE(dma_sees(&self->dma, moved, 1, SIZE));
	EXPECT_TRUE(dma_sees(&self->dma, moved + SIZE, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, moved, 2, 2 * SIZE));
	EXPECT_TRUE(bytes_are(moved, 2 * SIZE, 2));
}

/* Shared mappings of a file, which is a memfd or is on tmpfs. */
FIXTURE(file)
{
	struct dma dma;
	int fd;
	char *mem;
	char buffer[SIZE];
};

FIXTURE_VARIANT(file)
{
	bool on_tmpfs;
};

FIXTURE_VARIANT_ADD(file, memfd)
{
	.on_tmpfs = false,
};

FIXTURE_VARIANT_ADD(file, tmpfs)
{
	.on_tmpfs = true,
};

FIXTURE_SETUP(file)
{
	char path[] = "/dev/shm/test_mm.XXXXXX";

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	if (variant->on_tmpfs) {
		self->fd = mkstemp(path);
		unlink(path);
	} else {
		self->fd = memfd_create("test_mm", MFD_CLOEXEC);
	}
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	self->mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->mem);
}

FIXTURE_TEARDOWN(file)
{
	dma_close(&self->dma);
	close(self->fd);
}

TEST_F(file, pread_sees_device)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(SIZE, pread(self->fd, self->buffer, SIZE, 0));
	EXPECT_TRUE(bytes_are(self->buffer, SIZE, 1));
}

TEST_F(file, device_sees_pwrite)
{
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
	memset(self->buffer, 2, SIZE);
	ASSERT_EQ(SIZE, pwrite(self->fd, self->buffer, SIZE, 0));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 2, SIZE));
}

TEST_F(file, two_addresses_of_one_page)
{
	char *alias = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->fd, 0);

	ASSERT_NE(MAP_FAILED, alias);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, alias, 3, SIZE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 3, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 3));
}

TEST_F(file, truncate)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, ftruncate(self->fd, PAGE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, PAGE));
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem + PAGE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem + PAGE));
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem + PAGE, 0, SIZE - PAGE));
}

TEST_F(file, punched_hole)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem + PAGE, 2 * PAGE, MADV_REMOVE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, PAGE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem + PAGE, 0, 2 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem + PAGE, 2, PAGE));
	ASSERT_EQ(PAGE, pread(self->fd, self->buffer, PAGE, PAGE));
	EXPECT_TRUE(bytes_are(self->buffer, PAGE, 2));
}

TEST_F(file, private_mapping_is_copied)
{
	char *private = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     self->fd, 0);

	ASSERT_NE(MAP_FAILED, private);
	memset(self->mem, 1, SIZE);
	EXPECT_TRUE(dma_sees(&self->dma, private, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, private, 2, SIZE));
	EXPECT_TRUE(bytes_are(private, SIZE, 2));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
}

TEST_F(file, read_only_fd)
{
	char path[32];
	char *mem;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	mem = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(dma_sees(&self->dma, mem, 0, SIZE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, mem));
	EXPECT_TRUE(bytes_are(mem, SIZE, 0));
	close(fd);
}

TEST_F(mm, locked)
{
	ASSERT_EQ(0, mlock(self->mem, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	ASSERT_EQ(0, munlock(self->mem, SIZE));
	memset(self->mem, 2, SIZE);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 2, SIZE));
}

TEST_F(mm, stack_and_heap)
{
	char stack[3 * PAGE];
	char *heap = sbrk(SIZE);

	ASSERT_NE((void *)-1, heap);
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, stack, 1, sizeof(stack)));
	EXPECT_TRUE(bytes_are(stack, sizeof(stack), 1));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, heap, 2, SIZE));
	EXPECT_TRUE(bytes_are(heap, SIZE, 2));
	ASSERT_NE((void *)-1, sbrk(-(long)SIZE));
}

/* The stack grows for a CPU that touches it, not for a device. */
TEST_F(mm, below_stack)
{
	char *stack = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN |
			   MAP_STACK, -1, 0);

	ASSERT_NE(MAP_FAILED, stack);
	ASSERT_EQ(0, munmap(stack, 32 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, stack + 32 * PAGE, 1, 32 * PAGE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, stack));
}

/* A function, which is code, as memory. */
TEST_F(mm, program_text)
{
	char *text = (char *)((unsigned long)getauxval(AT_ENTRY) & -PAGE);
	char *copy = malloc(PAGE);

	ASSERT_NE(NULL, copy);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&self->dma, copy, text, PAGE));
	EXPECT_EQ(0, memcmp(copy, text, PAGE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, text));
	EXPECT_EQ(0, memcmp(copy, text, PAGE));
	free(copy);
}

/* Not backed by ordinary pages: may fail, must not hang or be written. */
TEST_F(mm, vdso)
{
	char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	struct job job;

	ASSERT_NE(NULL, vdso);
	job_memmove(&job, self->dma.pasid, self->mem, vdso, PAGE);
	EXPECT_NE(-ETIMEDOUT, job_run(self->dma.queue, &job));
	if (job.record.status == DSA_COMP_SUCCESS)
		EXPECT_EQ(0, memcmp(self->mem, vdso, PAGE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, vdso));
	job_memmove(&job, self->dma.pasid, self->mem, vdso - PAGE, 64);
	EXPECT_NE(-ETIMEDOUT, job_run(self->dma.queue, &job));
	EXPECT_TRUE(dma_cannot_write(&self->dma, vdso - PAGE));
}

/* Secret memory is not in the kernel's map: a device must not have it. */
TEST_F(mm, secret_memory)
{
	int fd = syscall(SYS_memfd_secret, 0);
	char *mem;

	if (fd < 0)
		SKIP(return, "no memfd_secret");
	ASSERT_EQ(0, ftruncate(fd, PAGE));
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(dma_cannot_write(&self->dma, mem));
	EXPECT_TRUE(dma_cannot_read(&self->dma, mem));
	memset(mem, 1, PAGE);
	EXPECT_TRUE(dma_cannot_write(&self->dma, mem));
	EXPECT_TRUE(dma_cannot_read(&self->dma, mem));
	EXPECT_TRUE(bytes_are(mem, PAGE, 1));
	close(fd);
}

/* Shared memory without a name. */
TEST_F(mm, mapping_of_dev_zero)
{
	char *mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 open("/dev/zero", O_RDWR | O_CLOEXEC), 0);

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, mem, 1, PAGE));
	EXPECT_TRUE(bytes_are(mem, PAGE, 1));
}

TEST_HARNESS_MAIN
