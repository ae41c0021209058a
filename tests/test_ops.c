// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every operation, at every size that is special, on memory that nobody has
 * touched and on memory that is there. Results are compared with what the CPU
 * computes; all targets are guarded on both sides.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"

#define CRC32C_REVERSED	0x82f63b78u
#define PATTERN		0x8877665544332211ull

static const __u32 sizes[] = {
	1, 2, 3, 7, 8, 9, 31, 63, 64, 65, 255, 511, 4095, 4096, 4097, 8191,
	8192, 8193, 65535, 65536, 65537, 262144 + 3,
};

/* Offsets of source and target into their pages. */
static const __u32 skews[] = { 0, 1, 5, 4095 };

FIXTURE(ops)
{
	struct dma dma;
	struct job job;
};

FIXTURE_SETUP(ops)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
}

FIXTURE_TEARDOWN(ops)
{
	dma_close(&self->dma);
}

static int run(struct dma *dma, struct job *job)
{
	return job_run(dma->queue, job);
}

/* One bit after the other, to owe nothing to any table. */
static __u32 crc32c(__u32 seed, const void *mem, size_t size)
{
	const unsigned char *byte = mem;
	__u32 crc = ~seed;
	int bit;

	while (size--) {
		crc ^= *byte++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32C_REVERSED : 0);
	}
	return ~crc;
}

static bool holds_words(const unsigned char *mem, __u64 word, size_t size)
{
	size_t at;

	for (at = 0; at < size; at++)
		if (mem[at] != (unsigned char)(word >> at % 8 * 8))
			return false;
	return true;
}

TEST_F(ops, noop)
{
	job_init(&self->job, self->dma.pasid, DSA_OPCODE_NOOP);
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
}

TEST_F(ops, memmove)
{
	unsigned char *src = anon_map(512 * PAGE);
	struct guarded dst;
	unsigned int i, j;

	ASSERT_NE(NULL, src);
	pattern_fill(src, 512 * PAGE, 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(skews); j++) {
			ASSERT_EQ(0, guarded_map(&dst, sizes[i], skews[j]));
			job_memmove(&self->job, self->dma.pasid, dst.mem,
				    src + skews[3 - j], sizes[i]);
			ASSERT_EQ(DSA_COMP_SUCCESS,
				  run(&self->dma, &self->job));
			EXPECT_EQ(0, memcmp(dst.mem, src + skews[3 - j],
					    sizes[i]));
			EXPECT_TRUE(guarded_intact(&dst));
			guarded_unmap(&dst);
		}
	}
}

TEST_F(ops, memmove_large)
{
	const size_t size = 8 * HUGE + 12345;
	char *src = anon_map(size), *dst = anon_map(size);

	ASSERT_NE(NULL, src);
	ASSERT_NE(NULL, dst);
	pattern_fill(src, size, 5);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&self->dma, dst, src, size));
	EXPECT_EQ(0, memcmp(dst, src, size));
}

/* As memmove() does it, in both directions, at distances around a page. */
TEST_F(ops, memmove_overlap)
{
	static const long distances[] = {
		1, 7, 63, 64, 65, 2048, 4095, 4096, 4097, 8192, 20000,
	};
	const size_t size = 5 * PAGE + 17;
	struct guarded seen;
	char *expected = malloc(size + 20000);
	unsigned int i;
	int down;

	ASSERT_NE(NULL, expected);
	for (i = 0; i < ARRAY_SIZE(distances); i++) {
		for (down = 0; down < 2; down++) {
			long from = down ? distances[i] : 0;
			long to = down ? 0 : distances[i];

			ASSERT_EQ(0, guarded_map(&seen, size + distances[i],
						 9));
			pattern_fill(seen.mem, seen.size, i);
			memcpy(expected, seen.mem, seen.size);
			memmove(expected + to, expected + from, size);
			EXPECT_EQ(DSA_COMP_SUCCESS,
				  dma_copy(&self->dma, seen.mem + to,
					   seen.mem + from, size));
			EXPECT_EQ(0, memcmp(expected, seen.mem, seen.size)) {
				TH_LOG("from %ld to %ld", from, to);
			}
			EXPECT_TRUE(guarded_intact(&seen));
			guarded_unmap(&seen);
		}
	}
	free(expected);
}

TEST_F(ops, memmove_onto_itself)
{
	struct guarded mem;

	ASSERT_EQ(0, guarded_map(&mem, 3 * PAGE, 100));
	pattern_fill(mem.mem, mem.size, 1);
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&self->dma, mem.mem, mem.mem, mem.size));
	EXPECT_TRUE(pattern_holds(mem.mem, mem.size, 1));
	EXPECT_TRUE(guarded_intact(&mem));
	guarded_unmap(&mem);
}

