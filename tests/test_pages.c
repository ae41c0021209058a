// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory behind a map of an IOVA space: which memory can be pinned and
 * which not, that a device goes on seeing the same pages as the process
 * whatever is done to them, and who is charged for how long.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "disk.h"
#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define SIZE		(16 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define ORDINARY_USER	65534

FIXTURE(pages)
{
	int space;
	struct iova_dma dma;
	char *mem;
	__u64 pinned;
};

FIXTURE_SETUP(pages)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, 0, self->space));
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	self->pinned = space_pinned(self->space);
}

FIXTURE_TEARDOWN(pages)
{
	iova_dma_close(&self->dma);
	close(self->space);
}

/* How much is pinned besides the jobs. */
#define EXPECT_PINNED(size) \
	EXPECT_EQ(self->pinned + (size), space_pinned(self->space))

static int map_mem(int space, const void *mem, size_t size, __u32 flags)
{
	return space_map_at(space, PLACE, mem, size, flags);
}

/* Do device and CPU see what the other has written? */
static bool is_same_memory(const struct iova_dma *dma, void *mem, size_t size)
{
	memset(mem, 0x11, size);
	return iova_sees(dma, PLACE, 0x11, size) &&
	       iova_fill(dma, PLACE, 0x22, size) == DSA_COMP_SUCCESS &&
	       bytes_are(mem, size, 0x22);
}

TEST_F(pages, untouched)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_PINNED(SIZE);
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE));
	EXPECT_EQ(SIZE, space_unmap(self->space, PLACE, SIZE));
	EXPECT_PINNED(0);
}

TEST_F(pages, no_access)
{
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_NONE));
	EXPECT_EQ(-EACCES, map_mem(self->space, self->mem, SIZE, IOASID_READ));
	EXPECT_EQ(-EACCES, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_PINNED(0);
}

TEST_F(pages, read_only)
{
	memset(self->mem, 7, SIZE);
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ));
	EXPECT_EQ(-EACCES, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_EQ(-EACCES, map_mem(self->space, self->mem, SIZE, IOASID_WRITE));
	EXPECT_PINNED(0);
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, IOASID_READ));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 7, SIZE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
}

TEST_F(pages, read_only_in_the_middle)
{
	ASSERT_EQ(0, mprotect(self->mem + 8 * PAGE, PAGE, PROT_READ));
	EXPECT_EQ(-EACCES, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_PINNED(0);
	EXPECT_EQ(0, map_mem(self->space, self->mem, SIZE, IOASID_READ));
}

TEST_F(pages, hole_in_the_middle)
{
	ASSERT_EQ(0, munmap(self->mem + 8 * PAGE, PAGE));
	EXPECT_EQ(-EFAULT, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_PINNED(0);
	EXPECT_EQ(0, map_mem(self->space, self->mem, 8 * PAGE, READ_WRITE));
	EXPECT_PINNED(8 * PAGE);
}

TEST_F(pages, hole_at_either_end)
{
	ASSERT_EQ(0, munmap(self->mem, PAGE));
	EXPECT_EQ(-EFAULT, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	ASSERT_EQ(0, munmap(self->mem + SIZE - PAGE, PAGE));
	EXPECT_EQ(-EFAULT, map_mem(self->space, self->mem + PAGE, SIZE - PAGE,
				   READ_WRITE));
	EXPECT_PINNED(0);
}

TEST_F(pages, same_memory_twice)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	ASSERT_EQ(0, space_map_at(self->space, PLACE + SIZE, self->mem, SIZE,
				  IOASID_READ));
	EXPECT_PINNED(2 * SIZE);
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 3, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + SIZE, 3, SIZE));
	EXPECT_EQ(SIZE, space_unmap(self->space, PLACE, SIZE));
	memset(self->mem, 4, SIZE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + SIZE, 4, SIZE));
}

/* The pages of four mappings, in two kinds, as one map. */
TEST_F(pages, several_mappings)
{
	int fd = memfd_create("several", MFD_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, SIZE));
	ASSERT_NE(MAP_FAILED, mmap(self->mem + 4 * PAGE, 4 * PAGE,
				   PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_FIXED, fd, 0));
	ASSERT_EQ(0, mprotect(self->mem + 8 * PAGE, PAGE,
			      PROT_READ | PROT_WRITE | PROT_EXEC));
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE));
	close(fd);
}

TEST_F(pages, stack)
{
	alignas(PAGE) char on_stack[2 * PAGE] = "";

	ASSERT_EQ(0, map_mem(self->space, on_stack, sizeof(on_stack),
			     READ_WRITE));
	EXPECT_TRUE(is_same_memory(&self->dma, on_stack, sizeof(on_stack)));
	EXPECT_EQ(2 * PAGE, space_unmap(self->space, PLACE, 2 * PAGE));
}

