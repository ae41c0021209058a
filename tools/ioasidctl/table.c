// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/message.h"
#include "colour.h"
#include "table.h"

#define GAP	2

static void out_of_memory(void)
{
	complain("out of memory");
	exit(STATUS_FAILED);
}

void table_add(struct table *table, const char *format, ...)
{
	va_list args;
	int length;

	table->cells = reallocarray(table->cells, table->count + 1,
				    sizeof(*table->cells));
	if (!table->cells)
		out_of_memory();
	va_start(args, format);
	length = vasprintf(&table->cells[table->count], format, args);
	va_end(args);
	if (length < 0)
		out_of_memory();
	table->count++;
}

static int width(const struct table *table, size_t column)
{
	int length, widest = 0;
	size_t i;

	for (i = column; i < table->count; i += table->columns) {
		length = colour_width(table->cells[i]);
		if (length > widest)
			widest = length;
	}
	return widest + GAP;
}

static void write_cell(const char *cell, int width, FILE *out)
{
	fprintf(out, "%s%*s", cell, width - colour_width(cell), "");
}

void table_write(struct table *table, const char *indent, FILE *out)
{
	size_t i, column;

	for (i = 0; i < table->count; i++) {
		column = i % table->columns;
		if (!column)
			fputs(indent, out);
		if (column == table->columns - 1)
			fprintf(out, "%s\n", table->cells[i]);
		else
			write_cell(table->cells[i], width(table, column), out);
	}
	while (table->count)
		free(table->cells[--table->count]);
	free(table->cells);
	table->cells = NULL;
}

void table_print(struct table *table, const char *indent)
{
	table_write(table, indent, stdout);
}
