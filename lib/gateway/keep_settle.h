/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEEP_SETTLE_H
#define GATEWAY_KEEP_SETTLE_H

#include "gateway/keep_fetch.h"

/* When there may be room on the disk again. */
#define KEEP_ROOM_AGAIN_MS (20 * SECOND_MS)

/* The row of a file that is over, as it is to be stored; remembers numbers to be left alone. The
 * same again gives the same. */
struct inbound_media keep_outcome(const struct fetch *fetch, struct instant now);

/* Until then nothing is asked of this instance; 0: it may be asked. The worker's thread alone. */
struct instant keep_rests_until(const char *instance_id);

#endif
