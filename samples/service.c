// SPDX-License-Identifier: GPL-2.0-only
/*
 * A service that owns an accelerator and lets it work for others.
 *
 *	ioasid-service SOCKET [ACCELERATOR]
 *
 * Each client gets a process and a queue of its own: clients share nothing, and
 * whatever way one ends, the end of its process lets go of its space. The
 * service never sees a client's memory, only an IOASID fd and numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common.h"
#include "connection.h"
#include "protocol.h"

struct client {
	int socket;
	int queue;
	__u32 pasid;
	pid_t pid;
};

static void let_in(struct client *client, const char *accelerator)
{
	struct reply reply = { .rc = -EPROTONOSUPPORT };
	struct hello hello;
	int space;

	space = check(IOASID_OP_PASS,
		      ioasid_fd_recv(client->socket, &hello, sizeof(hello)),
		      "no space received");
	client->queue = check(IOASID_OP_QUEUE_OPEN,
			      ioasid_queue_open(accelerator, O_NONBLOCK),
			      accelerator);
	if (hello.size == sizeof(struct request))
		reply.rc = attach_space(client->queue, space,
					&client->pasid);
	close(space);
	send_message(client->socket, &reply, sizeof(reply));
	if (reply.rc)
		exit(EXIT_FAILURE);
	printf("service: attached the space of process %d, PASID %u\n",
	       client->pid, client->pasid);
}

static int submit(const struct client *client, const struct request *request)
{
	struct dsa_hw_desc desc;

	if (request->opcode == DSA_OPCODE_MEMMOVE)
		ioasid_desc_memmove(&desc, client->pasid, request->record,
				    request->destination, request->source,
				    request->size);
	else if (request->opcode == DSA_OPCODE_CRCGEN)
		ioasid_desc_crc(&desc, client->pasid, request->record,
				request->source, request->size, 0);
	else
		return -EOPNOTSUPP;
	return ioasid_queue_submit(client->queue, &desc, 1);
}

/* The interrupt says that it is over; the error register, how it went wrong. */
static void work(const struct client *client, const struct request *request)
{
	struct ioasid_sim_error error = {};
	struct reply reply;
	const char *outcome;

	reply.rc = submit(client, request);
	if (reply.rc > 0) {
		ioasid_queue_wait(client->queue, -1);
		reply.rc = ioasid_queue_error(client->queue, &error);
	}
	reply.error = error.out_error;
	reply.status = error.out_status;
	outcome = "done";
	if (reply.error)
		outcome = ioasid_completion_explain(reply.status);
	if (reply.rc)
		outcome = ioasid_explain(IOASID_OP_SUBMIT, reply.rc);
	printf("service: %s of %u bytes for process %d: %s\n",
	       ioasid_opcode_name(request->opcode) ?: "something unknown",
	       request->size, client->pid, outcome);
	send_message(client->socket, &reply, sizeof(reply));
}

/* POLLPRI stays until the space is detached, so it is watched for once. */
static void serve(const struct client *client)
{
	struct pollfd fds[] = {
		{ .fd = client->socket, .events = POLLIN },
		{ .fd = client->queue, .events = POLLPRI },
	};
	struct request request;

	while (poll(fds, 2, -1) > 0) {
		if (fds[1].revents & POLLPRI) {
			printf("service: process %d took its space back\n",
			       client->pid);
			fds[1].fd = -1;
		} else if (fds[1].revents) {
			die("cannot go on", "the accelerator has gone");
		}
		if (!fds[0].revents)
			continue;
		if (!receive_message(client->socket, &request, sizeof(request)))
			break;
		work(client, &request);
	}
	printf("service: process %d is gone, its space is let go\n",
	       client->pid);
}

static void take_client(int listener, const char *accelerator)
{
	struct client client = {};

	client.socket = accept_client(listener, &client.pid);
	if (!fork()) {
		let_in(&client, accelerator);
		serve(&client);
		exit(EXIT_SUCCESS);
	}
	close(client.socket);
}

int main(int argc, char **argv)
{
	const char *accelerator = argc == 3 ? argv[2] : "/dev/ioasid_sim0";
	int listener;

	if (argc < 2 || argc > 3)
		die("usage", "ioasid-service SOCKET [ACCELERATOR]");
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGCHLD, SIG_IGN);
	listener = listen_at(argv[1]);
	printf("service: %s works for clients of %s\n", accelerator, argv[1]);
	for (;;)
		take_client(listener, accelerator);
}
