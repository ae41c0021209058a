/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mark in the stream of instructions, for an emulator that looks for it: see
 * profile/plugin.c. To the processor it is a NOP, with an operand that no
 * compiler makes.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#define MARK_OPERAND	0x4f494d4b

/* nopl MARK_OPERAND(%rax,%rax,1) is this, and the operand. */
#define MARK_OPCODE	0x00841f0f

static inline void mark(void)
{
	asm volatile("nopl %c0(%%rax,%%rax,1)" :: "i" (MARK_OPERAND)
		     : "memory");
}

#endif