TEST_F(ops, memfill)
{
	struct guarded dst;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(skews); j++) {
			ASSERT_EQ(0, guarded_map(&dst, sizes[i], skews[j]));
			job_memfill(&self->job, self->dma.pasid, dst.mem,
				    PATTERN, sizes[i]);
			ASSERT_EQ(DSA_COMP_SUCCESS,
				  run(&self->dma, &self->job));
			EXPECT_TRUE(holds_words(dst.mem, PATTERN, sizes[i])) {
				TH_LOG("size %u at %u", sizes[i], skews[j]);
			}
			EXPECT_TRUE(guarded_intact(&dst));
			guarded_unmap(&dst);
		}
	}
}

TEST_F(ops, compare)
{
	const size_t size = 3 * PAGE + 11;
	static const size_t places[] = { 0, 1, 4094, 4095, 4096, 8191, 12298 };
	unsigned char *a = anon_map(4 * PAGE), *b = anon_map(4 * PAGE);
	unsigned int i;

	ASSERT_NE(NULL, a);
	ASSERT_NE(NULL, b);
	pattern_fill(a, size, 1);
	memcpy(b + 3, a, size);
	job_compare(&self->job, self->dma.pasid, a, b + 3, size);
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
	EXPECT_EQ(0, self->job.record.result);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		b[3 + places[i]] ^= 0x10;
		b[3 + size - 1] ^= 0x20;
		job_compare(&self->job, self->dma.pasid, a, b + 3, size);
		EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
		EXPECT_EQ(1, self->job.record.result);
		EXPECT_EQ(places[i], self->job.record.bytes_completed);
		b[3 + size - 1] ^= 0x20;
		b[3 + places[i]] ^= 0x10;
	}
	/* What is behind the end does not matter. */
	b[3 + size] = a[size] ^ 1;
	job_compare(&self->job, self->dma.pasid, a, b + 3, size);
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
	EXPECT_EQ(0, self->job.record.result);
}

TEST_F(ops, compare_of_untouched_memory)
{
	char *a = anon_map(2 * PAGE), *b = anon_map(2 * PAGE);

	job_compare(&self->job, self->dma.pasid, a, b, 2 * PAGE);
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
	EXPECT_EQ(0, self->job.record.result);
}

TEST_F(ops, compval)
{
	static const size_t places[] = { 0, 5, 4095, 4096, 8192 + 6 };
	const size_t size = 2 * PAGE + 7;
	unsigned char *mem = anon_map(4 * PAGE);
	unsigned int i;

	ASSERT_NE(NULL, mem);
	for (i = 0; i < size; i++)
		mem[5 + i] = PATTERN >> i % 8 * 8;
	job_compval(&self->job, self->dma.pasid, mem + 5, PATTERN, size);
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
	EXPECT_EQ(0, self->job.record.result);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		mem[5 + places[i]] ^= 1;
		EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
		EXPECT_EQ(1, self->job.record.result);
		EXPECT_EQ(places[i], self->job.record.bytes_completed);
		mem[5 + places[i]] ^= 1;
	}
}

/* With CR the status says whether the result is the expected one. */
TEST_F(ops, expected_result)
{
	unsigned char *mem = anon_map(PAGE);
	unsigned int differs, expected;

	ASSERT_NE(NULL, mem);
	for (differs = 0; differs < 2; differs++) {
		for (expected = 0; expected < 2; expected++) {
			job_compval(&self->job, self->dma.pasid, mem, differs,
				    PAGE);
			self->job.desc.flags |= IDXD_OP_FLAG_CR;
			self->job.desc.expected_res = expected;
			EXPECT_EQ(differs == expected ? DSA_COMP_SUCCESS
						      : DSA_COMP_SUCCESS_PRED,
				  run(&self->dma, &self->job));
			EXPECT_EQ(differs, self->job.record.result);
		}
	}
}

TEST_F(ops, dualcast)
{
	unsigned char *src = anon_map(128 * PAGE);
	struct guarded dst, dst2;
	unsigned int i, j;

	ASSERT_NE(NULL, src);
	pattern_fill(src, 128 * PAGE, 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(skews); j++) {
			ASSERT_EQ(0, guarded_map(&dst, sizes[i], skews[j]));
			ASSERT_EQ(0, guarded_map(&dst2, sizes[i], skews[j]));
			job_dualcast(&self->job, self->dma.pasid, dst.mem,
				     dst2.mem, src + 77, sizes[i]);
			ASSERT_EQ(DSA_COMP_SUCCESS,
				  run(&self->dma, &self->job));
			EXPECT_EQ(0, memcmp(dst.mem, src + 77, sizes[i]));
			EXPECT_EQ(0, memcmp(dst2.mem, src + 77, sizes[i]));
			EXPECT_TRUE(guarded_intact(&dst));
			EXPECT_TRUE(guarded_intact(&dst2));
			guarded_unmap(&dst);
			guarded_unmap(&dst2);
		}
	}
}

