/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_APPLY_H
#define GATEWAY_APPLY_H

#include "gateway/events.h"
#include "provider/provider.h"
#include "store/status_store.h"

/* How something made of many items went: the first failure, with its sentence. */
struct outcome {
	enum rc rc;
	const char *why;
};

/* What an item depends on; NULL: nothing (more). */
struct apply_keys {
	const char *one, *other;
};

/*
 * Inside of the worker's side of receiving. An item is one message, status or other change of a
 * webhook for one account, on its way into the database: one op, one batch, all or nothing.
 */
struct item {
	struct op *op;       /* its own, in the account of its instance */
	struct batch *batch; /* filled by one of the functions below */
	const struct happening *happening;
	const struct instance *instance; /* whose it is */
	struct list also; /* struct instance: of an item for a whole business account */
	struct instant received_at;

	/* for apply_group.c */
	struct apply_keys keys;  /* items with one in common do not share a commit */
	struct outcome *outcome; /* of what it is a part of; NULL: nobody asks */
};

/* By its happening's kind: one of those that follow. */
MUST_CHECK enum rc apply_item(struct item *item);
struct apply_keys apply_keys(struct op *op, const struct happening *happening);

/* A message from a person: inbound row, opt-out or opt-in, events. RC_CONFLICT from the batch:
 * told before, as from all that follow. */
MUST_CHECK enum rc apply_inbound(struct item *item);

/* What became of an outbound message, known here or not (yet). RC_BUSY: the message moved
 * meanwhile, read again. */
MUST_CHECK enum rc apply_status(struct item *item);

/* A status that waited for its message, which is known now. The instance may be NULL: deleted. */
MUST_CHECK enum rc apply_adopted(struct item *item, const struct status *status);

/* Written on the phone: a line of the conversation, and an event. */
MUST_CHECK enum rc apply_echo(struct item *item);

/* What was written before the number came here: lines of conversations, and no more than the
 * provider's form. One chunk of it; one message of it by itself. */
MUST_CHECK enum rc apply_history(struct item *item);
MUST_CHECK enum rc apply_past(struct item *item);

/* A call that begins or ends; one change of a group. */
MUST_CHECK enum rc apply_call(struct item *item);
MUST_CHECK enum rc apply_wa_group(struct item *item);

/* Anything else, known to this build or not. */
MUST_CHECK enum rc apply_other(struct item *item);

/* What it says about a template, if it is about one: into the store, as part of the batch. The
 * members of the event, and its topic's name; untouched when it is about none. */
MUST_CHECK enum rc apply_template(struct item *item, struct event_draft *draft);

/* What is said about the business account or its numbers: the event, then their state. */
MUST_CHECK enum rc apply_account(struct item *item);

/* What it says about people's wish for marketing, if it does: suppressions and events. */
MUST_CHECK enum rc apply_preferences(struct item *item);

/* Meta's timestamps: decimal seconds as text or number; absent or absurd: `otherwise`. */
struct instant apply_time(struct op *op, const json_t *item, struct instant otherwise);
/* Of its entry, in the same way. */
struct instant
apply_entry_time(struct op *op, const struct happening *happening, struct instant otherwise);

/* A number as Meta writes it; NULL: there is none, or it is no number. */
const char *apply_digits(struct op *op, const json_t *object, const char *name);

/* A message of Meta's as a row, whoever wrote it. */
void apply_read_message(struct item *item, struct inbound *out);
/* What it says, into the open object: message_text to referral. */
void apply_write_content(struct json_out *out, const struct item *item, const struct inbound *row,
			 const json_t *message);

/* "error": {code, title, details} of one of Meta's; null where there is none. */
void apply_write_error(struct json_out *out, const json_t *error);

/* The person wrote (unread: one more to read) or called; who NULL: nobody known. Not later than it
 * was received. */
MUST_CHECK enum rc apply_heard(struct item *item, const char *who, struct instant at, bool unread);

/* An event of what cannot be told twice but by its content: one of the draft's digest is
 * RC_CONFLICT from the batch. Fills in what the item says: instances, happening, digest. */
MUST_CHECK enum rc apply_tell(struct item *item, struct event_draft *draft);

/* An event in the provider's form only. */
MUST_CHECK enum rc apply_forward(struct item *item, const char *topic, const char *lane,
				 const struct message *about, const char *digest);

#endif
