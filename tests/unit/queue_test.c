// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault queues and what is read from and written to them: kernel/ioasid/iova/
 * queue.c and record.c.
 *
 * What request.c does is done here: requests want pages that are there or not,
 * and remember how they were answered.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "../../kernel/ioasid/bond.h"
#include "../../kernel/ioasid/iova/queue.h"
#include "../../kernel/ioasid/request.h"
#include "../../kernel/ioasid/space.h"
#include "unit.h"

#define DEPTH		8
#define PAGES		64
#define GROUP_MAX	4
#define RECORDS_MAX	12
#define ASKED_MAX	4000
#define RUNS		8000

/* What a request has as its group until it is answered. */
struct asked {
	struct iopf_group group;
	struct ioasid_request *request;
	bool is_answered;
	int rc;
};

/**
 * struct fixture - A queue, and who asks
 * @queue: it
 * @space: whose it is
 * @bond: the device that asks
 * @has_page: which pages are there
 * @asked: all requests that there have been
 * @nr_asked: how many
 * @nr_live: how many have not been given back
 */
struct fixture {
	struct ioasid_fault_queue queue;
	struct ioasid_space space;
	struct ioasid_bond bond;
	bool has_page[PAGES];
	struct asked asked[ASKED_MAX];
	unsigned int nr_asked;
	unsigned int nr_live;
};

static struct fixture *fixture_of(const struct ioasid_request *request)
{
	return container_of(request->bond, struct fixture, bond);
}

/* What is request.c's */
void ioasid_request_get(struct ioasid_request *request)
{
	refcount_inc(&request->refs);
}

void ioasid_request_put(struct ioasid_request *request)
{
	if (!refcount_dec_and_test(&request->refs))
		return;
	fixture_of(request)->nr_live--;
	kfree(request);
}

int ioasid_request_serve(struct ioasid_request *request, bool in_place)
{
	size_t i;

	for (i = 0; i < request->nr_pages; i++)
		if (!fixture_of(request)->has_page[request->pages[i].iova >>
						   PAGE_SHIFT])
			return -EFAULT;
	return 0;
}

static int answer_locked(struct ioasid_request *request, int rc)
{
	struct asked *asked;

	if (!request->group)
		return -ENOENT;
	if (request->queue)
		ioasid_fault_queue_remove(request);
	asked = container_of(request->group, struct asked, group);
	asked->is_answered = true;
	asked->rc = rc;
	request->group = NULL;
	ioasid_request_put(request);
	return 0;
}

int ioasid_request_answer(struct ioasid_request *request, int rc)
{
	struct ioasid_bond *bond = request->bond;

	mutex_lock(&bond->lock);
	rc = answer_locked(request, rc);
	mutex_unlock(&bond->lock);
	return rc;
}

static struct asked *request_new(struct kunit *test, unsigned int page,
				 unsigned int nr)
{
	struct fixture *f = test->priv;
	struct asked *asked = &f->asked[f->nr_asked++];
	struct ioasid_request *request;
	unsigned int i;

	request = kzalloc(struct_size(request, pages, nr), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, request);
	refcount_set(&request->refs, 2);
	request->bond = &f->bond;
	request->group = &asked->group;
	request->nr_pages = nr;
	for (i = 0; i < nr; i++) {
		request->pages[i].iova = (u64)(page + i) % PAGES << PAGE_SHIFT;
		request->pages[i].flags = IOASID_READ << (i % 2);
	}
	asked->request = request;
	f->nr_live++;
	return asked;
}

/* What a device asks for; answered at once if the queue does not take it. */
static struct asked *ask(struct kunit *test, unsigned int page, unsigned int nr)
{
	struct fixture *f = test->priv;
	struct asked *asked = request_new(test, page, nr);

	mutex_lock(&f->bond.lock);
	if (!ioasid_fault_queue_add(&f->queue, asked->request))
		answer_locked(asked->request, -EFAULT);
	mutex_unlock(&f->bond.lock);
	return asked;
}

static ssize_t read(struct kunit *test, struct ioasid_fault *records,
		    unsigned int nr)
{
	struct kvec vec = { records, nr * sizeof(*records) };
	struct fixture *f = test->priv;
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, vec.iov_len);
	return ioasid_fault_read(&f->queue, &iter);
}

