/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libioasid: I/O address spaces (IOASIDs, in prose: spaces) from user space.
 *
 * A space is a file descriptor. The functions here make one of the caller's own
 * memory, look at it, pass it on and take it back, and find out who holds
 * which. <linux/ioasid.h> says what a space is; <ioasid/dsa.h> drives an
 * accelerator that is let into one.
 *
 * Rules for all functions:
 *
 *  - Those that return an int return a negative errno on failure, and have then
 *    changed nothing. They do not set errno. ioasid_explain() puts the error
 *    into words.
 *  - There is no global state. They may be called from any thread, also with
 *    the same descriptor, and none of them retries after a signal: -EINTR is
 *    the caller's to judge.
 *  - Descriptors that they return have FD_CLOEXEC set and belong to the caller,
 *    who closes them with close(2).
 */
#ifndef IOASID_IOASID_H
#define IOASID_IOASID_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/ioasid.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ioasid_system_open() - Open the system fd, /dev/ioasid
 *
 * Return: The fd, open for reading and writing. -ENOENT: the kernel module
 * ioasid is not loaded; and the errors of open(2).
 */
int ioasid_system_open(void);

/**
 * ioasid_system_info() - Ask what the running kernel offers
 * @system: a system fd
 * @info: what IOASID_GET_INFO returns
 *
 * Return: 0, or -ENOTTY: @system is not a system fd.
 */
int ioasid_system_info(int system, struct ioasid_info *info);

/**
 * ioasid_space_alloc_sva() - Make a space of the calling process's memory
 * @system: a system fd
 * @pasid: the PASID of the space, may be NULL
 *
 * Return: The IOASID fd. -ENOSPC: no PASID is left; -EMFILE, -ENFILE, -ENOMEM,
 * -ENOTTY, -EPERM: as IOASID_ALLOC.
 */
int ioasid_space_alloc_sva(int system, __u32 *pasid);

/**
 * ioasid_space_status() - Look at a space
 * @space: an IOASID fd
 * @status: what IOASID_STATUS returns
 *
 * Return: 0, or -ENOTTY: @space is not an IOASID fd.
 */
int ioasid_space_status(int space, struct ioasid_status *status);

/**
 * ioasid_space_free() - Take a space back from every device
 * @space: an IOASID fd, which stays open
 *
 * When this returns no device reaches the memory any more. It may be repeated.
 *
 * Return: IOASID_STATE_FREE, or IOASID_STATE_FREE_PENDING while a driver still
 * holds an attachment. -ENOTTY: @space is not an IOASID fd.
 */
int ioasid_space_free(int space);

/**
 * ioasid_space_wait_hangup() - Wait until no device can use a space any more
 * @space: an IOASID fd
 * @timeout_ms: how long to wait, in milliseconds; negative: for ever
 *
 * That is so once the space was freed by anybody, or the process that an SVA
 * space is bound to is gone.
 *
 * Return: 0 when it is so, -ETIMEDOUT, -EINTR.
 */
int ioasid_space_wait_hangup(int space, int timeout_ms);

/**
 * ioasid_fd_send() - Pass a descriptor over a Unix socket, with a message
 * @socket: a connected Unix socket
 * @fd: the descriptor to pass; the caller keeps its own
 * @message: bytes that go with it
 * @size: size of @message, not 0
 *
 * The message is sent whole or not at all as long as it fits into the socket's
 * buffer; on a stream socket, send small ones.
 *
 * Return: 0. -EMSGSIZE: only a part was sent; and the errors of sendmsg(2),
 * with -EPIPE instead of SIGPIPE.
 */
int ioasid_fd_send(int socket, int fd, const void *message, size_t size);

/**
 * ioasid_fd_recv() - Receive a message with exactly one descriptor
 * @socket: a connected Unix socket
 * @message: where the message goes
 * @size: size of the message, which has to be that long
 *
 * Nothing that an untrusted peer sends leaks: descriptors of a message that is
 * refused are closed.
 *
 * Return: The descriptor. -ENODATA: the peer has closed the socket. -EBADMSG:
 * the message has another size, or not exactly one descriptor; and the errors
 * of recvmsg(2).
 */
int ioasid_fd_recv(int socket, void *message, size_t size);

/**
 * struct ioasid_fdinfo - What /proc says about an IOASID fd
 * @id: number of the space, never used twice
 * @type: type of the space, in the kernel's words
 * @state: state of the space, in the kernel's words
 * @pasid: PASID of the space
 * @mm_gone: the process that an SVA space is bound to is gone
 * @attachments: number of attachments
 * @faults: page requests answered with success
 * @faults_failed: page requests answered with failure
 * @mapped: bytes that devices reach without a page request
 * @nr_devices: number of @devices
 * @devices: names of the devices that are attached, as in /sys
 *
 * Made by the library only, so members may be added at the end.
 */
