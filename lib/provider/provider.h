/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "core/json.h"
#include "domain/inbound_media.h"
#include "domain/instance.h"
#include "domain/message.h"
#include "domain/send_retry.h"
#include "domain/wa_template.h"
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

/* A file for the provider, which the request reads while it leaves. */
struct media_upload {
	int fd; /* read from its beginning, at offsets of the driver's own */
	int64_t size;
	const char *type, *filename;     /* filename NULL: none was given */
	const struct net_header *fields; /* what else the form held, in its order */
	size_t field_count;
};

/* A file at the provider. sha256: as it tells it, or NULL. */
struct media_object {
	const char *id, *url, *mime_type, *sha256;
};

/* A management call in the provider's own words, passed through: an object by its id, or an edge
 * of it ("message_templates"). */
struct manage_request {
	const char *method, *object, *edge; /* edge NULL: the object itself */
	const char *query;                  /* as received; NULL: none */
	struct bytes body;                  /* of a POST */
};

struct manage_result {
	enum net_outcome outcome;
	int status;          /* with NET_ANSWERED */
	struct bytes answer; /* the same, as it came */
	const json_t *tree;  /* NULL: the answer is no JSON */
	bool done;           /* a 2xx without an error in it */
	struct provider_error error;
	const char *words; /* for people, when not done */
	int64_t wait_ms;   /* the provider wants to be left alone so long; 0: says nothing */
};

/* One page of a business account's templates. */
struct template_page {
	struct manage_result result; /* done: the rest is set */
	struct list templates;       /* struct wa_template: what the provider said */
	const char *after;           /* where the next page begins; NULL: there is none */
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
	/* Media, all NULL where the provider has none. upload_read: provider_id is the new one's
	 * id. media_request: method "GET" tells about one, "DELETE" removes it; media_read fills
	 * *object after a GET. What these leave open (SEND_UNKNOWN) is for uploads alone: the
	 * others may be repeated and are SEND_NOT_SENT. */
	void (*upload_request)(struct op *op, struct net_call *out, const struct instance *instance,
			       const struct credentials *credentials,
			       const struct media_upload *upload);
	void (*upload_read)(struct op *op, struct send_result *out, const struct net_call *call);
	void (*media_request)(struct op *op, struct net_call *out, const struct instance *instance,
			      const struct credentials *credentials, const char *method,
			      const char *id);
	void (*media_read)(struct op *op, struct send_result *out, struct media_object *object,
			   const struct net_call *call);
	/* The bytes at an object's url, for net_open; range: a Range header or NULL. False: the
	 * address is none of the provider's, so that its token must not go there. */
	bool (*fetch_request)(struct op *op, struct net_call *out,
			      const struct credentials *credentials, const char *url,
			      const char *range);
	/* Of a call that has an answer's head, or ended without; of a refusal its body in answer.
	 */
	void (*fetch_read)(struct op *op, struct send_result *out, const struct net_call *call);
	/* RC_OK when the signature header proves one of the secrets; RC_AUTH otherwise. */
	enum rc (*verify)(struct op *op, const struct credentials *credentials, struct bytes raw,
			  const char *signature);
	/* Management; NULL where the provider knows no such thing. */
	void (*manage_request)(struct op *op, struct net_call *out,
			       const struct credentials *credentials,
			       const struct manage_request *request);
	void (*manage_read)(struct op *op, struct manage_result *out, const struct net_call *call);
	void (*templates_request)(struct op *op, struct net_call *out,
				  const struct credentials *credentials, const char *waba_id,
				  const char *after); /* NULL: the first page */
	void (*templates_read)(struct op *op, struct template_page *out,
			       const struct net_call *call);
};

extern const struct provider cloud_provider;

/* By the instance's provider; NULL when this build has none of that name. */
const struct provider *provider_of(const char *name);

/* ---- what the provider tells us, taken apart (Meta's webhook) ---- */

