/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_MESSAGE_H
#define DOMAIN_MESSAGE_H

#include "core/json_out.h"
#include "core/shape.h"

/* One outbound send. */
struct message {
	const char *id, *account_id, *instance_id, *api_key_id, *source;
	const char *recipient, *wa_id, *user_id, *type, *purpose, *payload, *client_reference;
	const char *status, *provider_id, *error_title, *error_details, *price;
	const char
		*error_word;   /* our own refusal of a dispatch ("expired"); NULL: the provider's */
	const char *body_hash; /* of query and body as they came */
	const char *risk_parts; /* JSON object: what made the score; NULL: nothing */
	int64_t log_id, error_code, attempts, risk_score;
	bool simulated, error_retryable, marketing;
	struct instant created_at, sending_until, sent_at, provider_sent_at, delivered_at, read_at;
	struct instant played_at, failed_at, unknown_until, cancelled_at;
	struct instant send_at, valid_until; /* as asked for; until when it may be dispatched */
	struct instant due_at; /* when the worker has to do with it next; 0: not at all */
};
extern const struct shape message_shape[];

/* Forward only: sent < delivered < read < played; failed is final unless a later delivered
 * proves otherwise; unknown gives way to anything. */
bool message_may_become(const char *from, const char *to);
/* Is it one of the words a message's status can have? */
bool message_has_status(const char *word);

/* The flat object that customers see. */
void message_write(struct json_out *out, const char *name, const struct message *message);
/* Those of its members that events have too, into the open object: status to price. */
void message_write_state(struct json_out *out, const struct message *message);

enum purpose_class { PURPOSE_UNKNOWN, PURPOSE_ALLOWED, PURPOSE_FORBIDDEN };
enum purpose_class purpose_class(const char *purpose);
const char *purpose_allowed_list(void); /* "transactional, operational, ..." */
/* Why a template of Meta's category is sent, as far as the category tells; NULL: not a known one.
 */
const char *purpose_of_category(const char *category);
/* The purposes that may be stated for a template of that category; "": none. */
const char *purpose_fitting_list(const char *category);

/* E.164 digits from what people write: "+" optional, blanks, dashes, dots and brackets
 * tolerated; 7 to 15 digits, no leading zero. NULL when it is no phone number. */
char *recipient_normalize(struct arena *arena, const char *written);
/* Digits only, but for a leading "+": the form in which the proxy dialect takes a number. */
bool recipient_is_bare(const char *written);
/* Nothing but digits and "+", blanks, dashes and round brackets: what Meta tolerates in a number.
 */
bool recipient_is_metas(const char *written);
/* Meta's id of a person for one business ("US.13491208655302741918"), as its reference has it. */
bool recipient_is_user_id(const char *written);
/* A group's id: 1 to 128 characters, none of them a control character. */
bool recipient_is_group_id(const char *written);

enum recipient_kind { RECIPIENT_PHONE, RECIPIENT_USER_ID, RECIPIENT_GROUP };
/*
 * Which kind of recipient somebody means, and the spelling that is stored: a number's digits, an
 * id as it is. What is made of digits and what stands between them is a number or nothing. False,
 * and nothing touched, when it is none of the kinds; a NULL is none.
 */
bool recipient_read(struct arena *arena, const char **out, enum recipient_kind *kind,
		    const char *written);
/* As shown to people and customers: "+" before a number's digits; an id stays as it is; NULL
 * stays. */
char *recipient_written(struct arena *arena, const char *recipient);

/* One message from a WhatsApp user. */
struct inbound {
	const char *id, *account_id, *instance_id, *provider_id, *sender, *sender_user_id,
		*sender_name;
	const char *type, *text, *reply_to, *payload;
	bool opted_out;
	bool possible_opt_out; /* may ask for no more messages: somebody has to read it */
	struct instant provider_at, received_at;
};
extern const struct shape inbound_shape[];

/* As the API and the command line show it: from (E.164 with +), message_id (the provider's),
 * text, type, payload, ... */
json_t *inbound_json(struct op *op, const struct inbound *inbound);

struct suppression {
	const char *id, *account_id, *recipient, *reason, *source, *actor, *instance_id,
		*inbound_id;
	const char *text, *keyword, *note, *lifted_by, *lift_reason;
	const char *language, *rule; /* of the keyword: ISO 639-1; word, phrase or ending */
	const char *confirmation_id; /* the message that answered it; NULL: none */
	struct instant since, lifted_at;
};
extern const struct shape suppression_shape[];

/* The reasons in words; NULL after the last. */
extern const char *const suppression_reasons[];
bool suppression_has_reason(const char *reason);

/* Does a suppression of this reason keep a message of this purpose back? essential: the
 * account's list of purposes that pass opted_out. */
bool suppression_blocks(const char *reason, const char *purpose, const char *essential);

#endif
