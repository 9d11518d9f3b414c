/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_DELIVER_H
#define GATEWAY_DELIVER_H

#include "core/json.h"
#include "domain/event.h"
#include "gateway/endpoints.h"
#include "gateway/engine.h"

/*
 * Deliveries, in the worker: settle what has ended, claim what is due, start it. Called in
 * turns by the worker's loop on its thread; net/ runs on the same thread.
 * *started and *settled count; *next_due_ms: milliseconds until the next is due (-1: none known).
 */
MUST_CHECK enum rc
gateway_deliver_turn(struct op *op, int64_t *started, int64_t *settled, int64_t *next_due_ms);
/* Settle what has ended and start nothing, before a worker stops. */
MUST_CHECK enum rc gateway_deliver_finish(struct op *op, int64_t *settled);
/* Under way, or ended and not settled. */
int64_t gateway_deliver_pending(void);

/* What a disabled endpoint has not been enabled for within the schedule's whole time becomes
 * failed; it can be replayed. *n counts. */
MUST_CHECK enum rc gateway_expire_deliveries(struct op *op, int64_t *n);

/* Each NULL, 0 or false when not wanted. instance is a reference; until: recorded before it;
 * only_tests: what a sandbox key may see. */
struct delivery_filter {
	struct page_query page;
	const char *endpoint, *instance, *status, *event;
	struct instant since, until;
	bool only_tests;
};
/* Newest first. A page of what is scattered may be short, or empty, before the end: then
 * *next_cursor says how far was looked. RC_INPUT: op->code names the wrong member. */
MUST_CHECK enum rc
gateway_list_deliveries(struct op *op, struct list *out, const char **next_cursor,
			const struct delivery_filter *filter);
MUST_CHECK enum rc
gateway_find_delivery(struct op *op, struct delivery *out, struct list *attempts, const char *id);
MUST_CHECK enum rc
gateway_delivery_beside(struct op *op, struct delivery_beside *out, const char *id);
/* The event that it tells of, with its bodies. */
MUST_CHECK enum rc
gateway_delivered_event(struct op *op, struct event *out, const struct delivery *delivery);
/* Make it due now, whatever its outcome; the event keeps its id. RC_CONFLICT: it is under way, or
 * its endpoint is gone. */
MUST_CHECK enum rc gateway_replay_delivery(struct op *op, const char *id);
MUST_CHECK enum rc gateway_deliveries_of(struct op *op, struct list *out, const char *inbound_id,
					 const char *message_id);

/* What a test of an endpoint showed. */
struct test_result {
	bool ok;
	int64_t status, ms;
	const char *body, *error, *hint;
};
extern const struct shape test_result_shape[];

/* What is sent, and where to; nothing of it need be stored. sample: in meta format an inbound
 * "text" (and NULL), a "status" or a "template"'s decision. */
struct endpoint_trial {
	const struct instance *instance;
	const char *url, *format, *sample;
	struct endpoint_secrets keys;
};
/* Send webhook.test, or in meta format a sample in Meta's shape, with all signatures, and tell what
 * came back. RC_INPUT with the member in op->code. */
MUST_CHECK enum rc
gateway_test_endpoint(struct op *op, struct test_result *out, const struct endpoint_trial *trial);

#endif
