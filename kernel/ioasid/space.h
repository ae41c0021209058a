/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SPACE_H
#define IOASID_SPACE_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/linux/ioasid.h>

#include "account.h"
#include "iova/map.h"
#include "process.h"
#include "view.h"

struct ioasid_attempt;
struct ioasid_bond;
struct ioasid_domain;
struct ioasid_mirror;
struct ioasid_pasid;
struct ioasid_request;
struct ioasid_space;
struct iov_iter;
struct rdma_cgroup;

/**
 * enum ioasid_owner - Whose a space is
 * @IOASID_OWNER_USER: of whoever has an fd of it
 * @IOASID_OWNER_DRIVER: of a driver, which has made it for its user
 * @IOASID_OWNER_KERNEL: of a driver, for what the kernel does
 */
enum ioasid_owner {
	IOASID_OWNER_USER,
	IOASID_OWNER_DRIVER,
	IOASID_OWNER_KERNEL,
};

/**
 * struct ioasid_space_ops - What spaces of one type do in their own way
 * @name: the type, for users
 * @init: bind a new space to what it translates to
 * @exit: undo that; no holder and no bond is left
 * @clear: give back what users have put in; the space is freed and cut
 * @is_gone: what it is bound to is no more
 * @attach: let a device reach it, and set bond->domain, or say what is in the
 *	way. space->lock is held
 * @detach: undo that. space->lock is held
 * @serve: see to it that a device finds a page, or only look if it does. Waits
 *	for nobody if it is called in place of a worker, and then returns
 *	-EAGAIN where it would have to. -EFAULT: there is no such page
 * @serve_is_quick: it takes no longer in place than queueing it for a worker
 * @ask: have user space answer a page request that found nothing, and return
 *	whether it will. bond->lock is held
 * @mapped: bytes that devices find. space->lock is held
 * @nr_maps: maps or pinned ranges
 * @translate: answer IOASID_TRANSLATE
 * @access: move bytes between @iter and the memory at @iova, some at a time, as
 *	long as *@stop is false. Returns how many, 0 if @iter has to be faulted
 *	in first, or an error
 * @quiesce: wait until no byte moves by an access that has not seen its *@stop
 */
struct ioasid_space_ops {
	const char *name;
	int (*init)(struct ioasid_space *space);
	void (*exit)(struct ioasid_space *space);
	void (*clear)(struct ioasid_space *space);
	bool (*is_gone)(struct ioasid_space *space);
	int (*attach)(struct ioasid_bond *bond, struct ioasid_attempt *attempt);
	void (*detach)(struct ioasid_bond *bond);
	int (*serve)(struct ioasid_domain *domain, u64 iova, bool write,
		     bool in_place);
	bool serve_is_quick;
	bool (*ask)(struct ioasid_request *request);
	u64 (*mapped)(struct ioasid_space *space);
	u64 (*nr_maps)(struct ioasid_space *space);
	int (*translate)(struct ioasid_space *space,
			 struct ioasid_translate *translate);
	ssize_t (*access)(struct ioasid_space *space, const bool *stop,
			  u64 iova, struct iov_iter *iter, bool write);
	void (*quiesce)(struct ioasid_space *space);
};

/**
 * struct ioasid_space - One I/O address space
 * @id: unique as long as the module is loaded
 * @pasid: PASID
 * @number: what has it from the kernel; given back when the last holder lets go
 * @type: enum ioasid_type
 * @owner: whose it is
 * @ops: what @type means
 * @refs: keeps this structure: one for all holders together, one for each bond,
 *	one for all that is charged to @account, and one for whoever has found
 *	it by its PASID
 * @holders: every file, every attachment, and for a space of the kernel the
 *	driver that has made it
 * @full_view: what its fds with all rights have
 * @nr_files: how many IOASID fds it has; the last one to be closed frees it
 * @creator: who made it
 * @payer: which cgroup is charged for it, until the last holder lets go
 * @cgroup: its id, also for who has found a space that nobody holds any more,
 *	when @payer may be gone; 0 if there is none
 * @account: who pays for pinned memory
 * @mirror: the mm that an SVA space is bound to; referenced
 * @mirror_node: in mirror->spaces; mirror->lock
 * @pins: memory that is pinned for an SVA space; @lock
 * @nr_pins: how many ranges; written under @lock
 * @copying: held for reading while bytes of an SVA space are copied by the CPU
 * @map: what an IOVA space has mapped; in here, because there is room for it in
 *	what kmalloc() rounds up to
 * @lock: see below. Taken before any lock of a mirror, a map or a bond, never
 *	held while a driver is called back
 * @freed: nothing can be attached or mapped any more; written under @lock
 * @over: it was freed and nothing moves any more: no device reaches it, no
 *	access is under way
 * @bonds: devices that reach it; @lock
 * @attachments: what drivers hold; @lock
 * @nr_attachments: how many they are; written under @lock
 * @last_attachment: number of the last one that was made; @lock
 * @wait: for whoever polls the file, and for ioasid_detach()
 * @faults: page requests answered with success
 * @faults_failed: page requests answered with failure
 */
struct ioasid_space {
	u64 id;
	u32 pasid;
	struct ioasid_pasid *number;
	enum ioasid_type type;
	enum ioasid_owner owner;
	const struct ioasid_space_ops *ops;
	struct kref refs;
	struct kref holders;
	struct ioasid_view full_view;
	atomic_t nr_files;
	struct ioasid_process creator;
	struct rdma_cgroup *payer;
	u64 cgroup;
	struct ioasid_account account;
	union {
		struct {
			struct ioasid_mirror *mirror;
			struct list_head mirror_node;
			struct rb_root_cached pins;
			u64 nr_pins;
			struct rw_semaphore copying;
		};
		struct ioasid_iova_map map;
	};
	struct mutex lock;
	bool freed;
	bool over;
	struct list_head bonds;
	struct list_head attachments;
	unsigned int nr_attachments;
	u64 last_attachment;
	wait_queue_head_t wait;
	atomic64_t faults;
	atomic64_t faults_failed;
};

/* space.c */
struct ioasid_space *ioasid_space_create(enum ioasid_type type,
					 enum ioasid_owner owner);
void ioasid_space_get(struct ioasid_space *space);
void ioasid_space_put(struct ioasid_space *space);
void ioasid_space_hold(struct ioasid_space *space);
void ioasid_space_let_go(struct ioasid_space *space);
enum ioasid_state ioasid_space_state(struct ioasid_space *space);
bool ioasid_space_is_gone(struct ioasid_space *space);

/* free.c */
void ioasid_space_free(struct ioasid_space *space);

/* sva/space.c, iova/space.c */
extern const struct ioasid_space_ops ioasid_sva_space_ops;
extern const struct ioasid_space_ops ioasid_iova_space_ops;

#endif
