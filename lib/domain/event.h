/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_EVENT_H
#define DOMAIN_EVENT_H

#include "core/shape.h"

/* Something the customer can subscribe to; bodies of both formats are made when it happens. */
struct event {
	const char *id, *account_id, *instance_id, *name, *topic, *lane, *normalized, *meta;
	const char *message_id, *inbound_id;
	bool test;
	struct instant created_at;
};
extern const struct shape event_shape[];

/* Whether a delivery waits for its first attempt or for a later one; a replay is a later one. */
enum delivery_queue { DELIVERY_FIRST, DELIVERY_AGAIN, DELIVERY_QUEUES };

/* One event going to one endpoint. status: pending, sending, delivered, failed or blocked.
 * seq: its place among the open ones of its endpoint and lane. due_at: shown as next_attempt_at,
 * and only while it is pending. replayed_after: attempts that are none of the schedule's: those
 * before the last replay, and those that failed on our side. queue: of enum delivery_queue.
 * last_status 0: no answer yet. */
struct delivery {
	const char *id, *account_id, *event_id, *event, *endpoint_id, *lane, *status, *last_error;
	const char *instance_id;
	int64_t seq, attempts, replayed_after, queue, last_status, last_ms;
	struct instant due_at, lease_until, created_at, done_at;
};
extern const struct shape delivery_shape[];

/* What a delivery's row does not have: whom and what its event is about (the ids may be NULL), and
 * of the last attempt the beginning of the answer, and whether it was slow. */
struct delivery_beside {
	const char *instance_id, *message_id, *inbound_id, *excerpt;
	bool test, slow;
};

/* status: of the HTTP answer; 0: none came. */
struct attempt {
	const char *delivery_id, *account_id, *excerpt, *error;
	int64_t number, status, ms;
	bool slow;
	struct instant at;
};
extern const struct shape attempt_shape[];

/* What can be subscribed to in normalized and in meta form; NULL after the last. */
extern const char *const event_names[];
extern const char *const event_topics[];

/* The topic of a field of Meta's webhooks; "other" for one that nobody knows yet. Statuses come
 * in the field "messages" and have the topics message_status and read. */
const char *event_topic(const char *field);

/* Does a subscription list take this event? Names and aliases of both families
 * ("message", "status", "*"); topic is the meta form's subscription. */
bool event_is_wanted(const char *events, const char *format, bool include_read, const char *name,
		     const char *topic);
/* Does an endpoint's filter ("text,image"; empty: all) take an event about a message of that type?
 * "other" stands for types without a name here; NULL, about no message: yes. */
bool event_type_is_wanted(const char *types, const char *type);
extern const char *const event_message_types[];
/* NULL when every word of the filter is a type, else the unknown word. */
const char *event_unknown_type(struct arena *arena, const char *types);
/* NULL when every word of the list is known for the format, else the unknown word. */
const char *event_unknown_word(struct arena *arena, const char *events, const char *format);

/* From the first attempt to the last, without jitter: 71 h 42 min 35 s. */
#define RETRY_TOTAL_MS (71 * HOUR_MS + 42 * MINUTE_MS + 35 * SECOND_MS)

/* What failed on our own side (no route, no descriptors) is tried again after this, +-20 %, and
 * takes nothing from the schedule. */
#define RETRY_OWN_MS (30 * SECOND_MS)

/* Milliseconds from the end of attempt n (1 first) to the next, without jitter; -1: no more. */
int64_t retry_delay(int64_t attempt);

/* The same with what the receiver asked for: asked_ms by its Retry-After (-1: nothing) holds
 * between the schedule's delay and 24 h; without it the delay is spread by +-20 %, spread being
 * evenly distributed over 0 to RETRY_SPREAD. */
enum { RETRY_SPREAD = 4000 };
int64_t retry_wait(int64_t attempt, int64_t asked_ms, uint32_t spread);

/* Milliseconds that a Retry-After header asks for (RFC 9110 10.2.3: seconds, or an HTTP date of
 * the preferred form); -1 when there is none or it makes no sense. */
int64_t retry_after(struct arena *arena, const char *header, struct instant now);

#endif
