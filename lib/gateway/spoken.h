/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SPOKEN_H
#define GATEWAY_SPOKEN_H

#include "core/clock.h"

/* A conversation: all three as the database was asked for it. */
struct spoken_with {
	const char *account_id, *instance_id, *recipient;
};

/* Somebody has said something there; when the person last did, as far as was read (0: never). */
void spoken_note(const struct spoken_with *with, struct instant heard_at);
/* False: not known to this process. *heard_at: not before then. */
bool spoken_find(const struct spoken_with *with, struct instant *heard_at);

#endif