TEST_F(pages, program_code)
{
	char *code = (char *)((__u64)map_mem & -PAGE);
	char *copy = anon_map(PAGE);

	ASSERT_NE(NULL, copy);
	EXPECT_EQ(-EACCES, map_mem(self->space, code, PAGE, READ_WRITE));
	ASSERT_EQ(0, map_mem(self->space, code, PAGE, IOASID_READ));
	ASSERT_EQ(0, space_map_at(self->space, 2 * PLACE, copy, PAGE,
				  READ_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_copy(&self->dma, 2 * PLACE, PLACE, PAGE));
	EXPECT_EQ(0, memcmp(code, copy, PAGE));
}

/* Where the process has a mapping of that name, or NULL. */
static void *find_mapping(const char *name)
{
	FILE *file = fopen("/proc/self/maps", "re");
	void *found = NULL;
	char line[256];

	if (!file)
		return NULL;
	while (!found && fgets(line, sizeof(line), file))
		if (strstr(line, name))
			found = (void *)strtoul(line, NULL, 16);
	fclose(file);
	return found;
}

/* Whether that mapping has a flag, as smaps names it. */
static bool mapping_has(const char *name, const char *flag)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	bool found = false, has = false;
	char line[256];

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		if (strstr(line, name))
			found = true;
		else if (found && !strncmp(line, "VmFlags:", 8))
			break;
	has = found && strstr(line, flag);
	fclose(file);
	return has;
}

/* Newer kernels have pages of their own there, as good as any. */
TEST_F(pages, memory_of_the_kernel)
{
	void *vvar = find_mapping("[vvar]");

	if (!vvar || !mapping_has("[vvar]", " pf"))
		SKIP(return, "this kernel has no vvar without pages");
	EXPECT_EQ(-ENODEV, map_mem(self->space, vvar, PAGE, IOASID_READ));
	EXPECT_PINNED(0);
}

TEST_F(pages, memory_of_a_device)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	void *mem;

	if (fd < 0)
		SKIP(return, "there is no /dev/mem");
	mem = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0xf0000);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(-ENODEV, map_mem(self->space, mem, PAGE, IOASID_READ));
	EXPECT_EQ(-ENODEV, space_map_file(self->space, PLACE, fd, 0xf0000, PAGE,
					  IOASID_READ));
	EXPECT_PINNED(0);
	close(fd);
}

TEST_F(pages, secret_memory)
{
	int fd = syscall(SYS_memfd_secret, O_CLOEXEC);
	void *mem;

	if (fd < 0)
		SKIP(return, "this kernel has no secret memory");
	ASSERT_EQ(0, ftruncate(fd, PAGE));
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	memset(mem, 1, PAGE);
	EXPECT_EQ(-ENODEV, map_mem(self->space, mem, PAGE, READ_WRITE));
	EXPECT_EQ(-ENODEV, space_map_file(self->space, PLACE, fd, 0, PAGE,
					  IOASID_READ));
	EXPECT_PINNED(0);
	close(fd);
}

/*
 * No two pages side by side: those of a file, which were made in order, are
 * mapped seven apart.
 */
static char *map_scattered(unsigned int pages)
{
	char *mem = anon_map(pages * PAGE);
	int fd = memfd_create("scattered", MFD_CLOEXEC);
	unsigned int i;

	if (!mem || fd < 0 || fallocate(fd, 0, 0, pages * PAGE))
		return NULL;
	for (i = 0; i < pages; i++)
		if (mmap(mem + i * PAGE, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd,
			 7 * i % pages * PAGE) == MAP_FAILED)
			return NULL;
	close(fd);
	return mem;
}

TEST_F(pages, scattered)
{
	const unsigned int pages = 1100;
	char *mem = map_scattered(pages), *copy = anon_map(pages * PAGE);

	ASSERT_NE(NULL, mem);
	ASSERT_NE(NULL, copy);
	pattern_fill(mem, pages * PAGE, 5);
	ASSERT_EQ(0, map_mem(self->space, mem, pages * PAGE, IOASID_READ));
	ASSERT_EQ(0, space_map_at(self->space, 2 * PLACE, copy, pages * PAGE,
				  READ_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_copy(&self->dma, 2 * PLACE, PLACE,
					      pages * PAGE));
	EXPECT_TRUE(pattern_holds(copy, pages * PAGE, 5));
	EXPECT_EQ(pages / 2 * PAGE, space_unmap(self->space, PLACE,
						pages / 2 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_copy(&self->dma, 2 * PLACE, PLACE + pages / 2 * PAGE,
			    pages / 2 * PAGE));
	EXPECT_EQ(0, memcmp(copy, mem + pages / 2 * PAGE, pages / 2 * PAGE));
	EXPECT_PINNED((pages / 2 + pages) * PAGE);
}

/* The file is mapped by huge pages, and pinned by small ones. */
TEST_F(pages, part_of_a_hugetlb_file)
{
	int fd = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);
	char *mem;

	write_text("/proc/sys/vm/nr_hugepages", "1");
	if (fd < 0 || ftruncate(fd, HUGE))
		SKIP(return, "there is no hugetlbfs");
	mem = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		SKIP(return, "no huge page could be reserved");
	ASSERT_EQ(0, space_map_file(self->space, PLACE, fd, 3 * PAGE, 2 * PAGE,
				    READ_WRITE));
	EXPECT_PINNED(2 * PAGE);
	EXPECT_TRUE(is_same_memory(&self->dma, mem + 3 * PAGE, 2 * PAGE));
	EXPECT_TRUE(bytes_are(mem, 3 * PAGE, 0));
	EXPECT_TRUE(bytes_are(mem + 5 * PAGE, HUGE - 5 * PAGE, 0));
	EXPECT_EQ(2 * PAGE, space_unmap(self->space, PLACE, 2 * PAGE));
	EXPECT_EQ(0, munmap(mem, HUGE));
	close(fd);
	EXPECT_EQ(0, write_text("/proc/sys/vm/nr_hugepages", "0"));
}

/* Mapped without a reservation, and there is none. */
TEST_F(pages, huge_page_that_is_not_there)
{
	const int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB |
			  MAP_NORESERVE;
	char *mem = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (mem == MAP_FAILED)
		SKIP(return, "there is no hugetlbfs");
	EXPECT_EQ(-EFAULT, map_mem(self->space, mem, HUGE, READ_WRITE));
	EXPECT_PINNED(0);
	munmap(mem, HUGE);
}

TEST_F(pages, hugetlb)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
	char *mem;

	NEED_PAGE_REQUESTS(return);
	write_text("/proc/sys/vm/nr_hugepages", "2");
	mem = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (mem == MAP_FAILED)
		SKIP(return, "no huge page could be reserved");
	ASSERT_EQ(0, map_mem(self->space, mem, 2 * HUGE, READ_WRITE));
	EXPECT_PINNED(2 * HUGE);
	EXPECT_TRUE(is_same_memory(&self->dma, mem, 2 * HUGE));
	EXPECT_EQ(HUGE, space_unmap(self->space, PLACE + HUGE / 2, HUGE));
	EXPECT_PINNED(HUGE);
	EXPECT_TRUE(is_same_memory(&self->dma, mem, HUGE / 2));
	EXPECT_EQ(HUGE, space_unmap_all(self->space) - IOVA_JOBS_SIZE);
	EXPECT_EQ(0, munmap(mem, 2 * HUGE));
	EXPECT_EQ(0, write_text("/proc/sys/vm/nr_hugepages", "0"));
}

