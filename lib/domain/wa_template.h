/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_WA_TEMPLATE_H
#define DOMAIN_WA_TEMPLATE_H

#include "core/json_out.h"
#include "core/shape.h"

/* One language of a message template of a WhatsApp business account, as Meta has it. Words are
 * Meta's own: category MARKETING, UTILITY, AUTHENTICATION; status APPROVED, PENDING, REJECTED,
 * PAUSED, DISABLED, ... (developers.facebook.com/docs/whatsapp/business-management-api). */
struct wa_template {
	const char *id; /* Meta's */
	const char *account_id, *waba_id, *name, *language, *category, *status, *quality;
	const char *rejected_reason, *parameter_format, *components;
	const char *previous_category, *correct_category;
	struct instant as_of, updated_at, deleted_at;
};
extern const struct shape wa_template_shape[];

/* As Meta's list has it: id, name, language, status, category, ..., components. */
void wa_template_write(struct json_out *out, const char *name, const struct wa_template *t);

/* Meta's statuses after which the template is no longer there. */
bool wa_template_is_gone(const char *status);

/* When the list of a business account's templates was and will be read. */
struct template_sync {
	const char *account_id, *waba_id, *reason; /* reason: of the last failure */
	int64_t failures;                          /* since the last success */
	struct instant due_at, tried_at, synced_at;
};
extern const struct shape template_sync_shape[];

enum {
	TEMPLATE_SYNC_EVERY_MS = 3600000, /* Meta allows 200 calls per hour and business account */
	TEMPLATE_SYNC_SPACING_MS = 5000,  /* however often somebody wishes for it */
	TEMPLATE_SYNC_LEASE_MS = 300000   /* after which one that was begun is taken for dead */
};

/* How long to wait after so many failures in a row: a minute, doubling, an hour at most. */
int64_t template_sync_pause_ms(int64_t failures);

#endif
