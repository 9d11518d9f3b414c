/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TROUBLE_H
#define GATEWAY_TROUBLE_H

#include "domain/api_key.h"
#include "domain/incident.h"
#include "domain/instance.h"
#include "domain/plan.h"
#include "domain/wa_template.h"
#include "store/use_store.h"

/* What is the matter with a noun as it is now, in words: the rules of incidents, of mail about
 * them and of what the overview shows. */
struct trouble {
	const char *kind, *subject, *state; /* as of struct incident */
	const char *name;                   /* what people call the subject */
	int64_t level;                      /* INCIDENT_BAD, INCIDENT_WORSE */
	const char *text;                   /* one sentence without its full stop */
	const char *todo;                   /* what to do about it, a sentence */
	const char *link, *link_text;       /* the page where that is done */
	struct instant since;               /* 0: nobody knows; since it was found, then */
};

/* Each is false when nothing is the matter, and *out is untouched then. */
bool trouble_of_instance(struct op *op, struct trouble *out, const struct instance *instance);
bool trouble_of_quality(struct op *op, struct trouble *out, const struct instance *instance);
bool trouble_of_template(struct op *op, struct trouble *out, const struct wa_template *t);
bool trouble_of_endpoint(struct op *op, struct trouble *out, const struct endpoint *endpoint);
bool trouble_of_key(struct op *op, struct trouble *out, const struct api_key *key);
/* window: "day" or "month". */
bool trouble_of_use(struct op *op, struct trouble *out, const struct account *account,
		    const struct account_use *use, const char *window);

/* An endpoint fails for so long before anybody is told. */
#define ENDPOINT_FAILING_MS HOUR_MS
/* A key is about to expire in so long, and in the second half of its life. */
#define KEY_EXPIRING_MS (7 * DAY_MS)
enum { LIMIT_NEAR_PERCENT = 80 };

/* An address without its query, where secrets may stand. */
const char *trouble_place(struct op *op, const char *url);

#endif