/* What the process does to its mapping changes nothing for the device. */
TEST_F(pages, outlive_munmap)
{
	memset(self->mem, 5, SIZE);
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 5, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 6, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 6, SIZE));
}

TEST_F(pages, outlive_dontneed)
{
	memset(self->mem, 5, SIZE);
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_DONTNEED));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 5, SIZE));
}

TEST_F(pages, follow_mremap)
{
	char *target = anon_map(SIZE);

	ASSERT_NE(NULL, target);
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	ASSERT_EQ(target, mremap(self->mem, SIZE, SIZE,
				 MREMAP_MAYMOVE | MREMAP_FIXED, target));
	EXPECT_TRUE(is_same_memory(&self->dma, target, SIZE));
}

TEST_F(pages, stay_through_reclaim_and_compaction)
{
	struct ioasid_translate before, after;

	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	ASSERT_EQ(0, space_translate(self->space, PLACE, &before));
	EXPECT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_EQ(0, write_text("/proc/sys/vm/compact_memory", "1"));
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE));
	ASSERT_EQ(0, space_translate(self->space, PLACE, &after));
	EXPECT_EQ(before.out_phys, after.out_phys);
}

/* The page of zeroes that all share is not what a map keeps. */
TEST_F(pages, zeroes_then_cpu_write)
{
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE, IOASID_READ));
	memset(self->mem, 9, SIZE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 9, SIZE));
}

TEST_F(pages, private_file_then_cpu_write)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *mem;

	ASSERT_LE(0, fd);
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	ASSERT_EQ(0x7f, mem[0]);
	ASSERT_EQ(0, map_mem(self->space, mem, PAGE, IOASID_READ));
	memset(mem, 9, PAGE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 9, PAGE));
	close(fd);
}

/* A child with a copy of the memory, which it looks at or writes when told. */
static int look(int socket, void *arg)
{
	int expected = receive_byte(socket);

	return expected < 0 || !bytes_are(arg, SIZE, expected);
}

static int scribble(int socket, void *arg)
{
	int value = receive_byte(socket);

	if (value < 0)
		return 1;
	memset(arg, value, SIZE);
	return send_byte(socket, 'd') || receive_byte(socket) < 0;
}

FIXTURE(forked)
{
	int space;
	struct iova_dma dma;
	char *mem;
	struct child child;
};

FIXTURE_VARIANT(forked)
{
	bool map_first;
	__u32 flags;
};

FIXTURE_VARIANT_ADD(forked, after_map)
{
	.map_first = true,
	.flags = READ_WRITE,
};

FIXTURE_VARIANT_ADD(forked, after_read_only_map)
{
	.map_first = true,
	.flags = IOASID_READ,
};

FIXTURE_VARIANT_ADD(forked, before_map)
{
	.flags = READ_WRITE,
};

FIXTURE_VARIANT_ADD(forked, before_read_only_map)
{
	.flags = IOASID_READ,
};

FIXTURE_SETUP(forked)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, 0, self->space));
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	memset(self->mem, 1, SIZE);
}

FIXTURE_TEARDOWN(forked)
{
	EXPECT_EQ(0, child_wait(&self->child));
	iova_dma_close(&self->dma);
	close(self->space);
}

#define ASSERT_FORK_AND_MAP(body) do {					\
	if (variant->map_first)						\
		ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE,	\
				     variant->flags));			\
	ASSERT_EQ(0, child_start(&self->child, body, self->mem));	\
	if (!variant->map_first)					\
		ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE,	\
				     variant->flags));			\
} while (0)

TEST_F(forked, parent_writes)
{
	ASSERT_FORK_AND_MAP(look);
	memset(self->mem, 2, SIZE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 2, SIZE));
	ASSERT_EQ(0, send_byte(self->child.socket, 1));
}

