// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU that counts what is executed between two marks.
 *
 *	qemu-system-x86_64 ... -plugin plugin.so,out=FILE
 *
 * QEMU translates blocks of instructions that are executed in a row. Whenever
 * one begins while counting is on, all its instructions count: of the kernel as
 * of programs, whichever they are. A mark (../mark.h) turns counting on, the
 * next one off.
 *
 * A block may be translated again, and is one more then; none is ever
 * forgotten, since QEMU does not tell when it drops one. A block that an
 * exception leaves half way has counted as a whole, as has the one in which
 * counting is turned off, and that in which it is turned on has not: a few
 * instructions each.
 *
 * There is one processor (-icount), so nothing here is locked.
 *
 * FILE is written when QEMU ends: a line for each block that was executed, with
 * its address in 16 hexadecimal digits, and how many instructions that were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../mark.h"
#include "qemu-plugin.h"

/**
 * struct block - Instructions that are executed in a row
 * @next: that was translated before it
 * @address: of the first one
 * @length: in instructions
 * @executed: instructions, while counting was on
 */
struct block {
	struct block *next;
	__u64 address;
	__u64 length;
	__u64 executed;
};

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct block *blocks;
static int counting;
static const char *out;

static void count(unsigned int cpu, void *data)
{
	struct block *block = data;

	(void)cpu;
	if (counting)
		block->executed += block->length;
}

static void toggle(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	counting = !counting;
}

static int is_mark(const struct qemu_plugin_insn *insn)
{
	static const __u32 mark[] = { MARK_OPCODE, MARK_OPERAND };
	__u32 bytes[2];

	if (qemu_plugin_insn_size(insn) != sizeof(mark))
		return 0;
	copy_insn(insn, bytes, sizeof(bytes));
	return !memcmp(bytes, mark, sizeof(mark));
}

static struct block *new_block(__u64 address, __u64 length)
{
	struct block *block = calloc(1, sizeof(*block));

	if (!block) {
		perror("profile");
		abort();
	}
	block->next = blocks;
	block->address = address;
	block->length = length;
	blocks = block;
	return block;
}

static void look_for_mark(struct qemu_plugin_insn *insn)
{
	if (is_mark(insn))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, toggle,
						       QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
}

static void look_at(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, length = qemu_plugin_tb_n_insns(tb);
	struct block *block = new_block(qemu_plugin_tb_vaddr(tb), length);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, count, QEMU_PLUGIN_CB_NO_REGS,
					     block);
	for (i = 0; i < length; i++)
		look_for_mark(qemu_plugin_tb_get_insn(tb, i));
}

static void print_blocks(FILE *file)
{
	const struct block *block;

	for (block = blocks; block; block = block->next)
		if (block->executed)
			fprintf(file, "%016llx %llu\n",
				block->address, block->executed);
}

static void finish(qemu_plugin_id_t id, void *data)
{
	FILE *file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file) {
		perror(out);
		return;
	}
	print_blocks(file);
	if (ferror(file) | fclose(file))
		perror(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fputs("profile: there is one argument: out=FILE\n", stderr);
		return -1;
	}
	out = strdup(argv[0] + 4);
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, look_at);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
