// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls, each with every member of its structure. check-uapi compares the
 * table with the headers: what they have and the table has not fails the build.
 */
#include <linux/ioasid.h>
#include <linux/ioasid_sim.h>
#include <string.h>
#include <sys/ioctl.h>

#include "calls.h"

#define LARGEST_STRUCT	256

#define WIDTH(s, m)	sizeof(((struct ioasid_##s){}).m)

/* A member that the caller sets. What follows says more about it. */
#define IN(s, m, how, ...) { \
	.name = #m, .kind = KIND_##how, \
	.offset = offsetof(struct ioasid_##s, m), .width = WIDTH(s, m), \
	__VA_ARGS__ \
}

/* A member that the kernel sets. */
#define OUT(s, m, what) { \
	.name = #m, .gives = what, \
	.offset = offsetof(struct ioasid_##s, m), .width = WIDTH(s, m), \
}

/* What all have: the fd, where the structure is, and its first two members. */
#define ON(s, what) \
	[0] = { .name = "on", .kind = KIND_ZERO, .wants = what }, \
	{ .name = "at", .kind = KIND_AT }, \
	IN(s, size, SIZE, .initial = sizeof(struct ioasid_##s))

#define IOCTL(nr, s, often) \
	.run = run_ioctl, .weight = often, .cmd = nr, \
	.size = sizeof(struct ioasid_##s)

#define READ_WRITE	.initial = IOASID_READ | IOASID_WRITE
#define PAGES(n)	.initial = (n) * PAGE
#define AT_ARENA	.initial = ARENA
#define REASON		.initial = ARENA + 15 * PAGE, \
			.inner = sizeof(struct ioasid_reason)
#define STATUS		.initial = ARENA + 15 * PAGE, \
			.inner = sizeof(struct ioasid_status)

#define LIMITS		VALUES(0, 1, 4, 64, 4096, 0xffffffff)
#define RIGHTS		VALUES(IOASID_RIGHT_ATTACH, IOASID_RIGHT_MAP, \
			       IOASID_RIGHT_ACCESS, IOASID_RIGHT_FAULT, \
			       IOASID_RIGHT_MANAGE)
#define POWERS		VALUES(0, PAGE, 4 * PAGE, HUGE, 1 << 30)
#define MAP_FLAGS	VALUES(IOASID_READ, IOASID_WRITE, IOASID_MAP_FIXED, \
			       IOASID_MAP_FILE, IOASID_MAP_SPACE)
#define PREFAULT_FLAGS	VALUES(IOASID_READ, IOASID_WRITE, IOASID_PREFAULT_PIN)
#define ATTACH_FLAGS	VALUES(IOASID_SIM_ATTACH_NO_FAULT, \
			       IOASID_SIM_ATTACH_SELF)

#define MAP(what, source) \
	[3] = IN(map, flags, FLAGS, MAP_FLAGS, \
	   .initial = IOASID_READ | IOASID_WRITE | IOASID_MAP_FIXED | (what)), \
	IN(map, fd, ZERO, .wants = (what) ? (source) : 0), \
	IN(map, __reserved, ZERO), \
	IN(map, address, PAGE, \
	   .initial = (what) == IOASID_MAP_FILE ? 0 : ARENA), \
	IN(map, length, LENGTH, PAGES(16)), \
	IN(map, iova, PAGE, AT_ARENA, .wants = ADDRESS), \
	IN(map, last, PAGE), \
	IN(map, alignment, CHOICE, POWERS), \
	IN(map, page_size_max, CHOICE, POWERS)

/* The number @width bytes wide, in the byte order of this machine. */
static __u64 load(const char *from, unsigned int width)
{
	__u64 number = 0;

	memcpy(&number, from, width);
	return number;
}

static void fill(const struct call *call, const __u64 *args, char *buf)
{
	const struct arg *arg;
	unsigned int i;

	for (i = 2; i < call_nr_args(call); i++) {
		arg = &call->args[i];
		memcpy(buf + arg->offset, &args[i], arg->width);
		if (arg->inner)
			poke(args[i], &arg->inner, sizeof(arg->inner));
	}
}

static long run_ioctl(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	void *at = (void *)args[1];
	const struct output *out;
	char buf[LARGEST_STRUCT] = {};
	unsigned int i;
	long rc;

	fill(call, args, buf);
	if (at)
		poke(args[1], buf, call->size);
	rc = result(ioctl(args[0], call->cmd, at ? at : buf));
	if (at)
		peek(args[1], buf, call->size);
	for (i = 0; i < call_nr_outputs(call); i++) {
		out = &call->outputs[i];
		outputs[i] = load(buf + out->offset, out->width);
	}
	return rc;
}

