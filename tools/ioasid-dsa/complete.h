/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ioasid-dsa complete WORD...: what shells offer for the last of these words,
 * as "ioasidctl complete" says it.
 */
#ifndef IOASID_DSA_COMPLETE_H
#define IOASID_DSA_COMPLETE_H

/* @words end with NULL. */
void complete(char **words);

#endif
