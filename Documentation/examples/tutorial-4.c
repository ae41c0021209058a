// SPDX-License-Identifier: GPL-2.0-only
/*
 * Step 4 of Documentation/tutorial/program.rst: take the memory back.
 *
 * The service is a process of its own, which has the queue. The client has the
 * memory. They share a socket and nothing else.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#define SIZE	0x100000

static char from[SIZE], to[SIZE];

/* What the client asks for: all addresses are of its own memory. */
struct request {
	__u64 to;
	__u64 from;
	__u64 record;
	__u32 size;
};

/* Returns what a function of the library has returned, unless it failed. */
static int check(enum ioasid_op op, int rc)
{
	if (rc < 0)
		errx(1, "%s", ioasid_explain(op, rc));
	return rc;
}

static int make_space(__u32 *pasid)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open());
	int space = check(IOASID_OP_ALLOC,
			  ioasid_space_alloc_sva(system, pasid));

	close(system);
	return space;
}

static void print_status(int space)
{
	struct ioasid_status status;

	check(IOASID_OP_SPACE, ioasid_space_status(space, &status));
	printf("client: state %s, %llu page requests resolved\n",
	       ioasid_state_name(status.out_state), status.out_faults);
}

static int open_queue(int space)
{
	int queue = check(IOASID_OP_QUEUE_OPEN,
			  ioasid_queue_open("/dev/ioasid_sim0", 0));

	check(IOASID_OP_ATTACH, ioasid_queue_attach(queue, space, NULL));
	return queue;
}

/* Returns what the record would say if it could not be written, otherwise 0. */
static __u8 serve(int queue, const struct request *request)
{
	struct ioasid_sim_error error;
	struct dsa_hw_desc desc;

	ioasid_desc_memmove(&desc, 0, request->record, request->to,
			    request->from, request->size);
	check(IOASID_OP_SUBMIT, ioasid_queue_submit(queue, &desc, 1));
	ioasid_queue_wait(queue, -1);
	check(IOASID_OP_WAIT, ioasid_queue_error(queue, &error));
	return error.out_status;
}

/* Ends when the client has closed the socket. */
static void run_service(int socket)
{
	struct request request;
	int space, queue;
	char hello;
	__u8 status;

	space = check(IOASID_OP_PASS,
		      ioasid_fd_recv(socket, &hello, sizeof(hello)));
	queue = open_queue(space);
	close(space);
	while (recv(socket, &request, sizeof(request), 0) == sizeof(request)) {
		status = serve(queue, &request);
		send(socket, &status, sizeof(status), MSG_NOSIGNAL);
	}
}

/* Returns the socket at which a service works. */
static int start_service(void)
{
	int sockets[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		err(1, "socketpair");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	close(sockets[pid ? 1 : 0]);
	if (pid)
		return sockets[0];
	run_service(sockets[1]);
	exit(0);
}

/* The record is in our memory, where the device writes it. */
static void copy_by_device(int service)
{
	static struct ioasid_job job;
	struct request request = {
		.to = (unsigned long)to,
		.from = (unsigned long)from,
		.record = ioasid_job_record(&job),
		.size = SIZE,
	};
	__u8 status;

	if (send(service, &request, sizeof(request), MSG_NOSIGNAL) < 0 ||
	    recv(service, &status, sizeof(status), 0) != sizeof(status))
		errx(1, "the service has ended");
	printf("client: copy of %u bytes: %s\n", SIZE,
	       ioasid_completion_explain(job.record.status ?: status));
}

/* The service still holds the space. The device does not reach it any more. */
static void take_back(int service, int space)
{
	int state = check(IOASID_OP_SPACE, ioasid_space_free(space));

	printf("client: took it back: %s\n", ioasid_state_name(state));
	memset(to, 0, SIZE);
	copy_by_device(service);
	printf("client: the copy %s its source\n",
	       memcmp(to, from, SIZE) ? "differs from" : "equals");
	close(service);
	check(IOASID_OP_SPACE, ioasid_space_wait_released(space, -1));
	print_status(space);
}

int main(void)
{
	int service = start_service();
	int space = make_space(NULL);

	memset(from, 'x', SIZE);
	check(IOASID_OP_PASS,
	      ioasid_space_pass(service, space, IOASID_RIGHT_ATTACH, "", 1));
	copy_by_device(service);
	printf("client: the copy %s its source\n",
	       memcmp(to, from, SIZE) ? "differs from" : "equals");
	print_status(space);
	take_back(service, space);
	wait(NULL);
	return 0;
}
