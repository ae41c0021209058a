// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps several accelerators busy from one thread, with poll().
 *
 *	ioasid-loop SOURCE DESTINATION ACCELERATOR...
 *
 * A file is copied chunk by chunk. Each accelerator has some of the chunks in
 * flight; where one completes, the next is submitted. Nothing here blocks but
 * poll(), so other descriptors could be watched there as well. All queues have
 * the same space attached.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "files.h"

#define CHUNK		0x40000u
#define IN_FLIGHT	4
#define MAX_QUEUES	16

/**
 * struct queue - One accelerator, and its chunks in flight
 * @name: of its node
 * @fd: the queue; it does not wait for room
 * @jobs: free when the size in the descriptor is 0
 * @chunks: how many it has copied
 */
struct queue {
	const char *name;
	int fd;
	struct ioasid_job jobs[IN_FLIGHT];
	unsigned int chunks;
};

/**
 * struct copy - What is to be copied
 * @source: where it is
 * @destination: where it goes
 * @size: of both
 * @begun: how much of it has been submitted
 * @done: how much has been copied
 */
struct copy {
	char *source;
	char *destination;
	__u32 size;
	__u32 begun;
	__u32 done;
};

/* The only space of a queue needs no PASID. */
static void submit_next(struct queue *queue, struct ioasid_job *job,
			struct copy *copy)
{
	__u32 size = copy->size - copy->begun;

	if (size > CHUNK)
		size = CHUNK;
	ioasid_desc_memmove(&job->desc, 0, ioasid_job_record(job),
			    (unsigned long)copy->destination + copy->begun,
			    (unsigned long)copy->source + copy->begun, size);
	if (size)
		check(IOASID_OP_SUBMIT, ioasid_job_submit(queue->fd, job),
		      queue->name);
	copy->begun += size;
}

static void complete(struct queue *queue, struct ioasid_job *job,
		     struct copy *copy)
{
	if (job->record.status != DSA_COMP_SUCCESS)
		die(queue->name, ioasid_completion_explain(job->record.status));
	copy->done += job->desc.xfer_size;
	queue->chunks++;
	submit_next(queue, job, copy);
}

/* One interrupt may stand for several jobs, and the records say for which. */
static void serve(struct queue *queue, struct copy *copy)
{
	unsigned int i;

	check(IOASID_OP_WAIT, ioasid_queue_wait(queue->fd, 0), queue->name);
	for (i = 0; i < IN_FLIGHT; i++)
		if (queue->jobs[i].desc.xfer_size &&
		    __atomic_load_n(&queue->jobs[i].record.status,
				    __ATOMIC_ACQUIRE))
			complete(queue, &queue->jobs[i], copy);
}

static void submit_first(struct queue *queue, struct copy *copy)
{
	unsigned int i;

	for (i = 0; i < IN_FLIGHT; i++)
		submit_next(queue, &queue->jobs[i], copy);
}

static void run(struct queue *queues, unsigned int nr, struct copy *copy)
{
	struct pollfd fds[MAX_QUEUES];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		fds[i] = (struct pollfd){ .fd = queues[i].fd,
					  .events = POLLIN };
		submit_first(&queues[i], copy);
	}
	while (copy->done < copy->size && poll(fds, nr, -1) > 0)
		for (i = 0; i < nr; i++)
			if (fds[i].revents)
				serve(&queues[i], copy);
}

int main(int argc, char **argv)
{
	static struct queue queues[MAX_QUEUES];
	unsigned int nr = argc - 3, i;
	struct copy copy = {};
	int space;

	if (argc < 4 || nr > MAX_QUEUES)
		die("usage", "ioasid-loop SOURCE DESTINATION ACCELERATOR...");
	copy.source = map_file(argv[1], false, &copy.size);
	copy.destination = map_file(argv[2], true, &copy.size);
	space = make_space(IOASID_TYPE_SVA, NULL);
	for (i = 0; i < nr; i++) {
		queues[i].name = argv[3 + i];
		queues[i].fd = open_queue(argv[3 + i], O_NONBLOCK, space);
	}
	run(queues, nr, &copy);
	for (i = 0; i < nr; i++)
		printf("loop: %s copied %u chunks\n", queues[i].name,
		       queues[i].chunks);
	if (memcmp(copy.source, copy.destination, copy.size))
		die("the copy", "differs");
	printf("loop: %u bytes, equal to their source\n", copy.done);
	return EXIT_SUCCESS;
}
