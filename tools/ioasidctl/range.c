// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ioasid.h>

#include "../common/message.h"
#include "../common/size.h"
#include "range.h"

static bool is_hex(const char *text)
{
	return text[0] == '0' && tolower((unsigned char)text[1]) == 'x' &&
	       isxdigit((unsigned char)text[2]);
}

/* Reads up to @end, which is moved behind the number. */
static int read_address(const char *text, char **end, __u64 *address)
{
	bool hex = is_hex(text);

	if (!hex && !isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*address = strtoull(text, end, hex ? 16 : 10);
	return errno ? -EINVAL : 0;
}

int parse_address(const char *text, __u64 *address)
{
	char *end;

	return read_address(text, &end, address) || *end ? -EINVAL : 0;
}

int parse_length(const char *text, __u64 *length)
{
	if (is_hex(text))
		return parse_address(text, length);
	return parse_size(text, length) ? -EINVAL : 0;
}

/* A length is not 0, and does not lead beyond the last address. */
int parse_range(const char *text, struct range *range)
{
	char *end;

	range->length = 0;
	if (read_address(text, &end, &range->first))
		return -EINVAL;
	if (!*end)
		return 0;
	if (*end != '+' || parse_length(end + 1, &range->length) ||
	    !range->length || range->first + (range->length - 1) < range->first)
		return -EINVAL;
	return 0;
}

int take_range(const char *text, struct range *range)
{
	if (!parse_range(text, range))
		return STATUS_OK;
	return complain_usage("'%s' is not a range such as 0x100000000+2M",
			      text);
}

int take_whole_range(const char *text, struct range *range)
{
	int status;

	status = take_range(text, range);
	if (!status && !range->length)
		status = complain_usage("'%s' has no length, as in %s+4K",
					text, text);
	return status;
}

/* No size has more than 4 digits and a letter. */
struct page_sizes_text format_page_sizes(__u64 sizes)
{
	static const char suffixes[][2] = { "", "K", "M", "G", "T", "P", "E" };
	struct page_sizes_text out = { "-" };
	size_t used = 0;
	int shift;

	for (shift = 0; shift < 64 && used < sizeof(out.text) - 8; shift++) {
		if (!(sizes >> shift & 1))
			continue;
		used += snprintf(out.text + used, sizeof(out.text) - used,
				 "%s%u%s", used ? "," : "", 1 << shift % 10,
				 suffixes[shift / 10]);
	}
	return out;
}

const char *format_access(__u32 flags)
{
	static const char * const texts[] = { "-", "r", "w", "rw" };

	return texts[flags & (IOASID_READ | IOASID_WRITE)];
}
