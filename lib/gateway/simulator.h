/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SIMULATOR_H
#define GATEWAY_SIMULATOR_H

#include "core/json.h"

/*
 * A WhatsApp Cloud API of our own, so that everything can be tried without an account at Meta:
 * it takes sends, tells their fate by signed webhooks over real HTTP, and lets somebody play
 * the WhatsApp user. It knows nothing of the gateway's database and keeps its state in memory;
 * docs/SIMULATOR.md lists recipients and addresses.
 */

/* One of the numbers that webhooks are sent for. */
struct sim_number {
	const char *phone_number_id, *waba_id, *display_phone_number, *verified_name;
	const char *callback_url; /* "/..." is under [web] url; NULL: no webhooks */
	const char *app_secret;
};
extern const struct shape sim_number_shape[];

/* Read DATA/simulator.json (made by `wagate init --demo`), {"numbers":[{...}]} with the members
 * of struct sim_number (others are for others). Once per process, after net_start. fatal() when it
 * is there but broken. */
void simulator_start(void);

/* An answer, perhaps not yet: when simulator_answer_ready is false, simulator_when_ready calls
 * ready(arg) once it is, from a thread that must not be kept. Lives in its op, which must not
 * end before. */
struct sim_answer {
	int status;
	const char *type, *body;
	const char *authenticate; /* WWW-Authenticate, or NULL */
	bool drop;                /* break the connection off instead of answering */

	int64_t wait_ms; /* private from here on */
	bool settling;
	struct sim_hook *first;
	struct op *op;
	const char *id;
	void (*ready)(void *arg);
	void *arg;
};
bool simulator_answer_ready(const struct sim_answer *answer);
void simulator_when_ready(struct sim_answer *answer, void (*ready)(void *arg), void *arg);

/* A call of the Graph API. path: behind /_sim/, with or without a version ("v23.0/1065/messages");
 * authorization: the header, or NULL; token: of the query, or NULL. */
struct sim_request {
	const char *method, *path, *authorization, *token, *fields;
	/* of lists and deletions of templates */
	const char *name, *hsm_id, *status, *category, *language, *limit, *after;
	const char *phone_number_id; /* whose media is asked about; NULL: any object */
	const char *base;            /* how the simulator was called: "http://127.0.0.1/_sim" */
	struct bytes body;
};
void simulator_graph(struct op *op, struct sim_answer *out, const struct sim_request *request);

/* Media. An upload with its file spooled, fd and its digest (hex) with it, to be kept. */
struct sim_upload {
	const char *messaging_product, *type, *sha256;
	int fd; /* -1: the form had no file */
	int64_t size;
};
void simulator_upload(struct op *op, struct sim_answer *out, const struct sim_request *request,
		      const struct sim_upload *upload);

/* The file behind an object's url, by the url's query; false: refused in *out. fd ends with op. */
struct sim_file {
	int fd;
	int64_t size;
	const char *mime_type;
};
bool simulator_download(struct op *op, struct sim_answer *out, const struct sim_request *request,
			struct sim_file *file, const char *mid, const char *ext, const char *hash);

/* The version segment of such a path ("v23.0"), or the one that stands for none. */
const char *simulator_version(struct op *op, const char *path);

/* Control, bodies in JSON (docs/SIMULATOR.md). */
void simulator_inbound(struct op *op, struct sim_answer *out, struct bytes body);
void simulator_webhook(struct op *op, struct sim_answer *out, struct bytes body);
void simulator_subscribe(struct op *op, struct sim_answer *out, struct bytes body);
/* Answers when nothing is under way, or after 20 s. */
void simulator_settle(struct op *op, struct sim_answer *out, struct bytes body);
void simulator_reset(struct op *op, struct sim_answer *out, struct bytes body);

/* What was accepted, newest first. to: digits, or NULL for all; limit 1 to 10,000, 0: 1,000. */
void simulator_messages(struct op *op, struct sim_answer *out, const char *to, int64_t limit);

/* A person writes a text (the chat page without script). RC_INPUT: number or text is missing. */
MUST_CHECK enum rc simulator_say(struct op *op, const char *phone_number_id, const char *from,
				 const char *name, const char *text);

/* ---- the chat page ---- */
struct sim_line { /* direction "in": written by the person */
	const char *id, *direction, *text, *type, *status, *error;
	const char *at, *time; /* RFC 3339; "13:05" in UTC */
	struct list buttons;   /* struct sim_button: what the person may tap */
	bool is_mine, is_sent, is_delivered, is_read, is_failed;
};
struct sim_button {
	const char *id, *title, *message; /* message: Meta's object for a tap, as JSON */
};
struct sim_conversation {
	const char *with, *name, *text, *at, *time;
	bool selected;
};
struct sim_chat {
	struct list numbers; /* struct sim_number */
	const char *phone_number_id, *display_phone_number, *verified_name, *with, *name;
	struct list conversations; /* struct sim_conversation, newest first */
	struct list lines;         /* struct sim_line, oldest first */
	bool has_numbers, has_choice, has_with;
};
extern const struct shape sim_chat_shape[];

/* with NULL: the newest conversation; number (a phone_number_id) NULL: the first. */
void simulator_chat(struct op *op, struct sim_chat *out, const char *number, const char *with);

#endif
