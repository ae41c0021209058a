// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ABI rules that hold for every ioctl, from one table.
 *
 * Each fixture variant is one ioctl with its structure; each test is one rule
 * of the general section of <linux/ioasid.h>, or of the order in which causes
 * are checked. The variants come from the kernel's own tables (ops.awk), so an
 * ioctl without a row here, where its expectations are, does not compile. It
 * needs no more than that row, and a case in fill_members().
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"
#include "process.h"
#include "uapi.h"

enum fd_kind {
	FD_SYSTEM,
	FD_SVA,
	FD_IOVA,
	FD_FAULT,
	FD_QUEUE,
	FD_OWN_KINDS,
	FD_PIPE = FD_OWN_KINDS,
	FD_DEV_NULL,
	FD_KINDS,
};

/* Each of the two spaces has the queue attached, and nothing else. */
#define FIRST_ATTACHMENT	1

struct env {
	int fd[FD_KINDS];
	int other_space;
	__u32 pasid;
	/* Two pages, the second of which can be taken away. */
	char *mem;
	/* A page to map, or for what a structure points to. */
	char *data;
};

/* The 32-bit words of a structure from one member through another. */
#define WORDS(type, first, last)					\
	(((1ull << (offsetof(struct type, last) +			\
		    sizeof(((struct type *)0)->last)) / 4) - 1) &	\
	 ~((1ull << offsetof(struct type, first) / 4) - 1))

struct op {
	unsigned long cmd;
	__u32 size;
	/* As the first version of the header had it, if that was smaller. */
	__u32 min_size;
	__u32 reserved;
	/* Flags that are known. */
	__u32 flags;
	enum fd_kind kind;
	/* Any of these will do; 0: it takes none. */
	__u32 rights;
	/* For spaces of both types. */
	bool any_type;
	/* What it returns on a fd of the other kind that knows it, if any. */
	int on_other_kind;
	/* What the ioctl returns on a file that is open for one thing only. */
	int on_read_only;
	int on_write_only;
	/* An argument at offset 8 that is refused, and how. */
	__u32 bad_argument;
	int on_bad_argument;
	/* What it returns when it has done its work before. */
	int on_again;
	/* The words that it writes. */
	__u64 outputs;
};

static const struct op op_system_get_info = {
	.cmd = IOASID_GET_INFO,
	.size = sizeof(struct ioasid_info),
	.reserved = offsetof(struct ioasid_info, __reserved),
	.kind = FD_SYSTEM,
	.min_size = offsetof(struct ioasid_info, out_spaces),
	.outputs = WORDS(ioasid_info, out_abi, out_pasid_bits) |
		   WORDS(ioasid_info, out_spaces, out_pinned_max),
};

static const struct op op_system_alloc = {
	.cmd = IOASID_ALLOC,
	.size = sizeof(struct ioasid_alloc),
	.min_size = offsetof(struct ioasid_alloc, reason),
	.reserved = offsetof(struct ioasid_alloc, __reserved),
	.kind = FD_SYSTEM,
	.on_read_only = -EPERM,
	.bad_argument = 77,
	.on_bad_argument = -EOPNOTSUPP,
	.outputs = WORDS(ioasid_alloc, out_fd, out_pasid),
};

static const struct op op_fd_status = {
	.cmd = IOASID_STATUS,
	.size = sizeof(struct ioasid_status),
	.min_size = offsetof(struct ioasid_status, out_pinned),
	.reserved = offsetof(struct ioasid_status, __reserved),
	.kind = FD_SVA,
	.any_type = true,
	.outputs = WORDS(ioasid_status, out_type, out_attachments) |
		   WORDS(ioasid_status, out_id, out_comm),
};

static const struct op op_fd_free = {
	.cmd = IOASID_FREE,
	.size = sizeof(struct ioasid_free),
	.rights = IOASID_RIGHT_MANAGE,
	.min_size = offsetof(struct ioasid_free, out_fds),
	.reserved = offsetof(struct ioasid_free, __reserved),
	.kind = FD_SVA,
	.any_type = true,
	.outputs = WORDS(ioasid_free, out_state, out_fds),
};

static const struct op op_fd_map = {
	.cmd = IOASID_MAP,
	.size = sizeof(struct ioasid_map),
	.rights = IOASID_RIGHT_MAP,
	.reserved = offsetof(struct ioasid_map, __reserved),
	.flags = IOASID_READ | IOASID_WRITE | IOASID_MAP_FIXED |
		 IOASID_MAP_FILE | IOASID_MAP_SPACE,
	.kind = FD_IOVA,
	.bad_argument = 1,
	.on_bad_argument = -EINVAL,
	.outputs = WORDS(ioasid_map, out_iova, out_length),
};

