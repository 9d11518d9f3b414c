/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "core/json.h"
#include "domain/instance.h"
#include "domain/message.h"
#include "domain/send_retry.h"
#include "net/net.h"

/*
 * The contract of a driver.
 *
 *  1. A driver MUST turn a message into one net_call and one finished net_call into one outcome;
 *     it MUST NOT perform the call, retry, sleep, or write to the store.
 *  2. It MUST NOT keep pointers past the op, nor log bodies.
 *  3. It MUST answer SEND_UNKNOWN whenever the provider may have the message.
 *  4. A member it does not know is news, not an error: it MUST pass it through.
 *  5. Credentials come opened in struct credentials and MUST NOT appear in URLs, words or logs.
 */
enum send_outcome {
	SEND_ACCEPTED, /* provider_id is set */
	SEND_REFUSED,  /* definitely not sent; the caller may change something and try again */
	SEND_NOT_SENT, /* definitely not sent: no byte left, or the provider was away */
	SEND_UNKNOWN   /* it may or may not have it */
};

struct credentials {
	const char *access_token, *app_secret, *previous_app_secret, *verify_token;
};

struct provider_error {
	int64_t code, subcode;
	const char *type, *message, *title, *details, *trace;
	bool retryable; /* by Meta's classes (errors.json): the same request may succeed later */
	bool stops_instance; /* token or permission class: the instance closes */
	bool holds_number;   /* nothing goes out through this number for now */
	enum send_retry retry;
	int64_t wait_ms; /* until the provider takes it, as it said or as is known; 0: not known */
};

struct send_result {
	enum send_outcome outcome;
	const char *provider_id, *wa_id, *user_id;
	int http_status;
	struct bytes answer; /* the provider's body as it came, for the Graph dialect */
	struct provider_error error;
	const char *words; /* for people, when not accepted */
};

/* What a number looks like to the provider. */
struct number_check {
	bool ok;
	const char *display_number, *verified_name, *quality, *reason;
};

struct provider {
	const char *name;
	/* payload: Meta's message body, with biz_opaque_callback_data already in it. marketing: by
	 * the provider's way for campaigns, where it has one. */
	void (*send_request)(struct op *op, struct net_call *out, const struct instance *instance,
			     const struct credentials *credentials, struct bytes payload,
			     bool marketing);
	void (*send_read)(struct op *op, struct send_result *out, const struct net_call *call);
	void (*check_request)(struct op *op, struct net_call *out, const struct instance *instance,
			      const struct credentials *credentials);
	void (*check_read)(struct op *op, struct number_check *out, const struct net_call *call);
	/* RC_OK when the signature header proves one of the secrets; RC_AUTH otherwise. */
	enum rc (*verify)(struct op *op, const struct credentials *credentials, struct bytes raw,
			  const char *signature);
};

extern const struct provider cloud_provider;

/* By the instance's provider; NULL when this build has none of that name. */
const struct provider *provider_of(const char *name);

/* ---- what the provider tells us, taken apart (Meta's webhook) ---- */

enum happening_kind { HAPPENED_MESSAGE, HAPPENED_STATUS, HAPPENED_OTHER };

/* One message, status or other change of a webhook document. Spans are cut from the raw body
 * and live as long as it does; an empty span means that there was no such member. */
struct happening {
	enum happening_kind kind;
	const char *field;           /* "messages", "account_update", ... */
	const char *entry_id;        /* WABA id */
	const char *phone_number_id; /* NULL when the value names none */
	const json_t *item;          /* the message or status object, or the value */
	const json_t *contact;       /* the contacts entry of that item, or NULL */
	struct bytes item_raw, contact_raw, metadata_raw, product_raw, entry_time_raw, value_raw;
	struct bytes object_raw;
	const char *array; /* "messages", "statuses", "errors"; NULL: the whole value */
};

struct happenings {
	size_t n;
	const struct happening *items;
};

/* In the document's order. RC_INPUT: verified but not understood (kept raw by the caller). */
MUST_CHECK enum rc cloud_read(struct op *op, struct happenings *out, struct bytes raw);

/* One happening as a document of Meta's own form: object, one entry, one change, that item,
 * ASCII-only. An absent object_raw stands for "whatsapp_business_account". */
const char *cloud_document(struct op *op, const struct happening *happening);

/* Meta's text of an inbound message: body, caption, button or list title; NULL otherwise. */
const char *cloud_text(const json_t *message);

#endif