const struct call ioctl_calls[] = {
	{
		"get_info", IOCTL(IOASID_GET_INFO, info, 1),
		.args = { ON(info, SYSTEM), IN(info, flags, ZERO),
			  IN(info, __reserved, ZERO),
			  IN(info, __reserved2, ZERO) },
	}, {
		"alloc_sva", IOCTL(IOASID_ALLOC, alloc, 3),
		.args = { ON(alloc, SYSTEM), IN(alloc, flags, ZERO),
			  IN(alloc, type, ZERO, .initial = IOASID_TYPE_SVA),
			  IN(alloc, __reserved, ZERO),
			  IN(alloc, reason, BYTE, REASON) },
		.outputs = { OUT(alloc, out_fd, SVA),
			     OUT(alloc, out_pasid, PASID) },
	}, {
		"alloc_iova", IOCTL(IOASID_ALLOC, alloc, 3),
		.args = { ON(alloc, SYSTEM), IN(alloc, flags, ZERO),
			  IN(alloc, type, ZERO, .initial = IOASID_TYPE_IOVA),
			  IN(alloc, __reserved, ZERO),
			  IN(alloc, reason, BYTE, REASON) },
		.outputs = { OUT(alloc, out_fd, IOVA),
			     OUT(alloc, out_pasid, PASID) },
	}, {
		"status", IOCTL(IOASID_STATUS, status, 2),
		.args = { ON(status, SPACE), IN(status, flags, ZERO),
			  IN(status, __reserved, ZERO) },
	}, {
		"free", IOCTL(IOASID_FREE, free, 4),
		.args = { ON(free, SPACE), IN(free, flags, ZERO),
			  IN(free, __reserved, ZERO) },
	}, {
		"share", IOCTL(IOASID_SHARE, share, 3),
		.args = { ON(share, SPACE), IN(share, flags, ZERO),
			  IN(share, rights, FLAGS, RIGHTS,
			     .initial = IOASID_RIGHT_ALL) },
		.outputs = { OUT(share, out_fd, SPACE) },
	}, {
		"attachments", IOCTL(IOASID_ATTACHMENTS, attachments, 3),
		.args = { ON(attachments, SPACE | SYSTEM),
			  IN(attachments, flags, ZERO),
			  IN(attachments, nr, CHOICE, LIMITS, .initial = 4),
			  IN(attachments, pasid, ZERO, .wants = PASID),
			  IN(attachments, __reserved, ZERO),
			  IN(attachments, id, CHOICE, VALUES(0, 1, 2)),
			  IN(attachments, entries, BYTE, AT_ARENA) },
	}, {
		"cut", IOCTL(IOASID_CUT, cut, 4),
		.args = { ON(cut, SPACE), IN(cut, flags, ZERO),
			  IN(cut, id, CHOICE, VALUES(0, 1, 2, 3),
			     .initial = 1),
			  IN(cut, __reserved, ZERO) },
	}, {
		"next", IOCTL(IOASID_NEXT, next, 2),
		.args = { ON(next, SYSTEM), IN(next, flags, ZERO),
			  IN(next, pasid, NUMBER, .wants = PASID),
			  IN(next, status, BYTE, STATUS) },
		.outputs = { OUT(next, out_pasid, PASID) },
	}, {
		"map", IOCTL(IOASID_MAP, map, 8),
		.args = { ON(map, IOVA), MAP(0, 0) },
		.outputs = { OUT(map, out_iova, ADDRESS) },
	}, {
		"map_file", IOCTL(IOASID_MAP, map, 4),
		.args = { ON(map, IOVA), MAP(IOASID_MAP_FILE, MEMFD) },
		.outputs = { OUT(map, out_iova, ADDRESS) },
	}, {
		"map_space", IOCTL(IOASID_MAP, map, 4),
		.args = { ON(map, IOVA), MAP(IOASID_MAP_SPACE, IOVA) },
		.outputs = { OUT(map, out_iova, ADDRESS) },
	}, {
		"unmap", IOCTL(IOASID_UNMAP, unmap, 5),
		.args = { ON(unmap, IOVA),
			  IN(unmap, flags, FLAGS, VALUES(IOASID_UNMAP_ALL)),
			  IN(unmap, iova, PAGE, AT_ARENA, .wants = ADDRESS),
			  IN(unmap, length, LENGTH, PAGES(1)) },
	}, {
		"maps", IOCTL(IOASID_MAPS, maps, 2),
		.args = { ON(maps, IOVA), IN(maps, flags, ZERO),
			  IN(maps, nr, CHOICE, LIMITS, .initial = 4),
			  IN(maps, iova, BYTE, .wants = ADDRESS),
			  IN(maps, entries, BYTE, AT_ARENA) },
	}, {
		"iova_ranges", IOCTL(IOASID_IOVA_RANGES, iova_ranges, 2),
		.args = { ON(iova_ranges, IOVA), IN(iova_ranges, flags, ZERO),
			  IN(iova_ranges, nr, CHOICE, LIMITS, .initial = 4),
			  IN(iova_ranges, ranges, BYTE, AT_ARENA) },
	}, {
		"iova_keep", IOCTL(IOASID_IOVA_KEEP, iova_keep, 2),
		.args = { ON(iova_keep, IOVA), IN(iova_keep, flags, ZERO),
			  IN(iova_keep, nr, CHOICE, VALUES(0, 1, 2, 64, 65),
			     .initial = 1),
			  IN(iova_keep, __reserved, ZERO),
			  IN(iova_keep, ranges, BYTE, AT_ARENA) },
	}, {
		"translate", IOCTL(IOASID_TRANSLATE, translate, 2),
		.args = { ON(translate, SPACE), IN(translate, flags, ZERO),
			  IN(translate, iova, BYTE, AT_ARENA,
			     .wants = ADDRESS),
			  IN(translate, __reserved, ZERO) },
	}, {
		"prefault", IOCTL(IOASID_PREFAULT, prefault, 4),
		.args = { ON(prefault, SVA),
			  IN(prefault, flags, FLAGS, PREFAULT_FLAGS,
			     READ_WRITE),
			  IN(prefault, iova, PAGE, AT_ARENA),
			  IN(prefault, length, LENGTH, PAGES(16)) },
	}, {
		"unpin", IOCTL(IOASID_UNPIN, unpin, 3),
		.args = { ON(unpin, SVA),
			  IN(unpin, flags, FLAGS, VALUES(IOASID_UNMAP_ALL)),
			  IN(unpin, iova, PAGE, AT_ARENA),
			  IN(unpin, length, LENGTH, PAGES(16)) },
	}, {
		"fault_open", IOCTL(IOASID_FAULT_OPEN, fault_open, 3),
		.args = { ON(fault_open, IOVA), IN(fault_open, flags, ZERO),
			  IN(fault_open, depth, CHOICE,
			     VALUES(0, 1, 2, 4096, 4097)) },
		.outputs = { OUT(fault_open, out_fd, FAULT) },
	}, {
		"attach", IOCTL(IOASID_SIM_ATTACH, sim_attach, 8),
		.args = { ON(sim_attach, QUEUE),
			  IN(sim_attach, flags, FLAGS, ATTACH_FLAGS),
			  IN(sim_attach, fd, ZERO, .wants = SPACE),
			  IN(sim_attach, cookie, NUMBER),
			  IN(sim_attach, __reserved, ZERO),
			  IN(sim_attach, reason, BYTE, REASON) },
		.outputs = { OUT(sim_attach, out_pasid, PASID) },
	}, {
		"attach_self", IOCTL(IOASID_SIM_ATTACH, sim_attach, 2),
		.args = { ON(sim_attach, QUEUE),
			  IN(sim_attach, flags, FLAGS, ATTACH_FLAGS,
			     .initial = IOASID_SIM_ATTACH_SELF),
			  IN(sim_attach, fd, ZERO),
			  IN(sim_attach, cookie, NUMBER),
			  IN(sim_attach, __reserved, ZERO),
			  IN(sim_attach, reason, BYTE, REASON) },
	}, {
		"detach", IOCTL(IOASID_SIM_DETACH, sim_detach, 4),
		.args = { ON(sim_detach, QUEUE), IN(sim_detach, flags, ZERO),
			  IN(sim_detach, pasid, ZERO, .wants = PASID),
			  IN(sim_detach, __reserved, ZERO) },
	}, {
		"get_error", IOCTL(IOASID_SIM_GET_ERROR, sim_error, 1),
		.args = { ON(sim_error, QUEUE), IN(sim_error, flags, ZERO) },
	},
	{}
};
