/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INCIDENT_STORE_H
#define STORE_INCIDENT_STORE_H

#include "db/db.h"
#include "domain/incident.h"

/* ---- of the op's account ---- */

/* The newest of that kind and subject, open or over; RC_MISSING. */
MUST_CHECK enum rc
incident_store_last(struct op *op, struct incident *out, const char *kind, const char *subject);

/* Newest first. open: only those that are not over. */
MUST_CHECK enum rc
incident_store_list(struct op *op, struct list *out, bool open, const char *before, int64_t limit);

/* A new one; RC_CONFLICT when one of its kind and subject is open. */
void incident_store_open(struct batch *batch, const struct incident *incident);
/* Its state has changed; RC_CONFLICT when it is over, or somebody else has told that level. */
void
incident_store_change(struct batch *batch, const struct incident *incident, int64_t told_before);
/* It is over, as outcome says; RC_CONFLICT when it was already. */
void incident_store_end(struct batch *batch, const struct incident *incident);

/* ---- of all accounts ---- */

/* Those that are open, by id, after that one ("": from the first). */
MUST_CHECK enum rc
incident_store_walk(struct op *op, struct list *out, const char *after, int64_t limit);

/* Remove what was over before then, so many at most. Returns the batch index. */
int incident_store_forget(struct batch *batch, struct instant before, int64_t limit);

extern const struct stmt *const incident_store_stmts[];

#endif