TEST_F(forked, child_writes)
{
	ASSERT_FORK_AND_MAP(scribble);
	ASSERT_EQ(0, send_byte(self->child.socket, 3));
	ASSERT_EQ('d', receive_byte(self->child.socket));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	memset(self->mem, 4, SIZE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 4, SIZE));
	ASSERT_EQ(0, send_byte(self->child.socket, 'e'));
}

TEST_F(forked, device_writes)
{
	const bool may_write = variant->flags & IOASID_WRITE;

	ASSERT_FORK_AND_MAP(look);
	EXPECT_EQ(may_write ? DSA_COMP_SUCCESS : NOTHING_TO_WRITE,
		  iova_fill(&self->dma, PLACE, 5, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, may_write ? 5 : 1));
	ASSERT_EQ(0, send_byte(self->child.socket, 1));
}

struct donor {
	int space;
	char *mem;
};

static int donate(int socket, void *arg)
{
	struct donor *donor = arg;

	memset(donor->mem, 8, SIZE);
	return map_mem(donor->space, donor->mem, SIZE, READ_WRITE) != 0;
}

/* Whoever has the fd maps memory of its own, and may be gone afterwards. */
TEST_F(pages, outlive_process)
{
	struct donor donor = { self->space, self->mem };
	struct child child;

	ASSERT_EQ(0, child_start(&child, donate, &donor));
	ASSERT_EQ(0, child_wait(&child));
	EXPECT_PINNED(SIZE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 8, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 9, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 9, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

FIXTURE(file)
{
	int space;
	struct iova_dma dma;
	int fd;
	char *mem;
};

/* A memfd of SIZE, full of ones. */
FIXTURE_SETUP(file)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, 0, self->space));
	self->fd = memfd_create("file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	self->mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->mem);
	memset(self->mem, 1, SIZE);
}

FIXTURE_TEARDOWN(file)
{
	iova_dma_close(&self->dma);
	close(self->space);
	close(self->fd);
}

static int map_file(int space, int fd, size_t size, __u32 flags)
{
	return space_map_file(space, PLACE, fd, 0, size, flags);
}

TEST_F(file, read_and_write)
{
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, READ_WRITE));
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE));
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	close(self->fd);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 0x22, SIZE));
	self->fd = -1;
}

TEST_F(file, by_offset)
{
	memset(self->mem + 3 * PAGE, 2, PAGE);
	memset(self->mem + 4 * PAGE, 3, PAGE);
	ASSERT_EQ(0, space_map_file(self->space, PLACE, self->fd, 3 * PAGE,
				    2 * PAGE, READ_WRITE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 2, PAGE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + PAGE, 3, PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 4, PAGE));
	EXPECT_TRUE(bytes_are(self->mem + 3 * PAGE, PAGE, 4));
	EXPECT_TRUE(bytes_are(self->mem + 5 * PAGE, SIZE - 5 * PAGE, 1));
}

/* No mapping of the process is needed, nor left behind. */
TEST_F(file, no_mapping_is_left)
{
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, READ_WRITE));
	EXPECT_EQ(NULL, find_mapping("memfd:file"));
}

TEST_F(file, private_mapping_is_not_the_file)
{
	char *private = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     self->fd, 0);

	ASSERT_NE(MAP_FAILED, private);
	ASSERT_EQ(0, map_mem(self->space, private, SIZE, READ_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 6, SIZE));
	EXPECT_TRUE(bytes_are(private, SIZE, 6));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
}

TEST_F(file, opened_for_reading_only)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, map_file(self->space, fd, SIZE, READ_WRITE));
	EXPECT_EQ(0, map_file(self->space, fd, SIZE, IOASID_READ));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
	close(fd);
}

TEST_F(file, not_opened_for_reading)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADF, map_file(self->space, fd, SIZE, READ_WRITE));
	close(fd);
	fd = open(path, O_PATH | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADF, map_file(self->space, fd, SIZE, IOASID_READ));
	close(fd);
	EXPECT_EQ(-EBADF, map_file(self->space, fd, SIZE, IOASID_READ));
	EXPECT_EQ(-EBADF, map_file(self->space, -1, SIZE, IOASID_READ));
}

TEST_F(file, sealed)
{
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	ASSERT_EQ(0, fcntl(self->fd, F_ADD_SEALS, F_SEAL_WRITE));
	EXPECT_EQ(-EACCES, map_file(self->space, self->fd, SIZE, READ_WRITE));
	EXPECT_EQ(-EACCES, map_file(self->space, self->fd, SIZE, IOASID_WRITE));
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, IOASID_READ));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, SIZE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
}

TEST_F(file, sealed_for_the_future)
{
	ASSERT_EQ(0, fcntl(self->fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	EXPECT_EQ(-EACCES, map_file(self->space, self->fd, SIZE, READ_WRITE));
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, IOASID_READ));
	memset(self->mem, 2, SIZE);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 2, SIZE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
}

/* A seal that holds would be broken by the device. */
TEST_F(file, cannot_be_sealed_while_mapped)
{
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, READ_WRITE));
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	EXPECT_EQ(-1, fcntl(self->fd, F_ADD_SEALS, F_SEAL_WRITE));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(SIZE, space_unmap(self->space, PLACE, SIZE));
	EXPECT_EQ(0, fcntl(self->fd, F_ADD_SEALS, F_SEAL_WRITE));
}

struct lock {
	int space;
	int fd;
};

