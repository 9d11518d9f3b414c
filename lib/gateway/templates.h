/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TEMPLATES_H
#define GATEWAY_TEMPLATES_H

#include "domain/wa_template.h"
#include "gateway/engine.h"
#include "gateway/management.h"

/* Message templates: read from the store, changed at the provider. A template belongs to the
 * WhatsApp business account of an instance. */

struct template_filter {
	const char *name, *status, *category, *language; /* NULL: any */
	const char *after;                               /* cursor; NULL: the first page */
	int64_t limit;                                   /* 1 to 200 */
};
/* By name and language. The first time the list is read from the provider before: RC_UPSTREAM with
 * its reason when that fails, RC_BUSY when it is being read just now. RC_CONFLICT: the instance
 * has no WABA id yet. RC_INPUT: the cursor is none of ours. *next NULL: that was the last page. */
MUST_CHECK enum rc
gateway_list_templates(struct op *op, struct list *out, const char **next,
		       const struct instance *instance, const struct template_filter *filter);
/* The cursor behind a template. */
const char *template_cursor(struct op *op, const struct wa_template *t);

/* Read the list from the provider now. RC_UPSTREAM with the provider's reason; RC_BUSY: somebody
 * is reading it, or did so a moment ago. */
struct template_summary {
	int64_t templates, changed, gone;
};
MUST_CHECK enum rc gateway_sync_templates(struct op *op, struct template_summary *out,
					  const struct instance *instance);

/* Changes at the provider, whose answer is in m->result. What it accepted is in the store at once.
 * RC_INPUT: the body is no JSON object. */
MUST_CHECK enum rc gateway_create_template(struct op *op, struct management *m);
MUST_CHECK enum rc
gateway_edit_template(struct op *op, struct management *m, const struct wa_template *t);
/* All languages of a name, or the one with that id (NULL: all). */
MUST_CHECK enum rc
gateway_delete_template(struct op *op, struct management *m, const char *name, const char *id);

/* The worker's turn: what is due begins, what was answered goes on. *next_ms: -1. */
MUST_CHECK enum rc gateway_templates_turn(struct op *op, int64_t *done, int64_t *next_ms);
int64_t gateway_templates_pending(void);

#endif
