/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_TEMPLATE_STORE_H
#define STORE_TEMPLATE_STORE_H

#include "db/db.h"
#include "domain/wa_template.h"

/* Message templates of the op's account. Those that are gone at Meta are found only where it says
 * so. */

/* Meta's category of a template, from memory as a rule; a template that is gone keeps its own.
 * RC_MISSING: not known here. */
MUST_CHECK enum rc
template_store_category(struct op *op, const char **category, const char *waba_id, const char *name,
			const char *language);

/* By Meta's id, in whichever business account of the account; gone ones too. */
MUST_CHECK enum rc template_store_get(struct op *op, struct wa_template *out, const char *id);

/* What a list shows; NULL members: any. after_name, after_language: the last of the page before
 * (NULL: the first page). */
struct template_query {
	const char *waba_id, *name, *status, *category, *language, *after_name, *after_language;
	int64_t limit;
};
/* By name and language. */
MUST_CHECK enum rc
template_store_list(struct op *op, struct list *out, const struct template_query *query);

/* Names and languages alone (struct template_key), in the same order. */
struct template_key {
	const char *name, *language;
};
MUST_CHECK enum rc template_store_keys(struct op *op, struct list *out, const char *waba_id,
				       const struct template_key *after, int64_t limit);

/* As Meta describes it at t->as_of: new, or changed where it differs and is not newer. quality,
 * parameter_format and components NULL: as they were. Returns the batch index: batch_count tells
 * whether anything changed. */
int template_store_put(struct batch *batch, const struct wa_template *t, struct instant now);

/* What webhooks say about the one with Meta's id, at `as_of`; nothing where the row is newer. */
void template_store_status(struct batch *batch, const struct wa_template *t, struct instant now);
void template_store_quality(struct batch *batch, const struct wa_template *t, struct instant now);
void
template_store_recategorize(struct batch *batch, const struct wa_template *t, struct instant now);
void
template_store_components(struct batch *batch, const struct wa_template *t, struct instant now);

/* Gone at Meta, where the row is not newer than as_of. id, language NULL: all. Returns the batch
 * index. */
int template_store_gone(struct batch *batch, const struct wa_template *t, struct instant now);

/* ---- when the list of a business account is read ---- */

MUST_CHECK enum rc
template_store_sync(struct op *op, struct template_sync *out, const char *waba_id);
/* System scope: due at `now`, the longest first. */
MUST_CHECK enum rc
template_store_due(struct op *op, struct list *out, struct instant now, int64_t limit);

/* Have it read soon. afresh: a failure before counts no more, since credentials have changed. */
void template_store_want(struct batch *batch, const char *waba_id, struct instant now, bool afresh);
/* Begin it; RC_CONFLICT when it is not due, so that only one of many does. */
void template_store_begin(struct batch *batch, const char *waba_id, struct instant now);
/* It ended; next_at 0: nobody asks any more. A wish that came since it began at `began` stays. */
void template_store_synced(struct batch *batch, const char *waba_id, struct instant began,
			   struct instant next_at);
void template_store_failed(struct batch *batch, const char *waba_id, struct instant began,
			   struct instant next_at, const char *reason);
/* No open instance is left to ask with. */
void template_store_rest(struct batch *batch, const char *waba_id, struct instant began);

extern const struct stmt *const template_store_stmts[];

#endif