/* Who has all mappings locked may not have one that is larger than this. */
static int map_with_all_locked(int socket, void *arg)
{
	struct rlimit limit = { .rlim_cur = SIZE / 2, .rlim_max = SIZE / 2 };
	struct lock *lock = arg;

	if (setrlimit(RLIMIT_MEMLOCK, &limit) ||
	    setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER) ||
	    mlockall(MCL_FUTURE))
		return 1;
	if (map_file(lock->space, lock->fd, SIZE, READ_WRITE) != -EDQUOT)
		return 2;
	if (munlockall() || map_file(lock->space, lock->fd, SIZE, READ_WRITE))
		return 3;
	return 0;
}

/* The file is in the memory of the caller for a moment. */
TEST_F(file, limit_of_locked_memory)
{
	struct lock lock = { self->space, self->fd };
	struct child child;

	ASSERT_EQ(0, child_start(&child, map_with_all_locked, &lock));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, SIZE));
}

TEST_F(file, truncated_before)
{
	ASSERT_EQ(0, ftruncate(self->fd, SIZE / 2));
	EXPECT_EQ(-EFAULT, map_file(self->space, self->fd, SIZE, READ_WRITE));
	EXPECT_EQ(-EFAULT, map_mem(self->space, self->mem, SIZE, READ_WRITE));
	EXPECT_EQ(IOVA_JOBS_SIZE, space_pinned(self->space));
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE / 2, READ_WRITE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, SIZE / 2));
}

/* The last page of a file is there as a whole. */
TEST_F(file, truncated_in_a_page)
{
	ASSERT_EQ(0, ftruncate(self->fd, PAGE + 100));
	EXPECT_EQ(-EFAULT, map_file(self->space, self->fd, 3 * PAGE,
				    READ_WRITE));
	ASSERT_EQ(0, map_file(self->space, self->fd, 2 * PAGE, READ_WRITE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, PAGE + 100));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + PAGE + 100, 0, PAGE - 100));
}

TEST_F(file, truncated_after)
{
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, READ_WRITE));
	ASSERT_EQ(0, ftruncate(self->fd, 0));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 7, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 7, SIZE));
	/* The file has other pages from now on. */
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 7, SIZE));
}

TEST_F(file, hole_punched_after)
{
	ASSERT_EQ(0, map_file(self->space, self->fd, SIZE, READ_WRITE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_REMOVE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

/* Files that have no memory to show. */
TEST_F(file, that_cannot_be_mapped)
{
	int fd[] = {
		open("/", O_RDONLY | O_CLOEXEC),
		open("/dev/null", O_RDWR | O_CLOEXEC),
		open("/proc/self/maps", O_RDONLY | O_CLOEXEC),
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
		system_open(O_RDWR),
		dup(self->space),
	};
	int pipe_fd[2];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		ASSERT_LE(0, fd[i]);
		EXPECT_EQ(-ENODEV, map_file(self->space, fd[i], PAGE,
					    IOASID_READ)) {
			TH_LOG("case %u", i);
		}
		close(fd[i]);
	}
	ASSERT_EQ(0, pipe2(pipe_fd, O_CLOEXEC));
	EXPECT_EQ(-ENODEV, map_file(self->space, pipe_fd[0], PAGE,
				    IOASID_READ));
}

TEST_F(file, on_tmpfs)
{
	int fd = open("/dev/shm", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	char *mem;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, SIZE));
	mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	ASSERT_EQ(0, map_file(self->space, fd, SIZE, READ_WRITE));
	EXPECT_TRUE(is_same_memory(&self->dma, mem, SIZE));
	close(fd);
}

/* Reading is all that a filesystem with writeback lets devices do for long. */
static void map_on_disk(struct __test_metadata *_metadata, int space,
			const struct iova_dma *dma, const char *dir)
{
	int fd = open(dir, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	char *mem;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, SIZE));
	mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	memset(mem, 3, SIZE);
	EXPECT_EQ(-ENODEV, map_file(space, fd, SIZE, READ_WRITE));
	EXPECT_EQ(-ENODEV, map_mem(space, mem, SIZE, READ_WRITE));
	ASSERT_EQ(0, map_file(space, fd, SIZE, IOASID_READ));
	EXPECT_TRUE(iova_sees(dma, PLACE, 3, SIZE));
	memset(mem, 4, SIZE);
	EXPECT_EQ(0, fsync(fd));
	EXPECT_TRUE(iova_sees(dma, PLACE, 4, SIZE));
	EXPECT_EQ(SIZE, space_unmap(space, PLACE, SIZE));
	munmap(mem, SIZE);
	close(fd);
}

TEST_F(file, on_disk)
{
	struct disk disk;

	if (!disk_is_possible())
		SKIP(return, "no zram or no ext4 to make a disk of");
	ASSERT_TRUE(disk_make(&disk));
	map_on_disk(_metadata, self->space, &self->dma, disk.dir);
	EXPECT_TRUE(disk_remove(&disk));
}

FIXTURE(shared)
{
	int origin;
	int space;
	struct iova_dma dma;
	char *mem;
};

/* @origin has two maps, side by side, and the second is read-only. */
FIXTURE_SETUP(shared)
{
	self->origin = space_alloc_iova(NULL);
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->origin);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, 0, self->space));
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	ASSERT_EQ(0, space_map_at(self->origin, PLACE, self->mem, SIZE / 2,
				  READ_WRITE));
	ASSERT_EQ(0, space_map_at(self->origin, PLACE + SIZE / 2,
				  self->mem + SIZE / 2, SIZE / 2,
				  IOASID_READ));
}

