// SPDX-License-Identifier: GPL-2.0-only
/* What the driver of the accelerators does for administrators, in sysfs. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "nth.h"

#define ATTRIBUTES	"/sys/class/ioasid_sim/ioasid_sim2/"
#define DRIVER		"/sys/bus/platform/drivers/ioasid_sim_accel/"
#define DEVICE		"ioasid_sim_accel.2"

static int open_max_transfer_size(struct env *env)
{
	return open_file(env, ATTRIBUTES "max_transfer_size", O_RDONLY);
}

static int open_max_batch_size(struct env *env)
{
	return open_file(env, ATTRIBUTES "max_batch_size", O_RDONLY);
}

static int open_queue_depth(struct env *env)
{
	return open_file(env, ATTRIBUTES "queue_depth", O_RDONLY);
}

const struct op op_attr_max_transfer_size = {
	.before = open_max_transfer_size,
	.run = read_file,
	.undo = undo_close_file,
	.says = SAYS_BOTH,
};

const struct op op_attr_max_batch_size = {
	.before = open_max_batch_size,
	.run = read_file,
	.undo = undo_close_file,
	.says = SAYS_BOTH,
};

const struct op op_attr_queue_depth = {
	.before = open_queue_depth,
	.run = read_file,
	.undo = undo_close_file,
	.says = SAYS_BOTH,
};

static int open_self_test(struct env *env)
{
	return open_file(env, ATTRIBUTES "self_test", O_WRONLY);
}

static __s64 self_test(struct env *env)
{
	return result_of(pwrite(env->file, "1", 1, 0));
}

const struct op op_attr_self_test = {
	.before = open_self_test,
	.run = self_test,
	.undo = undo_close_file,
	.says = SAYS_BOTH,
};

static __s64 name_device(struct env *env)
{
	return result_of(pwrite(env->file, DEVICE, sizeof(DEVICE) - 1, 0));
}

static int open_bind(struct env *env)
{
	int rc = open_file(env, DRIVER "unbind", O_WRONLY);

	if (rc)
		return rc;
	rc = name_device(env) < 0 ? -EIO : 0;
	close(env->file);
	return rc ? rc : open_file(env, DRIVER "bind", O_WRONLY);
}

const struct op op_accel_probe = {
	.before = open_bind,
	.run = name_device,
	.undo = undo_close_file,
	.says = SAYS_BOTH,
};

static int open_unbind(struct env *env)
{
	env->queue = queue_open(SPARE, O_RDWR);
	if (env->queue < 0)
		return env->queue;
	return queue_attach(env->queue, env->sva.space, NULL) ?:
	       open_file(env, DRIVER "unbind", O_WRONLY);
}

static void bind_again(struct env *env, __s64 result)
{
	close(env->file);
	open_file(env, DRIVER "bind", O_WRONLY);
	name_device(env);
	close(env->file);
	close(env->queue);
}

const struct op op_accel_remove = {
	.before = open_unbind,
	.run = name_device,
	.undo = bind_again,
	.says = SAYS_BOTH,
};
