// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Words for numbers: types, states, rights, operations and completions.
 */
#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#include "sys.h"
#include "words.h"

static const char * const type_names[] = {
	[IOASID_TYPE_SVA] = "sva",
	[IOASID_TYPE_IOVA] = "iova",
};

static const char * const state_names[] = {
	[IOASID_STATE_IDLE] = "idle",
	[IOASID_STATE_ACTIVE] = "active",
	[IOASID_STATE_FREE_PENDING] = "free-pending",
	[IOASID_STATE_FREE] = "free",
};

/* In the order of their bits. */
static const char * const right_names[] = {
	"attach", "map", "access", "fault", "manage",
};

static const char * const opcode_names[] = {
	[DSA_OPCODE_NOOP] = "NOOP",
	[DSA_OPCODE_BATCH] = "BATCH",
	[DSA_OPCODE_MEMMOVE] = "MEMMOVE",
	[DSA_OPCODE_MEMFILL] = "MEMFILL",
	[DSA_OPCODE_COMPARE] = "COMPARE",
	[DSA_OPCODE_COMPVAL] = "COMPVAL",
	[DSA_OPCODE_DUALCAST] = "DUALCAST",
	[DSA_OPCODE_CRCGEN] = "CRCGEN",
	[DSA_OPCODE_COPY_CRC] = "COPY_CRC",
};

static const char * const completion_texts[] = {
	[DSA_COMP_NONE] = "not completed",
	[DSA_COMP_SUCCESS] = "success",
	[DSA_COMP_SUCCESS_PRED] = "success, not the expected result",
	[DSA_COMP_PAGE_FAULT_NOBOF] =
		"page fault while reading, not resolved (no BOF flag)",
	[DSA_COMP_PAGE_FAULT_IR] =
		"page fault while reading: access refused",
	[DSA_COMP_BATCH_FAIL] = "a descriptor of the batch failed",
	[DSA_COMP_BATCH_PAGE_FAULT] =
		"page fault while reading the batch's descriptors",
	[DSA_COMP_BAD_OPCODE] = "unknown operation",
	[DSA_COMP_INVALID_FLAGS] = "invalid flags",
	[DSA_COMP_NOZERO_RESERVE] = "a reserved field is not zero",
	[DSA_COMP_XFER_ERANGE] = "transfer size out of range",
	[DSA_COMP_DESC_CNT_ERANGE] = "number of descriptors out of range",
	[DSA_COMP_OVERLAP_BUFFERS] = "buffers overlap",
	[DSA_COMP_DCAST_ERR] = "destinations of a dualcast not aligned alike",
	[DSA_COMP_DESCLIST_ALIGN] = "list of descriptors not aligned",
	[DSA_COMP_CRA_XLAT] = "completion record cannot be written",
	[DSA_COMP_CRA_ALIGN] = "completion record not aligned",
	[DSA_COMP_PRIV_BAD] = "privileged access is not allowed",
};

static const char *name(const char * const *names, size_t count, __u32 number)
{
	return number < count ? names[number] : NULL;
}

const char *ioasid_type_name(__u32 type)
{
	return name(type_names, ARRAY_SIZE(type_names), type);
}

const char *ioasid_state_name(__u32 state)
{
	return name(state_names, ARRAY_SIZE(state_names), state);
}

const char *ioasid_right_name(__u32 right)
{
	if (!right || right & (right - 1))
		return NULL;
	return name(right_names, ARRAY_SIZE(right_names),
		    __builtin_ctz(right));
}

const char *ioasid_rights_text(__u32 rights, char *buf, size_t size)
{
	struct words words = { .buf = buf, .size = size };
	size_t i;

	words_add(&words, "%s", "");
	for (i = 0; i < ARRAY_SIZE(right_names); i++)
		if (rights >> i & 1)
			words_add(&words, "%s%s", words.used ? " " : "",
				  right_names[i]);
	return buf;
}

const char *ioasid_opcode_name(__u8 opcode)
{
	return name(opcode_names, ARRAY_SIZE(opcode_names), opcode);
}

const char *ioasid_completion_explain(__u8 status)
{
	const char *text;

	if (status == (DSA_COMP_PAGE_FAULT_NOBOF | DSA_COMP_STATUS_WRITE))
		return "page fault while writing, not resolved (no BOF flag)";
	if (status == (DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE))
		return "page fault while writing: access refused";
	text = name(completion_texts, ARRAY_SIZE(completion_texts),
		    status & DSA_COMP_STATUS_MASK);
	return text ?: "unknown completion status";
}