FIXTURE_TEARDOWN(shared)
{
	iova_dma_close(&self->dma);
	close(self->origin);
	close(self->space);
}

TEST_F(shared, is_the_same_memory)
{
	ASSERT_EQ(0, space_map_space(self->space, PLACE, self->origin, PLACE,
				     SIZE / 2, READ_WRITE));
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE / 2));
}

/* With the space that it was pinned for, until nobody maps it any more. */
TEST_F(shared, is_pinned_once)
{
	ASSERT_EQ(0, space_map_space(self->space, PLACE, self->origin, PLACE,
				     SIZE, IOASID_READ));
	EXPECT_EQ(SIZE, space_pinned(self->origin));
	EXPECT_EQ(IOVA_JOBS_SIZE, space_pinned(self->space));
	EXPECT_EQ(SIZE, space_unmap(self->origin, PLACE, SIZE));
	EXPECT_EQ(SIZE, space_pinned(self->origin));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->origin));
	EXPECT_EQ(SIZE, space_pinned(self->origin));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + PAGE, PAGE));
	EXPECT_EQ(SIZE - PAGE, space_pinned(self->origin));
	EXPECT_EQ(SIZE - PAGE, space_unmap(self->space, PLACE, SIZE));
	EXPECT_EQ(0, space_pinned(self->origin));
	EXPECT_EQ(IOVA_JOBS_SIZE, space_pinned(self->space));
}

/* One map of parts of two, from the middle of one to that of the other. */
TEST_F(shared, over_two_maps)
{
	pattern_fill(self->mem, SIZE, 1);
	ASSERT_EQ(0, space_map_space(self->space, PLACE, self->origin,
				     PLACE + PAGE, SIZE - 2 * PAGE,
				     IOASID_READ));
	ASSERT_EQ(0, space_map_at(self->space, 2 * PLACE, self->mem, SIZE,
				  READ_WRITE));
	memset(self->mem, 6, SIZE / 2);
	memset(self->mem + SIZE / 2, 7, SIZE / 2);
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 6, SIZE / 2 - PAGE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + SIZE / 2 - PAGE, 7,
			      SIZE / 2 - PAGE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE + SIZE - 2 * PAGE));
}

TEST_F(shared, outlives_unmap)
{
	ASSERT_EQ(0, space_map_space(self->space, PLACE, self->origin, PLACE,
				     SIZE / 2, READ_WRITE));
	EXPECT_EQ(SIZE, space_unmap_all(self->origin));
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE / 2));
}

TEST_F(shared, outlives_free_and_close)
{
	ASSERT_EQ(0, space_map_space(self->space, PLACE, self->origin, PLACE,
				     SIZE / 2, READ_WRITE));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->origin));
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE / 2));
	close(self->origin);
	self->origin = -1;
	EXPECT_TRUE(is_same_memory(&self->dma, self->mem, SIZE / 2));
}

TEST_F(shared, read_only_stays_read_only)
{
	EXPECT_EQ(-EACCES, space_map_space(self->space, PLACE, self->origin,
					   PLACE + SIZE / 2, PAGE, READ_WRITE));
	EXPECT_EQ(-EACCES, space_map_space(self->space, PLACE, self->origin,
					   PLACE, SIZE, READ_WRITE));
	ASSERT_EQ(0, space_map_space(self->space, PLACE, self->origin,
				     PLACE + SIZE / 2, PAGE, IOASID_READ));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
	/* Nor by way of a third. */
	EXPECT_EQ(-EACCES, space_map_space(self->space, 2 * PLACE, self->space,
					   PLACE, PAGE, READ_WRITE));
}

TEST_F(shared, nothing_at_part_of_it)
{
	EXPECT_EQ(-EFAULT, space_map_space(self->space, PLACE, self->origin,
					   PLACE, SIZE + PAGE, IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_space(self->space, PLACE, self->origin,
					   PLACE - PAGE, 2 * PAGE,
					   IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_space(self->space, PLACE, self->origin, 0,
					   PAGE, IOASID_READ));
	EXPECT_EQ(PAGE, space_unmap(self->origin, PLACE + 3 * PAGE, PAGE));
	EXPECT_EQ(-EFAULT, space_map_space(self->space, PLACE, self->origin,
					   PLACE, SIZE, IOASID_READ));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE));
}

TEST_F(shared, with_itself)
{
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  READ_WRITE));
	EXPECT_EQ(-EEXIST, space_map_space(self->space, PLACE + PAGE,
					   self->space, PLACE, SIZE,
					   READ_WRITE));
	ASSERT_EQ(0, space_map_space(self->space, 2 * PLACE, self->space, PLACE,
				     SIZE, READ_WRITE));
	EXPECT_EQ(IOVA_JOBS_SIZE + SIZE, space_pinned(self->space));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, 2 * PLACE, 9, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 9, SIZE));
	EXPECT_EQ(SIZE, space_unmap(self->space, PLACE, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, 2 * PLACE, 9, SIZE));
	EXPECT_EQ(IOVA_JOBS_SIZE + SIZE, space_pinned(self->space));
}