static const struct op op_fd_unmap = {
	.cmd = IOASID_UNMAP,
	.size = sizeof(struct ioasid_unmap),
	.rights = IOASID_RIGHT_MAP,
	.flags = IOASID_UNMAP_ALL,
	.kind = FD_IOVA,
	.bad_argument = 1,
	.on_bad_argument = -EINVAL,
	.outputs = WORDS(ioasid_unmap, out_length, out_length),
};

static const struct op op_fd_maps = {
	.cmd = IOASID_MAPS,
	.size = sizeof(struct ioasid_maps),
	.rights = IOASID_RIGHT_MAP,
	.kind = FD_IOVA,
	.outputs = WORDS(ioasid_maps, out_nr, out_nr),
};

static const struct op op_fd_iova_ranges = {
	.cmd = IOASID_IOVA_RANGES,
	.size = sizeof(struct ioasid_iova_ranges),
	.rights = IOASID_RIGHT_MAP,
	.kind = FD_IOVA,
	.outputs = WORDS(ioasid_iova_ranges, out_nr, out_nr) |
		   WORDS(ioasid_iova_ranges, out_page_sizes,
			 out_alignment),
};

static const struct op op_fd_iova_keep = {
	.cmd = IOASID_IOVA_KEEP,
	.size = sizeof(struct ioasid_iova_keep),
	.rights = IOASID_RIGHT_MAP,
	.reserved = offsetof(struct ioasid_iova_keep, __reserved),
	.kind = FD_IOVA,
	.bad_argument = IOASID_IOVA_KEEP_MAX + 1,
	.on_bad_argument = -EINVAL,
};

static const struct op op_fd_translate = {
	.cmd = IOASID_TRANSLATE,
	.size = sizeof(struct ioasid_translate),
	.rights = IOASID_RIGHT_MAP | IOASID_RIGHT_ACCESS,
	.reserved = offsetof(struct ioasid_translate, __reserved),
	.kind = FD_SVA,
	.any_type = true,
	.outputs = WORDS(ioasid_translate, out_flags, out_flags) |
		   WORDS(ioasid_translate, out_iova, out_phys),
};

static const struct op op_fd_prefault = {
	.cmd = IOASID_PREFAULT,
	.size = sizeof(struct ioasid_prefault),
	.rights = IOASID_RIGHT_MAP,
	.flags = IOASID_READ | IOASID_WRITE | IOASID_PREFAULT_PIN,
	.kind = FD_SVA,
	.bad_argument = 1,
	.on_bad_argument = -EINVAL,
	.outputs = WORDS(ioasid_prefault, out_length, out_length),
};

static const struct op op_fd_unpin = {
	.cmd = IOASID_UNPIN,
	.size = sizeof(struct ioasid_unpin),
	.rights = IOASID_RIGHT_MAP,
	.flags = IOASID_UNMAP_ALL,
	.kind = FD_SVA,
	.bad_argument = 1,
	.on_bad_argument = -EINVAL,
	.outputs = WORDS(ioasid_unpin, out_length, out_length),
};

static const struct op op_fd_fault_open = {
	.cmd = IOASID_FAULT_OPEN,
	.size = sizeof(struct ioasid_fault_open),
	.rights = IOASID_RIGHT_FAULT,
	.kind = FD_IOVA,
	.bad_argument = IOASID_FAULT_DEPTH_MAX + 1,
	.on_bad_argument = -EINVAL,
	.outputs = WORDS(ioasid_fault_open, out_fd, out_fd),
};

static const struct op op_fd_share = {
	.cmd = IOASID_SHARE,
	.size = sizeof(struct ioasid_share),
	.rights = IOASID_RIGHT_MANAGE,
	.kind = FD_SVA,
	.any_type = true,
	.bad_argument = IOASID_RIGHT_ALL + 1,
	.on_bad_argument = -EOPNOTSUPP,
	.outputs = WORDS(ioasid_share, out_fd, out_fd),
};

static const struct op op_fd_attachments = {
	.cmd = IOASID_ATTACHMENTS,
	.size = sizeof(struct ioasid_attachments),
	.rights = IOASID_RIGHT_MANAGE,
	.reserved = offsetof(struct ioasid_attachments, __reserved),
	.kind = FD_SVA,
	.any_type = true,
	.on_other_kind = -ENOENT,
	.outputs = WORDS(ioasid_attachments, out_nr, out_nr),
};