static ssize_t write(struct kunit *test,
		     const struct ioasid_fault_answer *answers, size_t size)
{
	struct kvec vec = { (void *)answers, size };
	struct fixture *f = test->priv;
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_SOURCE, &vec, 1, size);
	return ioasid_fault_write(&f->queue, &iter);
}

static ssize_t answer(struct kunit *test, u32 group, u32 code)
{
	struct ioasid_fault_answer answer = { .group = group, .code = code };

	return write(test, &answer, sizeof(answer));
}

static void expect_counts(struct kunit *test, unsigned int unread,
			  unsigned int read)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->queue.nr_unread, unread);
	KUNIT_EXPECT_EQ(test, f->queue.nr_read, read);
}

static void expect_answer(struct kunit *test, const struct asked *asked, int rc)
{
	KUNIT_EXPECT_TRUE(test, asked->is_answered);
	KUNIT_EXPECT_EQ(test, asked->rc, rc);
}

static void gives_a_group_to_a_reader(struct kunit *test)
{
	struct ioasid_fault records[4];
	struct asked *asked = ask(test, 5, 2);

	expect_counts(test, 1, 0);
	KUNIT_ASSERT_EQ(test, read(test, records, 4), 2 * sizeof(*records));
	KUNIT_EXPECT_EQ(test, records[0].flags, IOASID_READ);
	KUNIT_EXPECT_EQ(test, records[1].flags,
			IOASID_WRITE | IOASID_FAULT_LAST);
	KUNIT_EXPECT_EQ(test, records[0].iova, 5 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, records[1].iova, 6 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, records[0].group, asked->request->id);
	KUNIT_EXPECT_EQ(test, records[1].group, asked->request->id);
	KUNIT_EXPECT_EQ(test, records[1].ioasid, 77);
	KUNIT_EXPECT_EQ(test, records[1].cookie, 88);
	expect_counts(test, 0, 1);
	KUNIT_EXPECT_EQ(test, read(test, records, 4), 0);
}

static void takes_both_answers(struct kunit *test)
{
	struct asked *retry = ask(test, 1, 1), *fail = ask(test, 2, 1);
	struct ioasid_fault records[2];

	read(test, records, 2);
	KUNIT_EXPECT_EQ(test, answer(test, records[1].group,
				     IOASID_FAULT_FAIL), 8);
	KUNIT_EXPECT_EQ(test, answer(test, records[0].group,
				     IOASID_FAULT_RETRY), 8);
	expect_answer(test, retry, 0);
	expect_answer(test, fail, -EFAULT);
	expect_counts(test, 0, 0);
}