TEST_F(ops, crc_of_known_text)
{
	static const char text[] = "123456789";

	ASSERT_EQ(0xe3069283u, crc32c(0, text, 9));
	job_crcgen(&self->job, self->dma.pasid, text, 9, 0);
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
	EXPECT_EQ(0xe3069283u, self->job.record.crc_val);
}

TEST_F(ops, crc)
{
	unsigned char *mem = anon_map(128 * PAGE);
	unsigned int i;

	ASSERT_NE(NULL, mem);
	pattern_fill(mem, 128 * PAGE, 2);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		job_crcgen(&self->job, self->dma.pasid, mem + i, sizes[i], 0);
		EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
		EXPECT_EQ(crc32c(0, mem + i, sizes[i]),
			  self->job.record.crc_val);
	}
}

TEST_F(ops, crc_continued_by_seed)
{
	const size_t size = 3 * PAGE;
	unsigned char *mem = anon_map(size);
	__u32 seed = 0;
	size_t at, step;

	ASSERT_NE(NULL, mem);
	pattern_fill(mem, size, 3);
	for (at = 0; at < size; at += step) {
		step = at + 1 < size - at ? at + 1 : size - at;
		job_crcgen(&self->job, self->dma.pasid, mem + at, step, seed);
		ASSERT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
		seed = self->job.record.crc_val;
	}
	EXPECT_EQ(crc32c(0, mem, size), seed);
}

TEST_F(ops, copy_crc)
{
	unsigned char *src = anon_map(128 * PAGE);
	struct guarded dst;
	unsigned int i;

	ASSERT_NE(NULL, src);
	pattern_fill(src, 128 * PAGE, 4);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(0, guarded_map(&dst, sizes[i], 4 * i));
		job_copy_crc(&self->job, self->dma.pasid, dst.mem, src + i,
			     sizes[i], i);
		EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
		EXPECT_EQ(crc32c(i, src + i, sizes[i]),
			  self->job.record.crc_val);
		EXPECT_EQ(0, memcmp(dst.mem, src + i, sizes[i]));
		EXPECT_TRUE(guarded_intact(&dst));
		guarded_unmap(&dst);
	}
}

TEST_F(ops, accepted_hints)
{
	unsigned char *mem = anon_map(2 * PAGE);

	ASSERT_NE(NULL, mem);
	pattern_fill(mem, PAGE, 6);
	job_memmove(&self->job, self->dma.pasid, mem + PAGE, mem, PAGE);
	self->job.desc.flags |= IDXD_OP_FLAG_CC;
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->dma, &self->job));
	EXPECT_TRUE(pattern_holds(mem + PAGE, PAGE, 6));
}

/* Without RCR success leaves no record, though the work is done. */
TEST_F(ops, no_record_was_asked_for)
{
	unsigned char *mem = anon_map(2 * PAGE);

	ASSERT_NE(NULL, mem);
	pattern_fill(mem, PAGE, 7);
	job_memmove(&self->job, self->dma.pasid, mem + PAGE, mem, PAGE);
	self->job.desc.flags &= ~IDXD_OP_FLAG_RCR;
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_TRUE(bytes_are(&self->job.record, sizeof(self->job.record), 0));
	EXPECT_TRUE(pattern_holds(mem + PAGE, PAGE, 7));
}

/* A record has 32 bytes, at whatever address it is. */
TEST_F(ops, record_is_guarded)
{
	struct guarded area;
	unsigned int at;

	ASSERT_EQ(0, guarded_map(&area, 32, PAGE - 64));
	job_init(&self->job, self->dma.pasid, DSA_OPCODE_NOOP);
	for (at = 0; at < 2; at++) {
		self->job.desc.completion_addr = (__u64)area.mem;
		ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
		ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
		EXPECT_EQ(DSA_COMP_SUCCESS, area.mem[0]);
		EXPECT_TRUE(guarded_intact(&area));
		guarded_unmap(&area);
		ASSERT_EQ(0, guarded_map(&area, 32, PAGE - 32));
		ASSERT_EQ(0, queue_attach(self->dma.queue, self->dma.space,
					  NULL));
	}
	guarded_unmap(&area);
}

TEST_HARNESS_MAIN