enum happening_kind {
	HAPPENED_MESSAGE, /* a person wrote */
	HAPPENED_STATUS,  /* what became of an outbound message */
	HAPPENED_ECHO,    /* the business wrote, on the phone */
	HAPPENED_HISTORY, /* a part of what was written before the number came here */
	HAPPENED_PAST,    /* one message of that, told by itself: its media */
	HAPPENED_CALL,
	HAPPENED_GROUP,
	HAPPENED_OTHER
};

/* A member of a value: its name with the quotes, as it is written. Of a list of items each document
 * gets its own one, of contacts that of its item. */
struct raw_member {
	struct bytes name, value;
	enum raw_role {
		MEMBER_PLAIN,
		MEMBER_ITEMS,
		MEMBER_CONTACTS,
		MEMBER_OVERTAKEN /* a list that comes once more behind it: not passed on */
	} role;
};

/* One message, status or other change of a webhook document. Spans are cut from the raw body
 * and live as long as it does; an empty span means that there was no such member. */
struct happening {
	enum happening_kind kind;
	const char *field;           /* "messages", "account_update", ... */
	const char *entry_id;        /* WABA id */
	const char *phone_number_id; /* NULL when the value names none */
	const json_t *item;          /* the message or status object, or the value */
	const json_t *contact;       /* the contacts entry of that item, or NULL */
	const json_t *value;         /* what the item stands in; the same where it is all of it */
	struct bytes item_raw, contact_raw, metadata_raw, entry_time_raw, value_raw, object_raw;
	const char *array; /* "messages", "statuses", "calls", ...; NULL: the whole value */
	/* The value's, in its order; none: the document has just what a webhook needs. */
	const struct raw_member *members;
	size_t member_count;
};

struct happenings {
	size_t n;
	const struct happening *items;
};

/* cloud_provider.verify, for who only receives. */
MUST_CHECK enum rc cloud_verify(struct op *op, const struct credentials *credentials,
				struct bytes raw, const char *signature);

/* In the document's order. RC_INPUT: verified but not understood (kept raw by the caller). */
MUST_CHECK enum rc cloud_read(struct op *op, struct happenings *out, struct bytes raw);

/* One happening as a document of Meta's own form: object, one entry, one change, that item,
 * ASCII-only. An absent object_raw stands for "whatsapp_business_account". */
const char *cloud_document(struct op *op, const struct happening *happening);
/* Bytes of the webhook that are in it, before they are escaped: also what it shares with others. */
size_t cloud_document_raw(const struct happening *happening);

/* What a change of a template says; the provider's, the WABA's and the template's names are in
 * .about with what is new of it, and as_of the moment at Meta. */
enum template_news { NEWS_NONE, NEWS_STATUS, NEWS_QUALITY, NEWS_CATEGORY, NEWS_COMPONENTS };
enum template_news
cloud_template_news(struct op *op, struct wa_template *about, const struct happening *happening);

/* A template's components with the texts that NEWS_COMPONENTS brought; buttons are left as they
 * are. NULL when components is no list. */
const char *
cloud_components_news(struct op *op, const char *components, const struct happening *happening);

/* What the body of an accepted creation and its answer say together; false when the answer has no
 * id or the body no name. */
bool cloud_template_created(struct op *op, struct wa_template *out, const json_t *body,
			    const json_t *answer);

/* Meta's answer with its paging addresses made ours: own ("https://host/v23.0/1022/...") and the
 * query without Meta's token. Anything else stays byte by byte. The answer is JSON. */
struct bytes cloud_readdress(struct op *op, struct bytes answer, const char *own);

/* The part of a message that tells what it says: of an edited one the new text or media. */
const json_t *cloud_content(const json_t *message);
/* What a person reads of it: body, caption, title of the button or list row, the note of an order;
 * of an edited one what it says now. NULL otherwise. */
const char *cloud_text(const json_t *message);

/* The file of a message, whatever its kind, of an edited one the new; false: it has none. */
bool cloud_message_media(struct message_media *out, const json_t *message);

#endif