static void gives_only_whole_groups(struct kunit *test)
{
	struct ioasid_fault records[3];

	ask(test, 0, 2);
	ask(test, 2, 2);
	KUNIT_EXPECT_EQ(test, read(test, records, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, read(test, records, 1), -EMSGSIZE);
	expect_counts(test, 2, 0);
	KUNIT_EXPECT_EQ(test, read(test, records, 3), 2 * sizeof(*records));
	KUNIT_EXPECT_EQ(test, read(test, records, 1), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, read(test, records, 2), 2 * sizeof(*records));
	KUNIT_EXPECT_EQ(test, records[0].iova, 2 * PAGE_SIZE);
}

static void refuses_answers_to_what_was_not_read(struct kunit *test)
{
	struct asked *asked = ask(test, 1, 1);
	u32 group = asked->request->id;

	KUNIT_EXPECT_EQ(test, answer(test, group, IOASID_FAULT_RETRY), -EINVAL);
	KUNIT_EXPECT_EQ(test, answer(test, group + 1, IOASID_FAULT_RETRY),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, answer(test, 0, IOASID_FAULT_RETRY), -ENOENT);
	KUNIT_EXPECT_FALSE(test, asked->is_answered);
}

static void refuses_a_second_answer(struct kunit *test)
{
	struct asked *asked = ask(test, 1, 1);
	struct ioasid_fault record;

	read(test, &record, 1);
	KUNIT_EXPECT_EQ(test, answer(test, record.group, IOASID_FAULT_FAIL), 8);
	KUNIT_EXPECT_EQ(test, answer(test, record.group, IOASID_FAULT_RETRY),
			-ENOENT);
	expect_answer(test, asked, -EFAULT);
}

static void refuses_a_late_answer(struct kunit *test)
{
	struct asked *asked = ask(test, 1, 1);
	struct ioasid_fault record;

	read(test, &record, 1);
	ioasid_request_answer(asked->request, -ESTALE);
	KUNIT_EXPECT_EQ(test, answer(test, record.group, IOASID_FAULT_RETRY),
			-ENOENT);
	expect_answer(test, asked, -ESTALE);
	expect_counts(test, 0, 0);
}

static void refuses_what_is_no_answer(struct kunit *test)
{
	struct asked *asked = ask(test, 1, 1);
	struct ioasid_fault_answer answers[2] = {};
	struct ioasid_fault record;

	read(test, &record, 1);
	KUNIT_EXPECT_EQ(test, answer(test, record.group, 0x7777), -EINVAL);
	KUNIT_EXPECT_EQ(test, write(test, answers, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, write(test, answers, 7), -EINVAL);
	KUNIT_EXPECT_EQ(test, write(test, answers, 9), -EINVAL);
	KUNIT_EXPECT_FALSE(test, asked->is_answered);
}

static void takes_answers_up_to_a_wrong_one(struct kunit *test)
{
	struct asked *first = ask(test, 1, 1), *last = ask(test, 2, 1);
	struct ioasid_fault_answer answers[3];
	struct ioasid_fault records[2];

	read(test, records, 2);
	answers[0] = (struct ioasid_fault_answer){ records[0].group,
						   IOASID_FAULT_RETRY };
	answers[1] = answers[0];
	answers[2] = (struct ioasid_fault_answer){ records[1].group,
						   IOASID_FAULT_RETRY };
	KUNIT_EXPECT_EQ(test, write(test, answers, sizeof(answers)), 8);
	KUNIT_EXPECT_TRUE(test, first->is_answered);
	KUNIT_EXPECT_FALSE(test, last->is_answered);
}

static void has_room_for_so_many(struct kunit *test)
{
	struct asked *asked[DEPTH + 1];
	struct ioasid_fault record;
	unsigned int i;

	for (i = 0; i < DEPTH; i++)
		asked[i] = ask(test, i, 1);
	read(test, &record, 1);
	asked[DEPTH] = ask(test, i, 1);
	expect_answer(test, asked[DEPTH], -EFAULT);
	expect_counts(test, DEPTH - 1, 1);
	answer(test, record.group, IOASID_FAULT_RETRY);
	KUNIT_EXPECT_FALSE(test, ask(test, i, 1)->is_answered);
}

static void answers_what_is_there_by_now(struct kunit *test)
{
	struct asked *both = ask(test, 1, 2), *one = ask(test, 2, 2);
	struct fixture *f = test->priv;
	struct ioasid_fault records[4];

	f->has_page[1] = true;
	f->has_page[2] = true;
	KUNIT_EXPECT_EQ(test, read(test, records, 4), 2 * sizeof(*records));
	expect_answer(test, both, 0);
	KUNIT_EXPECT_EQ(test, records[0].group, one->request->id);
}

static void gives_back_what_could_not_be_copied(struct kunit *test)
{
	struct asked *first = ask(test, 1, 1);
	struct fixture *f = test->priv;
	struct ioasid_fault record;

	ask(test, 2, 1);
	KUNIT_EXPECT_TRUE(test, ioasid_fault_queue_take(&f->queue,
							first->request));
	KUNIT_EXPECT_FALSE(test, ioasid_fault_queue_take(&f->queue,
							 first->request));
	KUNIT_EXPECT_EQ(test, answer(test, first->request->id,
				     IOASID_FAULT_RETRY), -EINVAL);
	expect_counts(test, 2, 0);
	ioasid_fault_queue_settle(&f->queue, first->request, false);
	KUNIT_EXPECT_EQ(test, read(test, &record, 1), sizeof(record));
	KUNIT_EXPECT_EQ(test, record.group, first->request->id);
}

static void forgets_what_ends_while_it_is_read(struct kunit *test)
{
	struct asked *asked = ask(test, 1, 1);
	struct fixture *f = test->priv;

	KUNIT_EXPECT_TRUE(test, ioasid_fault_queue_take(&f->queue,
							asked->request));
	ioasid_request_answer(asked->request, -ESTALE);
	expect_counts(test, 0, 0);
	ioasid_fault_queue_settle(&f->queue, asked->request, true);
	expect_counts(test, 0, 0);
	ioasid_fault_queue_settle(&f->queue, asked->request, false);
	expect_counts(test, 0, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&f->queue.unread));
}

static void fails_all_when_it_is_closed(struct kunit *test)
{
	struct asked *read_one = ask(test, 1, 1), *unread = ask(test, 2, 1);
	struct fixture *f = test->priv;
	struct ioasid_fault record;

	read(test, &record, 1);
	KUNIT_EXPECT_EQ(test, ioasid_fault_queue_open(&f->queue, 1), -EBUSY);
	ioasid_fault_queue_close(&f->queue);
	expect_answer(test, read_one, -ESTALE);
	expect_answer(test, unread, -ESTALE);
	expect_answer(test, ask(test, 3, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, ioasid_fault_queue_open(&f->queue, 1), 0);
	KUNIT_EXPECT_EQ(test, answer(test, record.group, IOASID_FAULT_RETRY),
			-ENOENT);
	KUNIT_EXPECT_FALSE(test, ask(test, 4, 1)->is_answered);
	expect_answer(test, ask(test, 5, 1), -EFAULT);
}

static void numbers_groups_without_0(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct asked *first, *second, *third;

	first = ask(test, 1, 1);
	f->queue.last_id = U32_MAX;
	second = ask(test, 2, 1);
	third = ask(test, 3, 1);
	KUNIT_EXPECT_EQ(test, first->request->id, 1);
	KUNIT_EXPECT_EQ(test, second->request->id, U32_MAX);
	KUNIT_EXPECT_EQ(test, third->request->id, 2);
}

/**
 * struct model - What should be in the queue
 * @waiting: requests, oldest first
 * @is_read: which of them have been read
 * @nr: how many
 */
struct model {
	struct asked *waiting[DEPTH];
	bool is_read[DEPTH];
	unsigned int nr;
};

static void model_remove(struct model *model, unsigned int i)
{
	model->nr--;
	for (; i < model->nr; i++) {
		model->waiting[i] = model->waiting[i + 1];
		model->is_read[i] = model->is_read[i + 1];
	}
}

static unsigned int model_count(const struct model *model, bool is_read)
{
	unsigned int i, nr = 0;

	for (i = 0; i < model->nr; i++)
		nr += model->is_read[i] == is_read;
	return nr;
}

static bool is_there(const struct asked *asked)
{
	return !ioasid_request_serve(asked->request, true);
}

/* Index of what should be read next; what is there by now is removed. */
static unsigned int model_next(struct kunit *test, struct model *model)
{
	unsigned int i = 0;

	while (i < model->nr &&
	       (model->is_read[i] || is_there(model->waiting[i]))) {
		if (model->is_read[i])
			i++;
		else
			model_remove(model, i);
	}
	return i;
}

static void random_ask(struct kunit *test, struct model *model,
		       struct rnd_state *random)
{
	struct asked *asked;

	asked = ask(test, unit_below(random, PAGES),
		    1 + unit_below(random, GROUP_MAX));
	KUNIT_ASSERT_EQ(test, asked->is_answered, model->nr == DEPTH);
	if (asked->is_answered)
		return;
	model->waiting[model->nr] = asked;
	model->is_read[model->nr++] = false;
}

static void check_group(struct kunit *test,
			const struct ioasid_request *request,
			const struct ioasid_fault *records)
{
	size_t i;

	for (i = 0; i < request->nr_pages; i++) {
		KUNIT_ASSERT_EQ(test, records[i].group, request->id);
		KUNIT_ASSERT_EQ(test, records[i].iova, request->pages[i].iova);
		KUNIT_ASSERT_EQ(test, !!(records[i].flags & IOASID_FAULT_LAST),
				i == request->nr_pages - 1);
	}
}

static void random_read(struct kunit *test, struct model *model,
			struct rnd_state *random)
{
	struct ioasid_fault records[RECORDS_MAX];
	unsigned int i, room = 1 + unit_below(random, RECORDS_MAX), done = 0;
	const struct ioasid_request *request;
	ssize_t rc = read(test, records, room);

	while (done < room) {
		i = model_next(test, model);
		if (i == model->nr)
			break;
		request = model->waiting[i]->request;
		if (request->nr_pages > room - done) {
			if (!done)
				KUNIT_ASSERT_EQ(test, rc, -EMSGSIZE);
			break;
		}
		check_group(test, request, records + done);
		done += request->nr_pages;
		model->is_read[i] = true;
	}
	if (done || rc != -EMSGSIZE)
		KUNIT_ASSERT_EQ(test, rc, done * sizeof(*records));
}

static void random_answer(struct kunit *test, struct model *model,
			  struct rnd_state *random)
{
	bool fail = unit_one_in(random, 2);
	struct fixture *f = test->priv;
	struct asked *asked;
	unsigned int i;
	ssize_t rc;

	if (!f->nr_asked)
		return;
	asked = &f->asked[f->nr_asked - 1 -
			  unit_below(random, min(f->nr_asked, 2 * DEPTH))];
	rc = answer(test, asked->request->id,
		    fail ? IOASID_FAULT_FAIL : IOASID_FAULT_RETRY);
	for (i = 0; i < model->nr && model->waiting[i] != asked; i++)
		;
	if (i == model->nr) {
		KUNIT_ASSERT_EQ(test, rc, -ENOENT);
	} else if (!model->is_read[i]) {
		KUNIT_ASSERT_EQ(test, rc, -EINVAL);
	} else {
		KUNIT_ASSERT_EQ(test, rc, sizeof(struct ioasid_fault_answer));
		expect_answer(test, asked, fail ? -EFAULT : 0);
		model_remove(model, i);
	}
}

/* As when a device is cut off. */
static void random_cut(struct kunit *test, struct model *model,
		       struct rnd_state *random)
{
	unsigned int i;

	if (!model->nr)
		return;
	i = unit_below(random, model->nr);
	ioasid_request_answer(model->waiting[i]->request, -ESTALE);
	model_remove(model, i);
}

static void random_step(struct kunit *test, struct model *model,
			struct rnd_state *random)
{
	struct fixture *f = test->priv;
	unsigned int page = unit_below(random, PAGES);

	switch (unit_below(random, 8)) {
	case 0:
	case 1:
	case 2:
		if (f->nr_asked < ASKED_MAX)
			random_ask(test, model, random);
		break;
	case 3:
		random_read(test, model, random);
		break;
	case 4:
	case 5:
		random_answer(test, model, random);
		break;
	case 6:
		random_cut(test, model, random);
		break;
	case 7:
		f->has_page[page] = unit_one_in(random, 3);
		break;
	}
}

static void agrees_with_a_model(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	struct rnd_state random;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, model);
	unit_random_init(&random);
	for (i = 0; i < RUNS; i++) {
		random_step(test, model, &random);
		expect_counts(test, model_count(model, false),
			      model_count(model, true));
	}
}

static int init(struct kunit *test)
{
	struct fixture *f = kvzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	f->space.id = 77;
	f->bond.space = &f->space;
	f->bond.cookie = 88;
	mutex_init(&f->bond.lock);
	ioasid_fault_queue_init(&f->queue);
	return ioasid_fault_queue_open(&f->queue, DEPTH);
}

/* Everybody gets an answer, and nothing is left. */
static void exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	ioasid_fault_queue_close(&f->queue);
	for (i = 0; i < f->nr_asked; i++) {
		KUNIT_EXPECT_TRUE(test, f->asked[i].is_answered);
		ioasid_request_put(f->asked[i].request);
	}
	KUNIT_EXPECT_EQ(test, f->nr_live, 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&f->queue.requests));
	expect_counts(test, 0, 0);
	kvfree(f);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(gives_a_group_to_a_reader),
	KUNIT_CASE(takes_both_answers),
	KUNIT_CASE(gives_only_whole_groups),
	KUNIT_CASE(refuses_answers_to_what_was_not_read),
	KUNIT_CASE(refuses_a_second_answer),
	KUNIT_CASE(refuses_a_late_answer),
	KUNIT_CASE(refuses_what_is_no_answer),
	KUNIT_CASE(takes_answers_up_to_a_wrong_one),
	KUNIT_CASE(has_room_for_so_many),
	KUNIT_CASE(answers_what_is_there_by_now),
	KUNIT_CASE(gives_back_what_could_not_be_copied),
	KUNIT_CASE(forgets_what_ends_while_it_is_read),
	KUNIT_CASE(fails_all_when_it_is_closed),
	KUNIT_CASE(numbers_groups_without_0),
	KUNIT_CASE(agrees_with_a_model),
	{}
};

static struct kunit_suite suite = {
	.name = "queue",
	.init = init,
	.exit = exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