static const struct op op_fd_cut = {
	.cmd = IOASID_CUT,
	.size = sizeof(struct ioasid_cut),
	.rights = IOASID_RIGHT_MANAGE,
	.reserved = offsetof(struct ioasid_cut, __reserved),
	.kind = FD_SVA,
	.any_type = true,
	.on_write_only = -EALREADY,
	.bad_argument = 77,
	.on_bad_argument = -ENOENT,
	.on_again = -EALREADY,
	.outputs = WORDS(ioasid_cut, out_attachments, out_attachments),
};

static const struct op op_system_attachments = {
	.cmd = IOASID_ATTACHMENTS,
	.size = sizeof(struct ioasid_attachments),
	.reserved = offsetof(struct ioasid_attachments, __reserved),
	.kind = FD_SYSTEM,
	.on_other_kind = -EINVAL,
	.outputs = WORDS(ioasid_attachments, out_nr, out_nr),
};

static const struct op op_system_next = {
	.cmd = IOASID_NEXT,
	.size = sizeof(struct ioasid_next),
	.kind = FD_SYSTEM,
	.bad_argument = -1,
	.on_bad_argument = -ENOENT,
	.outputs = WORDS(ioasid_next, out_pasid, out_pasid),
};

static const struct op op_sim_attach = {
	.cmd = IOASID_SIM_ATTACH,
	.size = sizeof(struct ioasid_sim_attach),
	.min_size = offsetof(struct ioasid_sim_attach, cookie),
	.reserved = offsetof(struct ioasid_sim_attach, __reserved),
	.flags = IOASID_SIM_ATTACH_NO_FAULT | IOASID_SIM_ATTACH_SELF,
	.kind = FD_QUEUE,
	.on_read_only = -EPERM,
	.bad_argument = -1,
	.on_bad_argument = -EBADF,
	.outputs = WORDS(ioasid_sim_attach, out_pasid, out_pasid) |
		   WORDS(ioasid_sim_attach, out_flags, out_flags),
};

static const struct op op_sim_detach = {
	.cmd = IOASID_SIM_DETACH,
	.size = sizeof(struct ioasid_sim_detach),
	.reserved = offsetof(struct ioasid_sim_detach, __reserved),
	.kind = FD_QUEUE,
	.on_read_only = -EPERM,
	.on_write_only = -ENOENT,
	.bad_argument = 0,
	.on_bad_argument = -ENOENT,
	.on_again = -ENOENT,
};

static const struct op op_sim_get_error = {
	.cmd = IOASID_SIM_GET_ERROR,
	.size = sizeof(struct ioasid_sim_error),
	.kind = FD_QUEUE,
	.outputs = WORDS(ioasid_sim_error, out_error, out_count),
};

FIXTURE(ioctl)
{
	struct env env;
};

FIXTURE_VARIANT(ioctl)
{
	const struct op *op;
	unsigned long cmd;
};

#include "ops.h"

static int set_up(struct env *env)
{
	int pipe_fd[2];

	env->fd[FD_SYSTEM] = system_open(O_RDWR);
	env->fd[FD_SVA] = space_alloc(NULL);
	env->fd[FD_IOVA] = space_alloc_iova(NULL);
	env->fd[FD_QUEUE] = queue_open(0, O_RDWR);
	env->fd[FD_DEV_NULL] = open("/dev/null", O_RDWR | O_CLOEXEC);
	env->other_space = space_alloc_iova(NULL);
	env->fd[FD_FAULT] = fault_open(env->other_space, 0);
	env->mem = anon_map(2 * PAGE);
	env->data = anon_map(PAGE);
	if (pipe2(pipe_fd, O_CLOEXEC) || !env->mem || !env->data)
		return -errno;
	env->fd[FD_PIPE] = pipe_fd[0];
	close(pipe_fd[1]);
	return queue_attach(env->fd[FD_QUEUE], env->fd[FD_SVA], &env->pasid) ?:
	       queue_attach(env->fd[FD_QUEUE], env->fd[FD_IOVA], NULL);
}

static void tear_down(struct env *env)
{
	unsigned int kind;

	for (kind = 0; kind < FD_KINDS; kind++)
		close(env->fd[kind]);
	close(env->other_space);
	munmap(env->mem, 2 * PAGE);
	munmap(env->data, PAGE);
}

FIXTURE_SETUP(ioctl)
{
	ASSERT_EQ(variant->cmd, variant->op->cmd);
	ASSERT_EQ(0, set_up(&self->env));
}

