/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DELIVER_FIXTURE_H
#define DELIVER_FIXTURE_H

/* The worker's turns against a receiver in this process, on a clock that is set. */
#include "store_fixture.h"

#include <errno.h>

#include "core/json.h"
#include "gateway/deliver.h"
#include "gateway/deliver_sign.h"
#include "gateway/doorbell.h"
#include "gateway/endpoints.h"
#include "gateway/events.h"
#include "net/guard.h"
#include "peer.h"
#include "store/delivery_store.h"

static char clock_path[64];
static int64_t clock_ms;
static char last_head[4096], last_body[4096];
static char bodies[16][8]; /* message_text of what came to /ok and /flaky, in order */
static int body_count;
static int flaky_failures;

static inline void
set_clock(int64_t ms)
{
	FILE *f = fopen(clock_path, "w");

	assert_non_null(f);
	fprintf(f, "%lld", (long long)ms);
	assert_int_equal(fclose(f), 0);
	clock_ms = ms;
}

/* ---- the receiver -------------------------------------------------------------------------- */

static inline void
note_request(const struct peer_request *r)
{
	const char *text = memmem(r->body, r->body_n, "\"text\":\"", 8);

	snprintf(last_head, sizeof(last_head), "%s", r->head);
	snprintf(last_body, sizeof(last_body), "%.*s", (int)r->body_n, r->body);
	if (text != NULL && body_count < (int)ARRAY_LEN(bodies))
		snprintf(bodies[body_count++], sizeof(bodies[0]), "%.1s", text + 8);
}

/* An answer that does not come before the test wants it. */
static bool holding;
static int held;

static inline void
wait_until_let_go(void)
{
	__atomic_add_fetch(&held, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&holding, __ATOMIC_ACQUIRE))
		poll(NULL, 0, 2);
	__atomic_sub_fetch(&held, 1, __ATOMIC_SEQ_CST);
}

/* What a file's own paths ("/own...") are answered with; NULL: none has any. */
static const char *(*own_answer)(const struct peer_request *r);

