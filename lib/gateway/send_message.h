/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SEND_MESSAGE_H
#define GATEWAY_SEND_MESSAGE_H

#include "core/json.h"
#include "domain/account.h"
#include "domain/api_key.h"
#include "domain/instance.h"
#include "domain/message.h"
#include "domain/refusal.h"
#include "gateway/engine.h"

enum dialect { DIALECT_GUARDED, DIALECT_PROXY, DIALECT_GRAPH };

/* Who came in with a key: the key, its account, and whether the operator has suspended the whole
 * gateway, as one read found them. */
struct caller {
	struct api_key key;
	struct account account;
	bool suspended;
};

/* How many sends a key has left in its windows. */
struct pace_state {
	int64_t second_limit, second_left, minute_limit, minute_left;
};

/* A send on its way through the pipeline: the request as the dialect understood it, what the
 * steps found, and the outcome. Lives in its op. */
struct send {
	/* in */
	enum dialect dialect;
	const char *source;          /* "guarded", "proxy", "graph", "portal", "cli" */
	const struct api_key *key;   /* NULL: portal and CLI */
	const struct caller *caller; /* when the gate kept it: saves reading the account */
	struct bytes body;           /* as received */
	const char *route;           /* "POST /v1/wa/message"; NULL: portal and CLI */
	const char *query;           /* as received; NULL: none */
	const char *instance_ref;    /* id or slug (guarded, portal); NULL: the key's own */
	const char *phone_number_id; /* proxy query, graph path; NULL */
	const char *idempotency_key; /* NULL: none given */
	int64_t valid_for_s;         /* X-Valid-For; 0: not given */
	bool fake;                   /* is_fake=true */
	bool marketing;              /* mmlite=true, or Meta's marketing_messages */
	bool respond_async;          /* Prefer: respond-async */
	bool send_anyway;            /* X-Send-Anyway: true */

	/* found by the steps */
	struct account account;
	struct instance instance;
	json_t *payload; /* Meta's message object; NULL once the steps have passed */
	const char *to;  /* digits, a user id or a group's id */
	const char *type, *purpose, *client_reference;
	const char *text;                              /* what a person will read, for the risk */
	const char *template_name, *template_language; /* of a template message */
	bool receipt;                                  /* a read receipt or typing: no message */
	struct instant send_at;                        /* 0: now */
	struct instant valid_until;
	bool simulated;

	/* out */
	struct message message;           /* as stored; .id NULL when nothing was stored */
	enum refusal refusal;             /* REFUSAL_NONE: accepted */
	const char *field, *field_reason; /* with REFUSAL_RECIPIENT and REFUSAL_FIELD */
	json_t *details;                  /* beyond that, or NULL; with REFUSAL_PROVIDER: code,
					     error_subcode, message, details, fbtrace_id, retryable */
	int64_t retry_after_ms;           /* with limits: when to come again; 0: not known */
	struct pace_state pace;           /* of the key; second_limit 0: not asked */
	bool replayed;                /* the idempotency key's first answer, or its truth by now */
	int provider_status;          /* HTTP status of the provider's answer */
	struct bytes provider_answer; /* its body, for the proxy and Graph dialects */
};

/* Runs once when the outcome is durable, on a thread that must not be kept: hand over. */
typedef void send_done(struct op *op, struct send *send, void *arg);

/* The pipeline of docs/ARCHITECTURE.md. Returns at once; done follows, also for refusals. */
void gateway_send(struct op *op, struct send *send, send_done *done, void *arg);

/* The same, waiting: for pages, the CLI and plain CGI. */
void gateway_send_wait(struct op *op, struct send *send);

/* What a request with an API key shows at the gate: its Authorization header (NULL: none), the
 * numeric address of its peer, and the scope that its route asks for. */
struct approach {
	const char *authorization, *client, *scope;
};

/* Whose key it is; RC_AUTH or RC_DENIED with the refusal of step 1 otherwise, or RC_BUSY. */
MUST_CHECK enum rc gateway_identify(struct op *op, struct caller *out, enum refusal *refusal,
				    const struct approach *by);

/* Rows left in `sending` by a process that died become unknown; unknown ones past their day
 * become final. Called by the worker; *n counts. */
MUST_CHECK enum rc gateway_reap_sends(struct op *op, int64_t *n);

/* Windows of keys and numbers are rid of what they need no more. Called by the worker; *n counts.
 */
MUST_CHECK enum rc gateway_forget_paces(struct op *op, int64_t *n);

/* Idempotency keys are kept for a day after their message's last change. Called by the worker; *n
 * counts those that went, which may be some of them: the next call goes on. */
MUST_CHECK enum rc gateway_forget_idempotency(struct op *op, int64_t *n);

/* Counts of new people are kept as long as a send may ask for them. The same way. */
MUST_CHECK enum rc gateway_forget_velocity(struct op *op, int64_t *n);

/* Take a message out of the queue before it is sent; ref: any of its names. RC_CONFLICT
 * (not_cancellable) when it is not in the queue any more. */
MUST_CHECK enum rc gateway_cancel_message(struct op *op, struct message *out, const char *ref);

/* The same as part of a caller's batch, with its event; miss: the batch's rc when it is not in the
 * queue any more. */
struct batch;
MUST_CHECK enum rc
send_cancel_add(struct op *op, struct batch *batch, struct message *message, enum rc miss);

/* Sources of the answers to a stop and to a start (gateway/choices.h). A person who has opted out
 * gets no other message than the first of them. */
#define SOURCE_OPT_OUT "opt_out"
#define SOURCE_OPT_IN "opt_in"

/*
 * The worker's hand on the queue, like gateway_deliver_turn(): settle what has been answered, take
 * what is due, start it; *next_due_ms: milliseconds until there is more (-1: not known).
 */
MUST_CHECK enum rc
gateway_dispatch_turn(struct op *op, int64_t *started, int64_t *settled, int64_t *next_due_ms);
/* Settle what has been answered and start nothing, before a worker stops. */
MUST_CHECK enum rc gateway_dispatch_finish(struct op *op, int64_t *settled);
/* Under way, or answered and not settled. */
int64_t gateway_dispatch_pending(void);

/* Tell the statuses of simulated messages whose time has come. */
MUST_CHECK enum rc gateway_simulate_turn(struct op *op, int64_t *n, int64_t *next_due_ms);

struct message_filter {
	struct page_query page;
	const char *status, *to, *instance;
	struct instant since;
	bool only_simulated; /* what a sandbox key may see */
};
/* RC_INPUT names the filter that is wrong as op->code. */
MUST_CHECK enum rc gateway_list_messages(struct op *op, struct list *out, const char **next_cursor,
					 const struct message_filter *filter);
/* By msg_ id, wamid or log id. */
MUST_CHECK enum rc gateway_find_message(struct op *op, struct message *out, const char *ref);

#endif