FIXTURE_TEARDOWN(ioctl)
{
	tear_down(&self->env);
}

static void fill_map(const struct env *env, struct ioasid_map *map)
{
	map->flags = IOASID_READ | IOASID_WRITE;
	map->address = address_of(env->data);
	map->length = PAGE;
}

static void fill_ranges(const struct env *env, struct ioasid_iova_ranges *arg)
{
	arg->nr = PAGE / sizeof(struct ioasid_iova_range);
	arg->ranges = address_of(env->data);
}

static void fill_prefault(const struct env *env, struct ioasid_prefault *arg)
{
	arg->flags = IOASID_READ;
	arg->iova = address_of(env->data);
	arg->length = PAGE;
}

static void fill_attachments(const struct env *env, const struct op *op,
			     struct ioasid_attachments *arg)
{
	arg->nr = PAGE / sizeof(struct ioasid_attachment_entry);
	arg->entries = address_of(env->data);
	if (op->kind == FD_SYSTEM)
		arg->pasid = env->pasid;
}

static void fill_next(const struct env *env, struct ioasid_next *arg)
{
	struct ioasid_status *status = (void *)env->data;

	status->size = sizeof(*status);
	arg->pasid = env->pasid;
	arg->status = address_of(status);
}

static void fill_members(const struct env *env, const struct op *op, void *arg)
{
	switch (op->cmd) {
	case IOASID_ALLOC:
		((struct ioasid_alloc *)arg)->type = IOASID_TYPE_SVA;
		break;
	case IOASID_MAP:
		fill_map(env, arg);
		break;
	case IOASID_UNMAP:
	case IOASID_UNPIN:
		((struct ioasid_unmap *)arg)->flags = IOASID_UNMAP_ALL;
		break;
	case IOASID_IOVA_RANGES:
		fill_ranges(env, arg);
		break;
	case IOASID_PREFAULT:
		fill_prefault(env, arg);
		break;
	case IOASID_ATTACHMENTS:
		fill_attachments(env, op, arg);
		break;
	case IOASID_CUT:
		((struct ioasid_cut *)arg)->id = FIRST_ATTACHMENT;
		break;
	case IOASID_NEXT:
		fill_next(env, arg);
		break;
	case IOASID_SIM_ATTACH:
		((struct ioasid_sim_attach *)arg)->fd = env->other_space;
		break;
	case IOASID_SIM_DETACH:
		((struct ioasid_sim_detach *)arg)->pasid = env->pasid;
		break;
	}
}

/* Writes a structure that the ioctl accepts to @arg. */
static void fill(const struct env *env, const struct op *op, void *arg)
{
	memset(arg, 0, op->size);
	*(__u32 *)arg = op->size;
	fill_members(env, op, arg);
}

static void close_new_fd(const struct op *op, const void *arg)
{
	if (op->cmd == IOASID_ALLOC)
		close(((struct ioasid_alloc *)arg)->out_fd);
	if (op->cmd == IOASID_FAULT_OPEN)
		close(((struct ioasid_fault_open *)arg)->out_fd);
	if (op->cmd == IOASID_SHARE)
		close(((struct ioasid_share *)arg)->out_fd);
}

static int call_fd(const struct op *op, int fd, void *arg)
{
	int rc = fd_ioctl(fd, op->cmd, arg);

	if (!rc)
		close_new_fd(op, arg);
	return rc;
}

static int call(const struct env *env, const struct op *op, void *arg)
{
	return call_fd(op, env->fd[op->kind], arg);
}

/* The same file, opened again in another way. An IOASID fd cannot be. */
static int open_again(const struct env *env, const struct op *op, int flags)
{
	switch (op->kind) {
	case FD_SYSTEM:
		return system_open(flags);
	case FD_QUEUE:
		return queue_open(0, flags);
	default:
		return fcntl(env->fd[op->kind], F_DUPFD_CLOEXEC, 0);
	}
}

static int call_again(const struct env *env, const struct op *op, int flags)
{
	int fd = open_again(env, op, flags);
	int rc;

	if (fd < 0)
		return fd;
	fill(env, op, env->mem);
	rc = call_fd(op, fd, env->mem);
	close(fd);
	return rc;
}

TEST_F(ioctl, exact_size)
{
	fill(&self->env, variant->op, self->env.mem);
	EXPECT_EQ(0, call(&self->env, variant->op, self->env.mem));
	EXPECT_EQ(variant->op->size, *(__u32 *)self->env.mem);
}