TEST_F(shared, wrong_kinds_of_fd)
{
	int sva = space_alloc(NULL), null = open("/dev/null", O_RDWR);

	ASSERT_LE(0, sva);
	ASSERT_LE(0, null);
	EXPECT_EQ(-EMEDIUMTYPE, space_map_space(self->space, PLACE, sva, PLACE,
						PAGE, IOASID_READ));
	EXPECT_EQ(-EBADFD, space_map_space(self->space, PLACE, null, PLACE,
					   PAGE, IOASID_READ));
	close(null);
	EXPECT_EQ(-EBADF, space_map_space(self->space, PLACE, null, PLACE,
					  PAGE, IOASID_READ));
	EXPECT_EQ(-EBADF, space_map_space(self->space, PLACE, -1, PLACE, PAGE,
					  IOASID_READ));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->origin));
	EXPECT_EQ(-ESTALE, space_map_space(self->space, PLACE, self->origin,
					   PLACE, PAGE, IOASID_READ));
	close(sva);
}

/* RLIMIT_MEMLOCK, with eight pages left for an ordinary user. */
#define LIMIT		(8 * PAGE)

FIXTURE(limit)
{
	int space;
	char *mem;
};

static int limit_memory(size_t limit, size_t hard_limit)
{
	struct rlimit limits = { .rlim_cur = limit, .rlim_max = hard_limit };

	return setrlimit(RLIMIT_MEMLOCK, &limits) ? -errno : 0;
}

static int become_ordinary(void)
{
	return setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER);
}

FIXTURE_SETUP(limit)
{
	ASSERT_EQ(0, limit_memory(LIMIT, 2 * LIMIT));
	ASSERT_EQ(0, become_ordinary());
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(4 * LIMIT);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(limit)
{
	close(self->space);
}

static int map_pages(int space, const void *mem, size_t pages)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.address = (__u64)mem,
		.length = pages * PAGE,
		.alignment = PAGE,
	};

	return space_map(space, &map);
}

/* Where the first map is that the kernel has chosen the place of. */
#define FIRST		0x100000000ull

/* Are so many pages left, and not one more? Leaves them so. */
static bool are_left(int space, const void *mem, size_t pages)
{
	__u64 iova = 2 * PLACE;
	bool all = !pages || !space_map_at(space, iova, mem, pages * PAGE,
					   READ_WRITE);
	bool more = !space_map_at(space, iova + LIMIT, mem, PAGE, READ_WRITE);

	return (!pages || space_unmap(space, iova, pages * PAGE) ==
			  pages * PAGE) && all && !more;
}

TEST_F(limit, to_the_page)
{
	EXPECT_EQ(-EDQUOT, map_pages(self->space, self->mem, 9));
	EXPECT_EQ(0, map_pages(self->space, self->mem, 8));
	EXPECT_EQ(-EDQUOT, map_pages(self->space, self->mem, 1));
	EXPECT_EQ(LIMIT, space_pinned(self->space));
}

TEST_F(limit, in_many_maps)
{
	int i;

	for (i = 0; i < 8; i++)
		EXPECT_EQ(0, map_pages(self->space, self->mem, 1));
	EXPECT_EQ(-EDQUOT, map_pages(self->space, self->mem, 1));
}

TEST_F(limit, counts_each_time)
{
	EXPECT_EQ(0, map_pages(self->space, self->mem, 4));
	EXPECT_EQ(0, map_pages(self->space, self->mem, 4));
	EXPECT_EQ(-EDQUOT, map_pages(self->space, self->mem, 4));
}

TEST_F(limit, given_back_by_unmap)
{
	int round;

	for (round = 0; round < 20; round++) {
		ASSERT_EQ(0, map_pages(self->space, self->mem, 8));
		ASSERT_EQ(LIMIT, space_unmap_all(self->space));
	}
	EXPECT_TRUE(are_left(self->space, self->mem, 8));
}

TEST_F(limit, given_back_in_parts)
{
	ASSERT_EQ(0, map_pages(self->space, self->mem, 8));
	EXPECT_TRUE(are_left(self->space, self->mem, 0));
	EXPECT_EQ(3 * PAGE, space_unmap(self->space, FIRST + 2 * PAGE,
					3 * PAGE));
	EXPECT_TRUE(are_left(self->space, self->mem, 3));
	EXPECT_EQ(PAGE, space_unmap(self->space, FIRST, PAGE));
	EXPECT_TRUE(are_left(self->space, self->mem, 4));
	EXPECT_EQ(4 * PAGE, space_unmap_all(self->space));
	EXPECT_TRUE(are_left(self->space, self->mem, 8));
}

TEST_F(limit, given_back_when_map_fails)
{
	struct ioasid_map *map = anon_map(PAGE);

	ASSERT_NE(NULL, map);
	ASSERT_EQ(0, munmap(self->mem + 7 * PAGE, PAGE));
	EXPECT_EQ(-EFAULT, map_pages(self->space, self->mem, 8));
	EXPECT_TRUE(are_left(self->space, self->mem + LIMIT, 8));
	ASSERT_EQ(0, space_map_at(self->space, 0, self->mem, PAGE, READ_WRITE));
	EXPECT_EQ(-EEXIST, space_map_at(self->space, 0, self->mem, 4 * PAGE,
					READ_WRITE));
	EXPECT_TRUE(are_left(self->space, self->mem + LIMIT, 7));
	map->size = sizeof(*map);
	map->flags = READ_WRITE;
	map->address = (__u64)self->mem;
	map->length = 4 * PAGE;
	ASSERT_EQ(0, mprotect(map, PAGE, PROT_READ));
	EXPECT_EQ(-EFAULT, fd_ioctl(self->space, IOASID_MAP, map));
	EXPECT_TRUE(are_left(self->space, self->mem + LIMIT, 7));
}

