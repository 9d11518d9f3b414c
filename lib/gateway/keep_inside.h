/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEEP_INSIDE_H
#define GATEWAY_KEEP_INSIDE_H

#include "gateway/keep_media.h"

/* Between the files that keep media; nobody else includes this. */

/* There may be a new row: the next turn looks at once. */
void keep_note_wanted(void);

/* Is this content just being put where it is kept? */
bool keep_is_coming(const char *hash);

#endif
