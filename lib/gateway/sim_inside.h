/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SIM_INSIDE_H
#define GATEWAY_SIM_INSIDE_H

#include "gateway/simulator.h"
#include "net/net.h"

/* What the files of the simulator share. Nobody else includes this. */

enum { SIM_KEPT = 10240, SIM_STATUSES_MAX = 12 };

/* ---- numbers (sim_numbers.c) ---- */
/* A copy in op's arena; phone_number_id NULL: the first. False: not known. */
bool sim_number_find(struct op *op, struct sim_number *out, const char *phone_number_id);
bool sim_number_of_waba(struct op *op, struct sim_number *out, const char *waba_id);
/* All of them; of one WABA, or all for NULL. */
struct list sim_number_list(struct op *op, const char *waba_id);
void sim_number_put(const struct sim_number *number);

/* ---- what went through (sim_ledger.c) ---- */
struct sim_status {
	const char *status; /* static */
	struct instant at;
	int webhook_status; /* 0: not answered yet */
};

struct sim_message {
	uint64_t serial; /* 1 first */
	bool inbound;    /* written by the person */
	const char *id, *phone_number_id, *person, *asked_for, *name, *payload;
	struct instant at;
	struct sim_status statuses[SIM_STATUSES_MAX];
	size_t status_count;
	int64_t error_code;
};

/* Copies; returns the serial. */
uint64_t sim_ledger_add(const struct sim_message *message);
/* A status was told to the webhook; its answer comes later. Returns its index. */
size_t
sim_ledger_status(uint64_t serial, const char *status, struct instant at, int64_t error_code);
void sim_ledger_answered(uint64_t serial, size_t index, int webhook_status);
void sim_ledger_reset(void);
/* Counts resets: what was begun in an earlier epoch is over. */
uint64_t sim_ledger_epoch(void);
/* See each kept message, newest first, until see returns false. The ledger is locked meanwhile:
 * what is kept must be copied. */
void sim_ledger_walk(bool (*see)(void *arg, const struct sim_message *message), void *arg);

/* ---- webhooks (sim_hook.c) ---- */
struct sim_hook;
typedef void sim_hook_done(void *arg, int webhook_status);
/* A hook for one change; NULL when the number has no callback. Nothing is sent yet. */
struct sim_hook *
sim_hook_new(const struct sim_number *number, const char *field, const json_t *value);
/* Send, and again until it is answered 200. done (may be NULL): after the first try. */
void sim_hook_send(struct sim_hook *hook, sim_hook_done *done, void *arg);
void sim_hook_limit(struct sim_hook *hook, int64_t timeout_ms);
/* Let the ledger know what each try was answered. */
void sim_hook_track(struct sim_hook *hook, uint64_t serial, size_t index);

/* Things that are not over yet: hooks and journeys. */
void sim_pending_add(int64_t n);
int64_t sim_pending(void);

/* ---- errors (sim_error.c) ---- */
/* Meta's answer for an error code; details NULL: a fitting text. */
void sim_error(struct op *op, struct sim_answer *out, int64_t code, const char *details);
/* The same with status, message and subcode of one's own (subcode 0: none). */
void sim_error_say(struct op *op, struct sim_answer *out, int status, int64_t code, int64_t subcode,
		   const char *message);
/* As in the errors array of a webhook. */
json_t *sim_error_object(struct op *op, int64_t code);

/* ---- the message body (sim_check.c) ---- */
/* False with the error in *out when Meta would refuse the body. */
bool sim_check(struct op *op, struct sim_answer *out, const json_t *body);

/* ---- values of webhooks (sim_value.c) ---- */
/* {"messaging_product","metadata"}: what every value of the field messages starts with. */
json_t *sim_value_new(struct op *op, const struct sim_number *number);
json_t *sim_value_status(struct op *op, const struct sim_number *number,
			 const struct sim_message *message, const char *status, struct instant at);
json_t *sim_value_inbound(struct op *op, const struct sim_number *number, const char *from,
			  const char *name, json_t *message);