struct ioasid_fdinfo {
	__u64 id;
	char type[16];
	char state[16];
	__u32 pasid;
	bool mm_gone;
	__u32 attachments;
	__u64 faults;
	__u64 faults_failed;
	__u64 mapped;
	size_t nr_devices;
	char **devices;
};

/**
 * ioasid_fdinfo_read() - Look at an IOASID fd of any process
 * @pid: the process, 0 for the caller
 * @fd: the descriptor's number in that process
 * @fdinfo: the answer, to be given to ioasid_fdinfo_free()
 *
 * Return: 0. -ENOENT: there is no such process or descriptor. -EACCES, -EPERM:
 * the caller may not look at that process. -EBADFD: the descriptor is not an
 * IOASID fd. -EPROTO: the kernel's answer makes no sense. -ENOMEM.
 */
int ioasid_fdinfo_read(pid_t pid, int fd, struct ioasid_fdinfo **fdinfo);

/**
 * ioasid_fdinfo_free() - Give back what ioasid_fdinfo_read() returned
 * @fdinfo: may be NULL
 */
void ioasid_fdinfo_free(struct ioasid_fdinfo *fdinfo);

/**
 * struct ioasid_holder - A descriptor that keeps a space alive
 * @pid: process that has it
 * @fd: its number there
 * @comm: name of the process, as the kernel knows it: any bytes
 * @fdinfo: the space. Whoever wants to keep it sets this to NULL, and gives it
 *	to ioasid_fdinfo_free() later
 */
struct ioasid_holder {
	pid_t pid;
	int fd;
	char comm[32];
	struct ioasid_fdinfo *fdinfo;
};

/**
 * typedef ioasid_holder_fn - Called for each holder
 * @holder: valid during the call
 * @data: the caller's
 *
 * Return: 0 to go on, anything else to stop and have it returned.
 */
typedef int (*ioasid_holder_fn)(struct ioasid_holder *holder, void *data);

/**
 * ioasid_walk_holders() - Visit every IOASID fd that /proc lets one see
 * @fn: called for each, in the order of processes and descriptors
 * @data: passed to @fn
 * @hidden: number of processes that the caller may not look at; may be NULL
 *
 * A space that several descriptors refer to is visited once for each: compare
 * the id. Processes come and go meanwhile. Not seen are descriptors on their
 * way through a socket, and those of a thread that has a table of its own.
 *
 * Return: 0, what @fn returned, or the errors of opendir(3) on /proc.
 */
int ioasid_walk_holders(ioasid_holder_fn fn, void *data, unsigned int *hidden);

/**
 * ioasid_type_name() - Name of a type
 * @type: one of enum ioasid_type
 *
 * Return: The word of fdinfo, or NULL when the library does not know @type.
 */
const char *ioasid_type_name(__u32 type);

/**
 * ioasid_state_name() - Name of a state
 * @state: one of enum ioasid_state
 *
 * Return: The word of fdinfo, or NULL when the library does not know @state.
 */
const char *ioasid_state_name(__u32 state);

/**
 * enum ioasid_op - What the caller tried, for ioasid_explain()
 * @IOASID_OP_SYSTEM_OPEN: ioasid_system_open()
 * @IOASID_OP_ALLOC: ioasid_space_alloc_sva()
 * @IOASID_OP_SPACE: anything else with an IOASID fd or a system fd
 * @IOASID_OP_PASS: ioasid_fd_send() and ioasid_fd_recv()
 * @IOASID_OP_FDINFO: ioasid_fdinfo_read()
 * @IOASID_OP_QUEUE_OPEN: ioasid_queue_open()
 * @IOASID_OP_ATTACH: ioasid_queue_attach()
 * @IOASID_OP_DETACH: ioasid_queue_detach()
 * @IOASID_OP_SUBMIT: ioasid_queue_submit()
 * @IOASID_OP_WAIT: ioasid_job_wait() and ioasid_queue_wait()
 */
enum ioasid_op {
	IOASID_OP_SYSTEM_OPEN = 1,
	IOASID_OP_ALLOC = 2,
	IOASID_OP_SPACE = 3,
	IOASID_OP_PASS = 4,
	IOASID_OP_FDINFO = 5,
	IOASID_OP_QUEUE_OPEN = 6,
	IOASID_OP_ATTACH = 7,
	IOASID_OP_DETACH = 8,
	IOASID_OP_SUBMIT = 9,
	IOASID_OP_WAIT = 10,
};

/**
 * ioasid_explain() - Say what an error means and what can be done
 * @op: what failed
 * @rc: the negative errno that it returned
 *
 * Return: Text for the middle of a sentence, without a full stop or a newline.
 * It lives as long as the library and is never NULL.
 */
const char *ioasid_explain(enum ioasid_op op, int rc);

#ifdef __cplusplus
}
#endif

#endif
