/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_KEEP_MEDIA_H
#define GATEWAY_KEEP_MEDIA_H

#include "db/db.h"
#include "domain/instance.h"
#include "provider/provider.h"

/* Files of messages from people: fetched by the worker where the instance asks for it, kept on disk
 * for a while. */

/* The file of a message, if it has one and the instance asks for it, is to be fetched: part of the
 * batch that stores the message. inbound_id: of what is typed on the phone
 * the provider's id. at: when it was received, from which its retention counts. */
void media_want(struct op *op, struct batch *batch, const struct instance *instance,
		const json_t *message, const char *inbound_id, struct instant at);

/* The address of ours at which a key of the account gets the file's bytes; NULL without an id that
 * can stand in one. */
const char *
media_address(struct op *op, const struct instance *instance, const struct message_media *media);

/* ---- the worker's ---- */

/* Settle what has ended, claim what is due, start it; on the worker's thread, in turns.
 * *next_due_ms: milliseconds until the next is due (-1: none known). RC_BUSY: the database is away.
 */
MUST_CHECK enum rc gateway_keep_turn(struct op *op, int64_t *done, int64_t *next_due_ms);
/* Settle what has ended and start nothing, before a worker stops. */
MUST_CHECK enum rc gateway_keep_finish(struct op *op, int64_t *settled);
/* Under way, or ended and not settled. */
int64_t gateway_keep_pending(void);
/* What is just being put on the disk gets there, what has come in part goes; before calls out end.
 */
void gateway_keep_stop(void);

/* Let files go whose days are over ([retention] media_days), a portion at a time; *n counts. */
MUST_CHECK enum rc gateway_forget_media(struct op *op, int64_t *n);

#endif
