/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_FOLD_H
#define DOMAIN_FOLD_H

#include "core/text.h"

/*
 * A text's words as they are compared: NFKC, case folded, without marks over Latin and Arabic
 * letters, invisible characters and emoji; one blank before, between and after the words. Only the
 * first max bytes are looked at, less what would be half a character.
 */
const char *fold_words(struct arena *arena, const char *text, size_t max);

#endif