TEST_F(ioctl, nothing_behind_struct_is_written)
{
	char *arg = self->env.mem + PAGE - variant->op->size;

	memset(self->env.mem, 0x5a, 2 * PAGE);
	fill(&self->env, variant->op, arg);
	EXPECT_EQ(0, call(&self->env, variant->op, arg));
	EXPECT_TRUE(bytes_are(self->env.mem + PAGE, PAGE, 0x5a));
	EXPECT_TRUE(bytes_are(self->env.mem, PAGE - variant->op->size, 0x5a));
}

TEST_F(ioctl, struct_ends_at_end_of_memory)
{
	char *arg = self->env.mem + PAGE - variant->op->size;

	ASSERT_EQ(0, munmap(self->env.mem + PAGE, PAGE));
	fill(&self->env, variant->op, arg);
	EXPECT_EQ(0, call(&self->env, variant->op, arg));
}

static __u32 min_size(const struct op *op)
{
	return op->min_size ?: op->size;
}

TEST_F(ioctl, too_short)
{
	__u32 size;

	for (size = 0; size < min_size(variant->op); size++) {
		fill(&self->env, variant->op, self->env.mem);
		*(__u32 *)self->env.mem = size;
		EXPECT_EQ(-EINVAL,
			  call(&self->env, variant->op, self->env.mem)) {
			TH_LOG("size %u", size);
		}
	}
}

/* Of a program that was built with the first version of the header. */
TEST_F(ioctl, shortest)
{
	const struct op *op = variant->op;
	char *arg = self->env.mem + PAGE - min_size(op);

	fill(&self->env, op, arg);
	memset(arg + min_size(op), 0x5a, PAGE);
	*(__u32 *)arg = min_size(op);
	EXPECT_EQ(0, call(&self->env, op, arg));
	EXPECT_TRUE(bytes_are(arg + min_size(op), PAGE, 0x5a));
	EXPECT_EQ(min_size(op), *(__u32 *)arg);
}

TEST_F(ioctl, longer_with_zero_tail)
{
	fill(&self->env, variant->op, self->env.mem);
	*(__u32 *)self->env.mem = 2 * PAGE;
	EXPECT_EQ(0, call(&self->env, variant->op, self->env.mem));
	EXPECT_TRUE(bytes_are(self->env.mem + variant->op->size,
			      2 * PAGE - variant->op->size, 0));
}

TEST_F(ioctl, longer_with_non_zero_tail)
{
	const __u32 size = variant->op->size + 37;
	__u32 at;

	for (at = variant->op->size; at < size; at++) {
		memset(self->env.mem, 0, size);
		fill(&self->env, variant->op, self->env.mem);
		*(__u32 *)self->env.mem = size;
		self->env.mem[at] = 1;
		EXPECT_EQ(-E2BIG,
			  call(&self->env, variant->op, self->env.mem)) {
			TH_LOG("byte %u of %u", at, size);
		}
	}
}

TEST_F(ioctl, largest_size)
{
	fill(&self->env, variant->op, self->env.mem);
	*(__u32 *)self->env.mem = -1;
	ASSERT_EQ(0, munmap(self->env.mem + PAGE, PAGE));
	EXPECT_EQ(-EFAULT, call(&self->env, variant->op, self->env.mem));
}

TEST_F(ioctl, file_opened_for_one_thing)
{
	const struct op *op = variant->op;

	EXPECT_EQ(op->on_read_only, call_again(&self->env, op, O_RDONLY));
	EXPECT_EQ(op->on_write_only, call_again(&self->env, op, O_WRONLY));
	if (op->kind != FD_SVA && op->kind != FD_IOVA)
		EXPECT_EQ(-EBADF, call_again(&self->env, op, O_PATH));
}

#define FLAGS	sizeof(__u32)

static int call_with_bit(const struct env *env, const struct op *op, __u32 at,
			 unsigned int bit)
{
	fill(env, op, env->mem);
	*(__u32 *)(env->mem + at) |= 1u << bit;
	return call(env, op, env->mem);
}

TEST_F(ioctl, every_unknown_flag_and_reserved_bit)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		if (!(variant->op->flags >> bit & 1)) {
			EXPECT_EQ(-EOPNOTSUPP,
				  call_with_bit(&self->env, variant->op,
						FLAGS, bit)) {
				TH_LOG("flag %#x", 1u << bit);
			}
		}
		if (variant->op->reserved) {
			EXPECT_EQ(-EOPNOTSUPP,
				  call_with_bit(&self->env, variant->op,
						variant->op->reserved, bit)) {
				TH_LOG("reserved %#x", 1u << bit);
			}
		}
	}
}