static inline bool
receiver(struct peer_request *r)
{
	static const struct {
		const char *path, *answer;
	} answers[] = {
		{ "/ok", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine" },
		{ "/accepted", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n" },
		{ "/down", "HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\nsorry" },
		{ "/moved", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n" },
		{ "/gone", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n" },
		{ "/later", "HTTP/1.1 429 Slow\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n" },
		{ "/busy", "HTTP/1.1 503 Busy\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n" },
		{ "/off", "HTTP/1.1 200 OK\r\nwebhook-delivery: disable\r\n"
			  "Content-Length: 0\r\n\r\n" },
		{ "/refuse", "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n" },
		{ "/never", "HTTP/1.1 400 No\r\nwebhook-delivery: abort-message\r\n"
			    "Content-Length: 0\r\n\r\n" },
	};

	if (own_answer != NULL && text_starts(r->path, "/own")) {
		peer_say(r->fd, own_answer(r));
		return true;
	}
	if (text_equal(r->path, "/hold"))
		wait_until_let_go();
	if (text_equal(r->path, "/hold-after-a-failure")) {
		wait_until_let_go();
		peer_say(r->fd, answers[2].answer);
		return true;
	}
	if (text_equal(r->path, "/flaky") &&
	    __atomic_fetch_sub(&flaky_failures, 1, __ATOMIC_SEQ_CST) > 0) {
		peer_say(r->fd, answers[2].answer);
		return true;
	}
	note_request(r);
	if (text_equal(r->path, "/reset")) {
		peer_reset(r->fd);
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (text_equal(answers[i].path, r->path)) {
			peer_say(r->fd, answers[i].answer);
			return true;
		}
	peer_say(r->fd, answers[0].answer);
	return true;
}

/* ---- the gateway --------------------------------------------------------------------------- */

static inline void
begin(const char *allow)
{
	char path[128], text[128];
	struct op *op;

	set_clock(0);
	body_count = flaky_failures = 0;
	snprintf(text, sizeof(text), "[destinations]\nallow = %s\n", allow);
	store_begin(text);
	snprintf(path, sizeof(path), "%s/run", store_dir);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	op = fixture_op();
	must(op, guard_configure(op, settings()->destinations_allow));
	must(op, gateway_listen(op));
	op_end(op);
}

static inline int
setup(void **state)
{
	(void)state;
	begin("loopback");
	return 0;
}

static inline int
setup_guarded(void **state)
{
	(void)state;
	begin("");
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	gateway_unlisten();
	store_end();
	return 0;
}

/* An endpoint at a path of the receiver, with a signing secret. Its id. */
static inline const char *
add_endpoint(struct op *op, const char *path, const char *format, const char **secret)
{
	const struct endpoint_draft draft = {
		.url = arena_printf(op->arena, "http://127.0.0.1:%d%s", peer.port, path),
		.format = format,
		.events = "*",
	};
	struct endpoint endpoint = { 0 };

	must(op, gateway_create_endpoint(op, &endpoint, secret, &draft));
	return endpoint.id;
}

static inline void
happen(const char *lane, const char *text)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct event_draft draft = {
		.instance = &fixture_instance,
		.name = "message.received",
		.topic = "messages",
		.lane = lane,
		.meta = "{\"object\":\"whatsapp_business_account\"}",
	};

	draft.members = json_text(op, json_own(op, json_pack("{s:s}", "text", text)));
	must(op, event_record(op, batch, &draft, NULL));
	must(op, db_commit(op, batch));
	op_end(op);
}

/* One turn. Returns how many were started. */
static inline int64_t
turn_once(void)
{
	int64_t started, settled, next_ms;
	struct op *op = op_begin("test");

	must(op, gateway_deliver_turn(op, &started, &settled, &next_ms));
	op_end(op);
	return started;
}

/* The only endpoint. */
static inline struct endpoint
the_endpoint(struct op *op)
{
	struct list found;

	db_rest(op);
	must(op, gateway_list_endpoints(op, &found, NULL));
	assert_int_equal(found.n, 1);
	return *(const struct endpoint *)found.rows;
}

/* Turns until nothing is due and nothing is under way. */
static inline int64_t
work(void)
{
	int64_t all = 0, started, settled, next_ms;

	do {
		struct op *op = op_begin("test");

		must(op, gateway_deliver_turn(op, &started, &settled, &next_ms));
		op_end(op);
		all += started;
		if (gateway_deliver_pending() > 0)
			gateway_wait(1000);
	} while (started > 0 || settled > 0 || gateway_deliver_pending() > 0 || next_ms == 0);
	return all;
}

static inline struct delivery
the_delivery(struct op *op, struct list *attempts)
{
	struct delivery_filter filter = { 0 };
	struct delivery found = { 0 };
	struct list list;
	const char *cursor;

	db_rest(op);
	must(op, gateway_list_deliveries(op, &list, &cursor, &filter));
	assert_int_equal(list.n, 1);
	must(op,
	     gateway_find_delivery(op, &found, attempts, ((const struct delivery *)list.rows)->id));
	return found;
}

/* The tests of a file, with the clock and the receiver that they need. */
#define RUN_DELIVER_TESTS(tests)                                                                 \
	({                                                                                       \
		int failed_;                                                                     \
                                                                                                 \
		snprintf(clock_path, sizeof(clock_path), "/tmp/wagate-clock-%d", (int)getpid()); \
		assert_int_equal(setenv("WAGATE_CLOCK", clock_path, 1), 0);                      \
		set_clock(0);                                                                    \
		peer_start(receiver);                                                            \
		failed_ = cmocka_run_group_tests(tests, NULL, NULL);                             \
		peer_stop();                                                                     \
		unlink(clock_path);                                                              \
		failed_;                                                                         \
	})

#endif