/* Meta's id of a message: "wamid." and base64. */
const char *sim_wamid(struct op *op, const char *person, bool inbound);
/* Does the body go to a group? Its `to` is the group's id then. */
bool sim_is_group(const json_t *body);
/* The person's WhatsApp id and business-scoped user id for a number as written. */
const char *sim_wa_id(struct op *op, const char *written);
const char *sim_user_id(struct op *op, const char *wa_id);

/* ---- media (sim_media.c, sim_media_kept.c) ---- */
struct sim_media {
	const char *id, *mime_type, *sha256;
	int64_t size;
	int fd;
};
/* A copy in the op, fd too; made on the spot for the id of a sample. False: not known. */
bool sim_media_find(struct op *op, struct sim_media *out, const char *id);
/* Keep a copy; gives the new id. NULL: no descriptor is left. */
const char *sim_media_add(struct op *op, const struct sim_media *media);
bool sim_media_drop(const char *id);
void sim_media_reset(void);
/* Answer an object with its address, or its removal; false: there is no such media. */
bool sim_media_get(struct op *op, struct sim_answer *out, const struct sim_request *request,
		   const char *id);
bool sim_media_delete(struct sim_answer *out, const char *id);

/* ---- answers of the Graph API (sim_graph.c) ---- */
/* False with the error in *out without a token that is good. */
bool sim_check_token(struct op *op, struct sim_answer *out, const struct sim_request *request);
void sim_answer_json(struct op *op, struct sim_answer *out, const json_t *value);
void sim_answer_success(struct sim_answer *out);
/* Only the members asked for ("id,name"; NULL: all), and the id. */
const json_t *sim_fields(struct op *op, const json_t *object, const char *fields);
void sim_array_add(json_t *array, const json_t *item);

/* ---- templates (sim_template_kept.c) ---- */
struct sim_template {
	const char *id, *waba_id, *name, *language, *category, *status, *reason;
	const char *parameter_format, *components; /* components: JSON */
};
bool sim_template_find(struct op *op, struct sim_template *out, const char *id);
enum sim_template_place { SIM_TEMPLATE_ADDED, SIM_TEMPLATE_TAKEN, SIM_TEMPLATE_FULL };
/* A new one, which gets its id here; not where its name has that language already. */
enum sim_template_place sim_template_add(struct op *op, struct sim_template *t);
/* In place of the one with its id, where that is still there. */
void sim_template_put(const struct sim_template *t);
/* Those of a name, or the one with that id; returns how many there were. */
size_t sim_template_drop(struct op *op, const char *waba_id, const char *name, const char *id);
/* See those of a business account, oldest first; locked meanwhile. */
void sim_template_walk(struct op *op, const char *waba_id,
		       void (*see)(void *arg, const struct sim_template *t), void *arg);
/* Decide on it after a second. */
void sim_template_review(const char *id);

/* ---- calls about them (sim_template.c) ---- */
const json_t *sim_template_object(struct op *op, const struct sim_template *t);
void sim_template_list(struct op *op, struct sim_answer *out, const char *waba_id,
		       const struct sim_request *request);
void
sim_template_create(struct op *op, struct sim_answer *out, const char *waba_id, struct bytes raw);
void sim_template_edit(struct op *op, struct sim_answer *out, const char *id, struct bytes raw);
void sim_template_delete(struct op *op, struct sim_answer *out, const char *waba_id,
			 const struct sim_request *request);

/* ---- business profiles (sim_profile.c) ---- */
void sim_profile_get(struct op *op, struct sim_answer *out, const char *phone_number_id,
		     const char *fields);
void sim_profile_set(struct op *op, struct sim_answer *out, const char *phone_number_id,
		     struct bytes raw);

/* ---- sends (sim_journey.c) ---- */
/* Accept or refuse a checked body as the recipient's number says, and start what follows. */
void sim_journey(struct op *op, struct sim_answer *out, const char *number, const json_t *body);

#endif
