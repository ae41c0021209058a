/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the sample client and the sample service say to each other, over a Unix
 * socket that keeps messages apart (SOCK_SEQPACKET).
 *
 * The client's first message is a struct hello with its IOASID fd. Every other
 * one is a struct request. The service answers each with a struct reply.
 *
 * All addresses are those of the client. The service puts them into descriptors
 * and cannot look behind them itself, nor at the completion record: the client
 * reads that in its own memory once the reply is there.
 */
#ifndef SAMPLES_PROTOCOL_H
#define SAMPLES_PROTOCOL_H

#include <linux/types.h>

/**
 * struct hello - Goes with the IOASID fd
 * @size: sizeof(struct request), so that both mean the same protocol
 */
struct hello {
	__u32 size;
};

/**
 * struct request - Work for the accelerator
 * @opcode: DSA_OPCODE_MEMMOVE or DSA_OPCODE_CRCGEN
 * @size: in bytes
 * @source: address to read
 * @destination: address to write, for DSA_OPCODE_MEMMOVE
 * @record: address of a struct dsa_completion_record
 */
struct request {
	__u32 opcode;
	__u32 size;
	__u64 source;
	__u64 destination;
	__u64 record;
};

/**
 * struct reply - What came of a message
 * @rc: 0, or the negative errno of the service's attempt to attach or submit
 * @error: not 0: the record could not be written, and @status is what it would
 *	have said
 * @status: see @error
 */
struct reply {
	__s32 rc;
	__u32 error;
	__u32 status;
};

#endif
