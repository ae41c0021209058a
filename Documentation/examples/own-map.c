// SPDX-License-Identifier: GPL-2.0-only
/*
 * A space with a map of its own, of Documentation/tutorial/program.rst: what is
 * mapped is in reach, and nothing else.
 *
 *	own-map FILE
 */
#include <err.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#define PAGE		4096
#define FILE_IOVA	0x100000000ull
#define OUR_IOVA	0x200000000ull
#define NOTHING		0x300000000ull

/* What the device writes to: its records, and the beginning of the file. */
static alignas(PAGE) struct {
	struct ioasid_job job;
	char copy[64];
} ours;

static int check(enum ioasid_op op, int rc)
{
	if (rc < 0)
		errx(1, "%s", ioasid_explain(op, rc));
	return rc;
}

static int make_space(void)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open());
	int space = check(IOASID_OP_ALLOC,
			  ioasid_space_alloc_iova(system, NULL));

	close(system);
	return space;
}

/* The file can be read, and ours can be written. */
static void fill_map(int space, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	__u64 iova = FILE_IOVA;

	if (fd < 0)
		err(1, "%s", path);
	check(IOASID_OP_MAP,
	      ioasid_space_map_file(space, fd, 0, PAGE,
				    IOASID_READ | IOASID_MAP_FIXED, &iova));
	close(fd);
	iova = OUR_IOVA;
	check(IOASID_OP_MAP,
	      ioasid_space_map(space, &ours, PAGE, IOASID_READ | IOASID_WRITE |
			       IOASID_MAP_FIXED, &iova));
}

static __u64 address_of(const void *member)
{
	return OUR_IOVA + (const char *)member - (const char *)&ours;
}

static void copy(int queue, __u64 to, __u64 from)
{
	struct ioasid_job *job = &ours.job;

	ioasid_job_record(job);
	ioasid_desc_memmove(&job->desc, 0, address_of(&job->record), to, from,
			    sizeof(ours.copy));
	check(IOASID_OP_SUBMIT, ioasid_job_submit(queue, job));
	check(IOASID_OP_WAIT, ioasid_job_wait(queue, job, -1));
	printf("from 0x%llx: %s\n", from,
	       ioasid_completion_explain(job->record.status));
}

int main(int argc, char **argv)
{
	int space = make_space(), queue;

	if (argc != 2)
		errx(2, "usage: own-map FILE");
	fill_map(space, argv[1]);
	queue = check(IOASID_OP_QUEUE_OPEN,
		      ioasid_queue_open("/dev/ioasid_sim0", 0));
	check(IOASID_OP_ATTACH, ioasid_queue_attach(queue, space, NULL));

	copy(queue, address_of(ours.copy), FILE_IOVA);
	printf("the file begins with: %.*s\n", (int)sizeof(ours.copy),
	       ours.copy);
	copy(queue, address_of(ours.copy), NOTHING);
	copy(queue, FILE_IOVA, address_of(ours.copy));
	return 0;
}
