/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TEMPLATES_SYNC_H
#define GATEWAY_TEMPLATES_SYNC_H

#include "provider/provider.h"
#include "store/template_store.h"

/*
 * One reading of a business account's list of templates, page by page, in ops of its own: the
 * whole has one, and each page another, so that a long list costs no more memory than a page.
 * Between template_run_ask and template_run_take somebody performs run->call.
 */
struct template_run {
	struct op *op;   /* in the account */
	struct op *page; /* of the call under way; NULL: none */
	const struct provider *provider;
	struct credentials credentials;
	const char *waba_id, *after;
	struct template_key *seen;
	size_t seen_count, seen_room, pages;
	int64_t failures, changed, gone;
	struct instant began;
	struct net_call call;
	bool answered; /* for whoever waits */
};

/*
 * Begin it where it is due; with wish also where it is not, unless it was tried a moment ago or
 * failed lately. *out is NULL when the account has no open instance there: then nobody asks until
 * it has. RC_CONFLICT: not due, or another is at it.
 */
MUST_CHECK enum rc template_run_begin(struct op *op, struct template_run **out,
				      const struct template_sync *sync, bool wish);

void template_run_ask(struct template_run *run);

/* What came of the call, into the store. *over: that was all, or it failed and the reason is kept;
 * *failed tells which. Not RC_OK: the database is away; it is tried again when the lease is over.
 */
MUST_CHECK enum rc template_run_take(struct template_run *run, bool *over, const char **failed);

void template_run_end(struct template_run *run);

#endif
