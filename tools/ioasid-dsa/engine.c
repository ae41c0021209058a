// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../common/message.h"
#include "engine.h"

static int try_open(struct engine *engine, const char *path)
{
	engine->queue = ioasid_queue_open(path, O_NONBLOCK);
	if (engine->queue < 0)
		return engine->queue;
	engine->path = strdup(path);
	return 0;
}

/* The error of the first accelerator is the one that counts. */
static int open_first(struct engine *engine)
{
	glob_t nodes;
	size_t i;
	int rc = -ENOENT, one;

	if (glob("/dev/ioasid_sim[0-9]*", 0, NULL, &nodes)) {
		complain("no accelerator: try 'modprobe ioasid_sim'");
		return rc;
	}
	for (i = 0; i < nodes.gl_pathc && rc; i++) {
		one = try_open(engine, nodes.gl_pathv[i]);
		if (!one || !i)
			rc = one;
	}
	if (rc)
		complain("cannot open %s: %s", nodes.gl_pathv[0],
			 ioasid_explain(IOASID_OP_QUEUE_OPEN, rc));
	globfree(&nodes);
	return rc;
}

static int open_queue(struct engine *engine, const char *path)
{
	int rc;

	if (!path)
		return open_first(engine);
	rc = try_open(engine, path);
	if (rc)
		complain("cannot open %s: %s", path,
			 ioasid_explain(IOASID_OP_QUEUE_OPEN, rc));
	return rc;
}

/* The kernel may know more than the errno. */
static const char *explain(enum ioasid_op op, int rc,
			   const struct ioasid_reason *reason)
{
	static char text[IOASID_REASON_TEXT_SIZE];

	return ioasid_reason_text(reason, text, sizeof(text)) ?:
	       ioasid_explain(op, rc);
}

static int alloc_space(struct engine *engine)
{
	struct ioasid_reason reason;
	int system;

	system = ioasid_system_open();
	if (system < 0) {
		complain("cannot open /dev/ioasid: %s",
			 ioasid_explain(IOASID_OP_SYSTEM_OPEN, system));
		return system;
	}
	engine->space = ioasid_space_alloc(system, IOASID_TYPE_SVA, NULL,
					   &reason);
	close(system);
	if (engine->space < 0) {
		complain("cannot create an I/O address space: %s",
			 explain(IOASID_OP_ALLOC, engine->space, &reason));
		return engine->space;
	}
	return 0;
}

static int attach(struct engine *engine)
{
	struct ioasid_reason reason = { .size = sizeof(reason) };
	struct ioasid_sim_attach attach = {
		.fd = engine->space,
		.reason = (unsigned long)&reason,
	};
	int rc;

	rc = ioasid_queue_attach_with(engine->queue, &attach);
	if (rc)
		complain("%s cannot use this process's memory: %s",
			 engine->path, explain(IOASID_OP_ATTACH, rc, &reason));
	engine->pasid = attach.out_pasid;
	return rc;
}

static int map_zeros(struct engine *engine)
{
	engine->zeros = mmap(NULL, PIECE_SIZE, PROT_READ,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (engine->zeros != MAP_FAILED)
		return 0;
	complain("out of memory");
	return -ENOMEM;
}

struct engine *engine_open(const char *path)
{
	struct engine *engine;

	engine = aligned_alloc(alignof(struct engine), sizeof(*engine));
	if (!engine) {
		complain("out of memory");
		return NULL;
	}
	*engine = (struct engine){ .queue = -1, .space = -1 };
	if (map_zeros(engine) || alloc_space(engine) ||
	    open_queue(engine, path) || attach(engine)) {
		engine_close(engine);
		return NULL;
	}
	return engine;
}

/* The queue goes first: nothing is written to @pieces afterwards. */
void engine_close(struct engine *engine)
{
	if (engine->queue >= 0)
		close(engine->queue);
	if (engine->space >= 0)
		close(engine->space);
	if (engine->zeros != MAP_FAILED)
		munmap(engine->zeros, PIECE_SIZE);
	free(engine->path);
	free(engine);
}