TEST_F(ioctl, bad_pointer)
{
	static const __u64 bad[] = {
		0, 8, 0x7ffffffff000, 0x800000000000, 0xffff800000000000,
		0xffffffff80000000, -4096, -8,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EFAULT,
			  call(&self->env, variant->op,
			       (void *)(uintptr_t)bad[i]));
	ASSERT_EQ(0, mprotect(self->env.mem, PAGE, PROT_NONE));
	EXPECT_EQ(-EFAULT, call(&self->env, variant->op, self->env.mem));
}

TEST_F(ioctl, struct_half_readable)
{
	char *arg = self->env.mem + PAGE - variant->op->size / 2;

	fill(&self->env, variant->op, arg);
	ASSERT_EQ(0, munmap(self->env.mem + PAGE, PAGE));
	EXPECT_EQ(-EFAULT, call(&self->env, variant->op, arg));
}

static int state_after(const struct op *op)
{
	switch (op->cmd) {
	case IOASID_FREE:
		return IOASID_STATE_FREE_PENDING;
	case IOASID_SIM_DETACH:
		return IOASID_STATE_IDLE;
	default:
		return IOASID_STATE_ACTIVE;
	}
}

/* What is done without an answer must be undone, unless it takes back. */
TEST_F(ioctl, struct_read_only)
{
	const struct op *op = variant->op;
	int fds = count_fds();

	fill(&self->env, op, self->env.mem);
	ASSERT_EQ(0, mprotect(self->env.mem, PAGE, PROT_READ));
	EXPECT_EQ(op->outputs ? -EFAULT : 0,
		  call(&self->env, op, self->env.mem));
	EXPECT_EQ(fds, count_fds());
	EXPECT_EQ(0, space_attachments(self->env.other_space));
	EXPECT_EQ(state_after(op), space_state(self->env.fd[FD_SVA]));
	EXPECT_EQ(0, space_pinned(self->env.fd[FD_IOVA]));
	ASSERT_EQ(0, mprotect(self->env.mem, PAGE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(op->on_again, call(&self->env, op, self->env.mem));
}

TEST_F(ioctl, struct_half_writable)
{
	char *arg = self->env.mem + PAGE - variant->op->size / 2;

	fill(&self->env, variant->op, arg);
	ASSERT_EQ(0, mprotect(self->env.mem + PAGE, PAGE, PROT_READ));
	EXPECT_EQ(variant->op->outputs ? -EFAULT : 0,
		  call(&self->env, variant->op, arg));
	EXPECT_EQ(0, space_attachments(self->env.other_space));
	EXPECT_EQ(0, space_pinned(self->env.fd[FD_IOVA]));
}

static bool is_space(enum fd_kind kind)
{
	return kind == FD_SVA || kind == FD_IOVA;
}

static int on_kind(const struct op *op, enum fd_kind kind)
{
	if (is_space(kind) && is_space(op->kind))
		return op->any_type ? 0 : -EMEDIUMTYPE;
	if (op->on_other_kind && (is_space(kind) || kind == FD_SYSTEM))
		return op->on_other_kind;
	return -ENOTTY;
}

TEST_F(ioctl, wrong_kind_of_fd)
{
	enum fd_kind kind;

	for (kind = 0; kind < FD_KINDS; kind++) {
		if (kind == variant->op->kind)
			continue;
		fill(&self->env, variant->op, self->env.mem);
		EXPECT_EQ(on_kind(variant->op, kind),
			  call_fd(variant->op, self->env.fd[kind],
				  self->env.mem)) {
			TH_LOG("kind of fd %u", kind);
		}
	}
}

/* After the structure, before what it says. */
TEST_F(ioctl, wrong_type_of_space)
{
	const struct op *op = variant->op;
	__u32 *word = (__u32 *)self->env.mem;
	int fd = self->env.fd[op->kind == FD_SVA ? FD_IOVA : FD_SVA];

	if (!is_space(op->kind) || op->any_type)
		return;
	fill(&self->env, op, word);
	word[0] = op->size - 1;
	word[1] = 1u << 31;
	word[2] = op->bad_argument;
	EXPECT_EQ(-EINVAL, call_fd(op, fd, word));
	word[0] = op->size;
	EXPECT_EQ(-EOPNOTSUPP, call_fd(op, fd, word));
	word[1] = 0;
	EXPECT_EQ(-EMEDIUMTYPE, call_fd(op, fd, word));
	EXPECT_LE(IOASID_STATE_FREE_PENDING, space_free(fd));
	EXPECT_EQ(-EMEDIUMTYPE, call_fd(op, fd, word));
}

TEST_F(ioctl, closed_fd)
{
	int fd = dup(self->env.fd[variant->op->kind]);

	ASSERT_LE(0, fd);
	close(fd);
	fill(&self->env, variant->op, self->env.mem);
	EXPECT_EQ(-EBADF, call_fd(variant->op, fd, self->env.mem));
	EXPECT_EQ(-EBADF, call_fd(variant->op, -1, self->env.mem));
}

/* Each step mends the cause that the step before has seen. */
TEST_F(ioctl, order_of_errors)
{
	const struct op *op = variant->op;
	int fd = open_again(&self->env, op, O_RDONLY);
	__u32 *word = (__u32 *)self->env.mem;

	ASSERT_LE(0, fd);
	fill(&self->env, op, word);
	word[1] = 1u << 31;
	self->env.mem[op->size] = 1;
	if (op->on_bad_argument)
		word[2] = op->bad_argument;

	EXPECT_EQ(-ENOTTY, call_fd(op, self->env.fd[FD_DEV_NULL], NULL));
	EXPECT_EQ(-EFAULT, call_fd(op, fd, NULL));
	word[0] = min_size(op) - 1;
	EXPECT_EQ(-EINVAL, call_fd(op, fd, word));
	word[0] = op->size + 1;
	EXPECT_EQ(-E2BIG, call_fd(op, fd, word));
	self->env.mem[op->size] = 0;
	EXPECT_EQ(-EOPNOTSUPP, call_fd(op, fd, word));
	word[1] = 0;
	ASSERT_EQ(0, mprotect(word, PAGE, PROT_READ));
	if (op->on_read_only)
		EXPECT_EQ(op->on_read_only, call_fd(op, fd, word));
	if (op->on_bad_argument)
		EXPECT_EQ(op->on_bad_argument, call(&self->env, op, word));
	close(fd);
}

static int share_without(int space, __u32 rights)
{
	return space_share(space, IOASID_RIGHT_ALL & ~rights);
}

/* EPERM comes after the structure, and before anything that it says. */
static bool refuses_in_order(const struct op *op, int fd, __u32 *word)
{
	bool right = true;

	word[1] = 1u << 31;
	right &= call_fd(op, fd, word) == -EOPNOTSUPP;
	word[1] = 0;
	return right & (call_fd(op, fd, word) == -EPERM);
}

TEST_F(ioctl, order_of_rights)
{
	const struct op *op = variant->op;
	__u32 *word = (__u32 *)self->env.mem;
	enum fd_kind kind;
	int fd;

	if (!op->rights)
		return;
	for (kind = FD_SVA; kind <= FD_IOVA; kind++) {
		fd = share_without(self->env.fd[kind], op->rights);
		ASSERT_LE(0, fd);
		fill(&self->env, op, word);
		EXPECT_TRUE(refuses_in_order(op, fd, word));
		if (op->on_bad_argument)
			word[2] = op->bad_argument;
		EXPECT_TRUE(refuses_in_order(op, fd, word));
		ASSERT_EQ(0, mprotect(word, PAGE, PROT_READ));
		EXPECT_EQ(-EPERM, call_fd(op, fd, word));
		ASSERT_EQ(0, mprotect(word, PAGE, PROT_READ | PROT_WRITE));
		EXPECT_LE(0, space_free(self->env.fd[kind]));
		EXPECT_EQ(-EPERM, call_fd(op, fd, word));
		close(fd);
	}
}

#define RIGHT_SETS	(IOASID_RIGHT_ALL + 1)

/* Made before the ioctl is tried, which may be FREE. */
static int share_all_sets(int space, int *fd)
{
	__u32 rights;

	for (rights = 0; rights < RIGHT_SETS; rights++) {
		fd[rights] = space_share(space, rights);
		if (fd[rights] < 0)
			return fd[rights];
	}
	return 0;
}

TEST_F(ioctl, every_set_of_rights)
{
	const struct op *op = variant->op;
	int fd[RIGHT_SETS], expected = 0;
	__u32 rights;

	if (!is_space(op->kind))
		return;
	ASSERT_EQ(0, share_all_sets(self->env.fd[op->kind], fd));
	for (rights = 0; rights < RIGHT_SETS; rights++) {
		bool may = !op->rights || rights & op->rights;

		fill(&self->env, op, self->env.mem);
		EXPECT_EQ(may ? expected : -EPERM,
			  call_fd(op, fd[rights], self->env.mem)) {
			TH_LOG("rights %#x", rights);
		}
		if (may)
			expected = op->on_again;
		close(fd[rights]);
	}
}

TEST_F(ioctl, outputs_are_ignored_on_input)
{
	const struct op *op = variant->op;
	__u32 *word = (__u32 *)self->env.mem;
	unsigned int i;

	fill(&self->env, op, word);
	for (i = 0; i < op->size / sizeof(*word); i++)
		if (op->outputs >> i & 1)
			word[i] = -1;
	EXPECT_EQ(0, call(&self->env, op, word));
}

FIXTURE(numbers)
{
	int fd[FD_OWN_KINDS];
	char arg[256];
};

FIXTURE_SETUP(numbers)
{
	unsigned int kind;

	self->fd[FD_SYSTEM] = system_open(O_RDWR);
	self->fd[FD_SVA] = space_alloc(NULL);
	self->fd[FD_IOVA] = space_alloc_iova(NULL);
	self->fd[FD_FAULT] = fault_open(self->fd[FD_IOVA], 0);
	self->fd[FD_QUEUE] = queue_open(0, O_RDWR);
	for (kind = 0; kind < FD_OWN_KINDS; kind++)
		ASSERT_LE(0, self->fd[kind]);
}

FIXTURE_TEARDOWN(numbers)
{
	unsigned int kind;

	for (kind = 0; kind < FD_OWN_KINDS; kind++)
		close(self->fd[kind]);
}

/* Whatever is not in the table must not be known. */
static bool is_known(enum fd_kind kind, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i]->cmd == _IO(IOASID_IOCTL_TYPE, nr) &&
		    (ops[i]->kind == kind ||
		     (is_space(ops[i]->kind) && is_space(kind))))
			return true;
	return false;
}

