// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl translate: what is at an address, or in a range.
 *
 * The kernel answers for a page at a time. Pages that are alike and beside each
 * other become one line, unless their physical addresses are asked for and do
 * not follow each other.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "json.h"
#include "range.h"
#include "reach.h"
#include "table.h"

/**
 * struct piece - Addresses of which the same can be said
 * @first: the first
 * @last: the last
 * @flags: IOASID_* bits of out_flags
 * @page_size: size of the pages, or 0
 * @phys: physical address of @first, or 0
 */
struct piece {
	__u64 first;
	__u64 last;
	__u32 flags;
	__u64 page_size;
	__u64 phys;
};

/**
 * struct walk - A walk over a range
 * @pieces: what was found
 * @count: how many
 * @last: the last address to look at
 * @physical: tell pieces of memory apart
 */
struct walk {
	struct piece *pieces;
	size_t count;
	__u64 last;
	bool physical;
};

static const char * const headings[] = {
	"FIRST", "LAST", "ACCESS", "PRESENT", "PAGES", "PHYSICAL",
};

static bool goes_on(const struct walk *walk, const struct piece *piece)
{
	const struct piece *before;

	if (!walk->count)
		return false;
	before = &walk->pieces[walk->count - 1];
	if (before->flags != piece->flags ||
	    before->page_size != piece->page_size)
		return false;
	return !walk->physical || !piece->phys ||
	       before->phys + (piece->first - before->first) == piece->phys;
}

/* Ends the program when memory runs out. */
static void add_piece(struct walk *walk, const struct piece *piece)
{
	if (goes_on(walk, piece)) {
		walk->pieces[walk->count - 1].last = piece->last;
		return;
	}
	walk->pieces = reallocarray(walk->pieces, walk->count + 1,
				    sizeof(*walk->pieces));
	if (!walk->pieces) {
		complain("out of memory");
		exit(STATUS_FAILED);
	}
	walk->pieces[walk->count++] = *piece;
}

/* The part of an answer from @first on, and no further than was asked for. */
static struct piece piece_of(const struct ioasid_translate *answer,
			     __u64 first, __u64 last)
{
	__u64 end = answer->out_iova + answer->out_length - 1;
	struct piece piece = {
		.first = first,
		.last = end < last ? end : last,
		.flags = answer->out_flags,
		.page_size = answer->out_page_size,
	};

	if (answer->out_phys)
		piece.phys = answer->out_phys + (first - answer->out_iova);
	return piece;
}

static int look(int space, struct walk *walk, __u64 next)
{
	struct ioasid_translate answer;
	struct piece piece;
	int rc;

	do {
		rc = ioasid_space_translate(space, next, &answer);
		if (rc)
			return rc;
		piece = piece_of(&answer, next, walk->last);
		add_piece(walk, &piece);
		next = piece.last + 1;
	} while (piece.last != walk->last);
	return 0;
}

static void print_text(const struct walk *walk)
{
	size_t columns = ARRAY_SIZE(headings) - !walk->physical;
	struct table table = { .columns = columns };
	const struct piece *piece;
	size_t i;

	for (i = 0; i < columns; i++)
		table_add(&table, "%s", headings[i]);
	for (i = 0; i < walk->count; i++) {
		piece = &walk->pieces[i];
		table_add(&table, "0x%llx", piece->first);
		table_add(&table, "0x%llx", piece->last);
		table_add(&table, "%s", format_access(piece->flags));
		table_add(&table, "%s",
			  piece->flags & IOASID_PRESENT ? "yes" : "no");
		table_add(&table, "%s",
			  format_page_sizes(piece->page_size).text);
		if (walk->physical)
			table_add(&table, piece->phys ? "0x%llx" : "-",
				  piece->phys);
	}
	table_print(&table, "");
}

static struct json_object *piece_to_json(const struct piece *piece,
					 bool physical)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "first", piece->first);
	json_add_number(object, "last", piece->last);
	json_add_bool(object, "mapped", piece->flags & IOASID_MAPPED);
	json_add_bool(object, "read", piece->flags & IOASID_READ);
	json_add_bool(object, "write", piece->flags & IOASID_WRITE);
	json_add_bool(object, "present", piece->flags & IOASID_PRESENT);
	json_add_number(object, "page_size", piece->page_size);
	if (physical && piece->phys)
		json_add_number(object, "physical", piece->phys);
	return object;
}

static void print_json(const struct walk *walk)
{
	struct json_object *root = json_object_new_array();
	size_t i;

	for (i = 0; i < walk->count; i++)
		json_object_array_add(root, piece_to_json(&walk->pieces[i],
							  walk->physical));
	json_print(root);
}

static void mention_physical(const struct walk *walk)
{
	size_t i;

	for (i = 0; i < walk->count; i++)
		if (walk->pieces[i].phys)
			return;
	if (geteuid())
		complain("physical addresses are for root");
}

static int look_at(const char *name, const struct range *range,
		   struct walk *walk)
{
	int status, space, rc;
	__u64 id;

	status = reach_space(name, IOASID_RIGHT_MAP | IOASID_RIGHT_ACCESS,
			     &space, &id);
	if (status)
		return status;
	rc = look(space, walk, range->first);
	close(space);
	if (!rc)
		return STATUS_OK;
	complain("cannot translate in space %llu: %s", id,
		 ioasid_explain(IOASID_OP_SPACE, rc));
	return STATUS_FAILED;
}

static int run(char **arguments, const struct options *options)
{
	struct walk walk = { .physical = options->given & OPTION_PHYSICAL };
	struct range range;
	int status;

	status = take_range(arguments[1], &range);
	if (status)
		return status;
	walk.last = range.first + (range.length ? range.length - 1 : 0);
	status = look_at(arguments[0], &range, &walk);
	if (!status && options->given & OPTION_JSON)
		print_json(&walk);
	else if (!status)
		print_text(&walk);
	if (!status && walk.physical)
		mention_physical(&walk);
	free(walk.pieces);
	return status;
}

const struct command translate_command = {
	.name = "translate",
	.arguments = "ID ADDRESS[+LENGTH]",
	.summary = "what is at an address of a space",
	.help =
"Prints how a space translates an address, or all addresses of a range, at this\n"
"moment: what may be done there (- for nothing), whether every attached device\n"
"finds it without a page request, and the size of its pages in the tables of\n"
"IOMMUs.\n"
"\n"
"  --physical     also the physical addresses, for root\n",
	.examples =
"  ioasidctl translate 7 0x100000000\n"
"  ioasidctl translate 7 0x100000000+2M --physical\n",
	.min_arguments = 2,
	.max_arguments = 2,
	.takes = OPTION_JSON | OPTION_PHYSICAL,
	.first = ARGUMENT_SPACE,
	.run = run,
};