TEST_F(limit, given_back_by_free)
{
	int other = space_alloc_iova(NULL);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, map_pages(self->space, self->mem, 8));
	EXPECT_TRUE(are_left(other, self->mem, 0));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_TRUE(are_left(other, self->mem, 8));
	close(other);
}

TEST_F(limit, given_back_by_close)
{
	int other = space_alloc_iova(NULL);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, map_pages(other, self->mem, 6));
	EXPECT_TRUE(are_left(self->space, self->mem, 2));
	close(other);
	EXPECT_TRUE(are_left(self->space, self->mem, 8));
}

static int fill_limit(int socket, void *arg)
{
	int space = space_alloc_iova(NULL);

	return map_pages(space, arg, 8);
}

TEST_F(limit, given_back_by_exit)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, fill_limit, self->mem));
	ASSERT_EQ(0, child_wait(&child));
	EXPECT_TRUE(are_left(self->space, self->mem, 8));
}

TEST_F(limit, not_charged_from_other_space)
{
	int other = space_alloc_iova(NULL);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, map_pages(self->space, self->mem, 8));
	ASSERT_EQ(0, space_map_space(other, PLACE, self->space, FIRST, LIMIT,
				     READ_WRITE));
	EXPECT_TRUE(are_left(other, self->mem, 0));
	/* As long as one of the two maps it, it is charged. */
	ASSERT_EQ(LIMIT, space_unmap_all(self->space));
	EXPECT_TRUE(are_left(self->space, self->mem, 0));
	ASSERT_EQ(PAGE, space_unmap(other, PLACE + 2 * PAGE, PAGE));
	EXPECT_TRUE(are_left(self->space, self->mem, 1));
	ASSERT_EQ(LIMIT - PAGE, space_unmap_all(other));
	EXPECT_TRUE(are_left(self->space, self->mem, 8));
	close(other);
}

struct mapper {
	int space;
	size_t limit;
	char *mem;
};

static int map_with_limit(int socket, void *arg)
{
	struct mapper *mapper = arg;

	if (limit_memory(mapper->limit, mapper->limit))
		return 1;
	if (map_pages(mapper->space, mapper->mem, 8))
		return 2;
	return map_pages(mapper->space, mapper->mem, 1) != -EDQUOT;
}

/* What counts is the limit of the creator, whoever maps. */
TEST_F(limit, creator_counts)
{
	const size_t limits[] = { 0, PAGE, 2 * LIMIT };
	struct mapper mapper = { .space = self->space, .mem = self->mem };
	struct child child;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		mapper.limit = limits[i];
		ASSERT_EQ(0, child_start(&child, map_with_limit, &mapper));
		EXPECT_EQ(0, child_wait(&child)) {
			TH_LOG("limit %zu", limits[i]);
		}
		EXPECT_EQ(LIMIT, space_unmap_all(self->space));
	}
}

/* A limit that is no whole number of pages. */
TEST(limit_in_a_page)
{
	char *mem = anon_map(2 * PAGE);
	int space;

	ASSERT_EQ(0, limit_memory(2 * PAGE - 1, 2 * PAGE - 1));
	ASSERT_EQ(0, become_ordinary());
	space = space_alloc_iova(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(-EDQUOT, map_pages(space, mem, 2));
	EXPECT_EQ(0, map_pages(space, mem, 1));
	EXPECT_EQ(-EDQUOT, map_pages(space, mem, 1));
	close(space);
}

TEST(no_memory_allowed)
{
	char *mem = anon_map(PAGE);
	int space;

	ASSERT_EQ(0, limit_memory(0, 0));
	ASSERT_EQ(0, become_ordinary());
	space = space_alloc_iova(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(-EDQUOT, map_pages(space, mem, 1));
	EXPECT_EQ(0, space_unmap_all(space));
	close(space);
}

static int offer_limited(int socket, void *arg)
{
	if (limit_memory(LIMIT, LIMIT) || become_ordinary() ||
	    send_fd(socket, space_alloc_iova(NULL)))
		return 1;
	return receive_byte(socket) < 0;
}

TEST(privileged_caller_is_not_limited)
{
	char *mem = anon_map(4 * LIMIT);
	struct child child;
	int space;

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, limit_memory(0, 0));
	ASSERT_EQ(0, child_start(&child, offer_limited, NULL));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	EXPECT_EQ(0, map_pages(space, mem, 4 * LIMIT / PAGE));
	EXPECT_EQ(4 * LIMIT, space_unmap_all(space));
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
	close(space);
}

/* What creator and mapper had in common is gone; nothing is left charged. */
TEST(creator_is_gone)
{
	char *mem = anon_map(LIMIT);
	struct child child;
	int space;

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, child_start(&child, offer_limited, NULL));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	ASSERT_EQ(0, child_wait(&child));
	ASSERT_EQ(0, become_ordinary());
	EXPECT_EQ(0, map_pages(space, mem, 8));
	EXPECT_EQ(-EDQUOT, map_pages(space, mem, 1));
	EXPECT_EQ(LIMIT, space_unmap_all(space));
	close(space);
}

TEST_HARNESS_MAIN
