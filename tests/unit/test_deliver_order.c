/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_deliver_order - order within conversations, whatever fails and whoever dies
 *
 * Random bursts of events in random conversations go to a receiver that fails at random, on a
 * clock that is set, with workers that die now and then. An event may arrive before an earlier one
 * of its conversation only when that one has failed and was recorded ten minutes before.
 */
#include "deliver_fixture.h"

enum { EVENTS = 1500, LANES = 40, ROUNDS_MAX = 4000 };

static struct told {
	int lane;
	bool poison; /* refused whenever it comes */
	int64_t recorded_ms, failed_ms, arrived_ms;
	int place; /* among all arrivals */
} told[EVENTS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int recorded, arrived, wanted;
static unsigned seed;

static int
chance(int of)
{
	return rand_r(&seed) % of;
}

static const char *
answer(const struct peer_request *r)
{
	const char *text = memmem(r->body, r->body_n, "\"text\":\"", 8);
	struct told *e;
	bool fails;

	assert_non_null(text);
	e = &told[strtol(text + 8, NULL, 10)];
	pthread_mutex_lock(&lock);
	fails = e->poison || (e->arrived_ms == 0 && chance(5) == 0);
	if (fails && e->failed_ms == 0)
		e->failed_ms = clock_now().ms;
	if (!fails && e->arrived_ms == 0) {
		e->arrived_ms = clock_now().ms;
		e->place = arrived++;
	}
	pthread_mutex_unlock(&lock);
	if (e->poison)
		return "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n";
	return fails ? "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
		     : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
}

static void
record_some(struct op *op)
{
	struct batch *batch = batch_new(op);
	int n = 1 + chance(60);

	op->now = clock_now();
	for (; n > 0 && recorded < EVENTS; n--, recorded++) {
		struct told *e = &told[recorded];
		struct event_draft draft = {
			.instance = &fixture_instance,
			.name = "message.received",
			.topic = "messages",
			.members = arena_printf(op->arena, "{\"text\":\"%d\"}", recorded),
		};

		e->lane = chance(LANES);
		e->poison = chance(40) == 0;
		e->recorded_ms = op->now.ms;
		wanted += !e->poison;
		draft.lane = arena_printf(op->arena, "%d", e->lane);
		must(op, event_record(op, batch, &draft, NULL));
	}
	must(op, db_commit(op, batch));
}

/* A worker takes some in hand and dies; the next one takes them up. */
static void
die(struct op *op, const char *endpoint_id)
{
	struct batch *batch = batch_new(op);

	op->now = clock_now();
	delivery_store_claim(batch, &(struct delivery_claim){
					    .endpoint_id = endpoint_id,
					    .by = gateway_machine(),
					    .now = op->now,
					    .lease_until = clock_after(op->now, 30 * SECOND_MS),
					    .limit = 5,
				    });
	must(op, db_commit(op, batch));
	must(op, gateway_recover(op));
}

/* From milliseconds to a quarter of an hour. */
static int64_t
some_time(void)
{
	static const int64_t spans[] = { 10, 2000, 20000, 200000, 900000 };

	return 1 + chance((int)spans[chance(ARRAY_LEN(spans))]);
}

static bool
may_pass(const struct told *early, const struct told *late)
{
	return early->failed_ms != 0 && late->arrived_ms >= early->recorded_ms + DELIVERY_HOLDS_MS;
}

static void
check_lane(int lane)
{
	for (int i = 0; i < EVENTS; i++)
		for (int j = i + 1; j < EVENTS; j++) {
			const struct told *a = &told[i], *b = &told[j];

			if (a->lane != lane || b->lane != lane || b->arrived_ms == 0)
				continue;
			if (a->arrived_ms != 0 && a->place < b->place)
				continue;
			if (!may_pass(a, b))
				fail_msg("%d came before %d in conversation %d", j, i, lane);
		}
}

static void
conversations_keep_their_order_whatever_happens(void **state)
{
	struct op *op = fixture_op();
	const char *secret, *endpoint_id;

	(void)state;
	own_answer = answer;
	add_endpoint(op, "/own", "normalized", &secret);
	endpoint_id = the_endpoint(op).id;
	for (int round = 0; arrived < wanted || recorded < EVENTS; round++) {
		struct op *step = fixture_op();

		assert_true(round < ROUNDS_MAX);
		if (recorded < EVENTS && chance(2) == 0)
			record_some(step);
		if (chance(10) == 0)
			die(step, endpoint_id);
		op_end(step);
		if (chance(4) != 0) /* else nobody is at work, for however long */
			work();
		set_clock(clock_ms + some_time());
	}
	for (int lane = 0; lane < LANES; lane++)
		check_lane(lane);
	op_end(op);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(conversations_keep_their_order_whatever_happens,
						setup, teardown),
	};
	const char *given = getenv("SEED");

	seed = given == NULL ? (unsigned)getpid() : (unsigned)strtoul(given, NULL, 10);
	print_message("SEED=%u\n", seed);
	return RUN_DELIVER_TESTS(tests);
}
