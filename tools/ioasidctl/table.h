/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text in columns that are as wide as their widest cell.
 */
#ifndef IOASIDCTL_TABLE_H
#define IOASIDCTL_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "../common/compiler.h"

struct table {
	size_t columns;
	char **cells;
	size_t count;
};

/* Adds the next cell, row by row. Ends the program when memory runs out. */
__printf(2, 3)
void table_add(struct table *table, const char *format, ...);

/* Both write the rows, each with @indent before it, and empty the table. */
void table_print(struct table *table, const char *indent);
void table_write(struct table *table, const char *indent, FILE *out);

#endif