/* A number that were known would fail with EFAULT. */
static bool is_refused(int fd, unsigned long cmd)
{
	return ioctl(fd, cmd, NULL) == -1 && errno == ENOTTY;
}

TEST_F(numbers, every_unknown_number)
{
	unsigned int kind, nr;

	for (kind = 0; kind < FD_OWN_KINDS; kind++) {
		for (nr = 0; nr < 256; nr++) {
			if (is_known(kind, nr))
				continue;
			EXPECT_TRUE(is_refused(self->fd[kind],
					       _IO(IOASID_IOCTL_TYPE, nr))) {
				TH_LOG("kind of fd %u, number %#x", kind, nr);
			}
		}
	}
}

TEST_F(numbers, other_type_or_direction)
{
	unsigned int kind, nr;

	for (kind = 0; kind < FD_OWN_KINDS; kind++) {
		int fd = self->fd[kind];

		for (nr = 0; nr < 256; nr++) {
			if (!is_known(kind, nr))
				continue;
			EXPECT_TRUE(is_refused(fd, _IO('I', nr)));
			EXPECT_TRUE(is_refused(fd, _IO(0, nr)));
			EXPECT_TRUE(is_refused(fd, _IOR(IOASID_IOCTL_TYPE, nr,
							int)));
			EXPECT_TRUE(is_refused(fd, _IOWR(IOASID_IOCTL_TYPE, nr,
							 struct ioasid_info)));
		}
	}
}

TEST(info)
{
	struct ioasid_info info = { .size = sizeof(info) };
	int fd = system_open(O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ioctl(fd, IOASID_GET_INFO, &info));
	EXPECT_EQ(IOASID_ABI, info.out_abi);
	EXPECT_EQ(1u << IOASID_TYPE_SVA | 1u << IOASID_TYPE_IOVA,
		  info.out_types);
	EXPECT_LE(1, info.out_pasid_bits);
	EXPECT_GE(20, info.out_pasid_bits);
	close(fd);
}

TEST(every_unknown_type)
{
	static const __u32 types[] = {
		0, 3, 4, 5, 31, 32, 33, 0x7fffffff, 0x80000001, -1,
	};
	int fd = system_open(O_RDWR);
	unsigned int i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct ioasid_alloc alloc = {
			.size = sizeof(alloc),
			.type = types[i],
		};

		EXPECT_EQ(-1, ioctl(fd, IOASID_ALLOC, &alloc));
		EXPECT_EQ(EOPNOTSUPP, errno);
	}
	close(fd);
}

TEST_HARNESS_MAIN
