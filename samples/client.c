// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that lets somebody else's accelerator work on its own memory.
 *
 *	ioasid-client SOCKET SOURCE DESTINATION
 *
 * It maps two files, makes a space of its memory and hands the space's
 * descriptor to the service. From then on it only sends pointers. At the end it
 * takes the space back and tries what the accelerator still reaches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "connection.h"
#include "files.h"
#include "protocol.h"

struct client {
	int socket;
	int space;
	__u32 size;
};

static alignas(32) struct dsa_completion_record record;

static void make_own_space(struct client *client)
{
	__u32 pasid;

	client->space = make_space(IOASID_TYPE_SVA, &pasid);
	printf("client: my memory is an I/O address space: PASID %u\n", pasid);
}

static struct reply receive(const struct client *client)
{
	struct reply reply;

	if (!receive_message(client->socket, &reply, sizeof(reply)))
		die("no reply", "the service has ended");
	return reply;
}

static void hand_over(const struct client *client)
{
	struct hello hello = { .size = sizeof(struct request) };

	check(IOASID_OP_PASS,
	      ioasid_space_pass(client->socket, client->space,
				IOASID_RIGHT_ATTACH, &hello, sizeof(hello)),
	      "cannot pass the space");
	check(IOASID_OP_ATTACH, receive(client).rc, "refused");
	printf("client: shared it, with the right to attach: it is attached\n");
}

/* All addresses are plain pointers of this process. */
static struct reply ask(const struct client *client, enum dsa_opcode opcode,
			const void *source, void *destination, __u32 size)
{
	const struct request request = {
		.opcode = opcode,
		.size = size,
		.source = (unsigned long)source,
		.destination = (unsigned long)destination,
		.record = (unsigned long)&record,
	};

	memset((void *)&record, 0, sizeof(record));
	send_message(client->socket, &request, sizeof(request));
	return receive(client);
}

static __u32 run(const struct client *client, enum dsa_opcode opcode,
		 const void *source, void *destination)
{
	const char *name = ioasid_opcode_name(opcode);
	struct reply reply;

	reply = ask(client, opcode, source, destination, client->size);
	check(IOASID_OP_SUBMIT, reply.rc, name);
	if (record.status != DSA_COMP_SUCCESS)
		die(name, ioasid_completion_explain(record.status));
	printf("client: %s of %u bytes at %p: status 0x%02x, success\n", name,
	       client->size, source, record.status);
	return record.crc_val;
}

static void take_back(const struct client *client, const void *source)
{
	static const char before[64] = "what was here before";
	static char canary[64];
	struct reply reply;
	int state;

	state = check(IOASID_OP_SPACE, ioasid_space_free(client->space),
		      "cannot take the space back");
	printf("client: took the space back: %s\n", ioasid_state_name(state));
	memcpy(canary, before, sizeof(canary));
	reply = ask(client, DSA_OPCODE_MEMMOVE, source, canary, sizeof(canary));
	if (!reply.rc && !reply.error)
		die("the accelerator", "was not refused");
	if (memcmp(canary, before, sizeof(canary)) || record.status)
		die("the accelerator", "wrote after the space was taken back");
	printf("client: one more copy: status 0x%02x, %s\n", reply.status,
	       ioasid_completion_explain(reply.status));
	printf("client: its record: error 0x%02x, %s\n", reply.error,
	       ioasid_completion_explain(reply.error));
}

int main(int argc, char **argv)
{
	struct ioasid_status status;
	struct client client = {};
	void *source, *destination;

	if (argc != 4)
		die("usage", "ioasid-client SOCKET SOURCE DESTINATION");
	setvbuf(stdout, NULL, _IOLBF, 0);
	source = map_file(argv[2], false, &client.size);
	destination = map_file(argv[3], true, &client.size);
	printf("client: mapped %s, %u bytes, at %p and %s at %p\n", argv[2],
	       client.size, source, argv[3], destination);
	make_own_space(&client);
	client.socket = connect_to(argv[1]);
	hand_over(&client);

	run(&client, DSA_OPCODE_MEMMOVE, source, destination);
	printf("client: CRC32C %08x\n",
	       run(&client, DSA_OPCODE_CRCGEN, destination, NULL));
	ioasid_space_status(client.space, &status);
	printf("client: %llu page requests resolved, %llu refused\n",
	       status.out_faults, status.out_faults_failed);
	if (memcmp(source, destination, client.size))
		die("the copy", "differs");
	printf("client: the copy equals its source\n");

	take_back(&client, source);
	return EXIT_SUCCESS;
}
