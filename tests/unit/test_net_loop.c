/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of calls out: many at once, timers in order, an end that leaves nobody waiting, and a
 * loop that its owner drives. */
#include "op_fixture.h"
#include "peer.h"

#include "net/net.h"

enum { CALLS_AT_ONCE = 300 };

static const char body[] = "{\"text\":\"hello\"}";

static bool
answer(struct peer_request *r)
{
	if (strcmp(r->path, "/silent") == 0) {
		peer_wait_for_end(r->fd);
		return false;
	}
	peer_say(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	return true;
}

static void
count_one(struct net_call *call, void *arg)
{
	int *answered = arg;

	if (call->outcome == NET_ANSWERED)
		__atomic_add_fetch(&answered[0], 1, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&answered[1], 1, __ATOMIC_SEQ_CST);
}

static void
wait_for(const int *count, int wanted)
{
	int64_t limit = clock_elapsed_us() + 20000000;

	while (__atomic_load_n(count, __ATOMIC_SEQ_CST) < wanted && clock_elapsed_us() < limit)
		usleep(1000);
	assert_int_equal(__atomic_load_n(count, __ATOMIC_SEQ_CST), wanted);
}

static void
many_calls_run_at_once(void **state)
{
	static struct net_call calls[CALLS_AT_ONCE];
	struct op *ops[CALLS_AT_ONCE];
	int counts[2] = { 0, 0 };

	(void)state;
	for (int i = 0; i < CALLS_AT_ONCE; i++) {
		ops[i] = op_begin("test");
		calls[i] = peer_call(ops[i], "POST", "/echo", body);
		net_submit(&calls[i], count_one, counts);
	}
	wait_for(&counts[1], CALLS_AT_ONCE);
	assert_int_equal(counts[0], CALLS_AT_ONCE);
	for (int i = 0; i < CALLS_AT_ONCE; i++)
		op_end(ops[i]);
}

/* Steps so far apart that a busy machine does not swap them while they are set. */
enum { TIMERS = 10, STEP_MS = 60 };

static int fired, order[TIMERS];

static void
note_order(void *arg)
{
	/* Only the loop's thread writes; the last step tells the test. */
	order[(intptr_t)arg] = fired + 1;
	__atomic_add_fetch(&fired, 1, __ATOMIC_SEQ_CST);
}

static void
timers_fire_in_their_order(void **state)
{
	(void)state;
	for (intptr_t i = 0; i < TIMERS; i++)
		net_after(20 + i * 7 % TIMERS * STEP_MS, note_order, (void *)(i * 7 % TIMERS));
	wait_for(&fired, TIMERS);
	for (int i = 0; i < TIMERS; i++)
		assert_int_equal(order[i], i + 1);
}

static void
stopping_ends_what_is_under_way(void **state)
{
	struct net_call call = peer_call(op, "POST", "/silent", body);
	int counts[2] = { 0, 0 }, before = peer_requests();
	int64_t limit = clock_elapsed_us() + 10000000;

	(void)state;
	net_submit(&call, count_one, counts);
	while (peer_requests() == before && clock_elapsed_us() < limit)
		usleep(1000);
	net_stop();
	assert_int_equal(counts[1], 1);
	assert_int_equal(call.outcome, NET_UNKNOWN);
	assert_string_equal(call.words, "this program is stopping");
}

struct driven {
	int pipe[2];
	bool stop;
};

static void
pipe_ready(void *arg)
{
	struct driven *driven = arg;

	driven->stop = true;
}

static void
an_unthreaded_loop_is_driven_by_its_owner(void **state)
{
	struct net_call call = peer_call(op, "POST", "/ok", body);
	struct driven driven = { .stop = false };
	bool never = false;
	int64_t start;

	(void)state;
	net_start(false);
	net_perform(&call);
	assert_int_equal(call.outcome, NET_ANSWERED);
	start = clock_elapsed_us();
	net_drive(&never, 50);
	assert_true(clock_elapsed_us() - start >= 50000);
	assert_int_equal(pipe(driven.pipe), 0);
	net_watch(driven.pipe[0], pipe_ready, &driven);
	assert_int_equal(write(driven.pipe[1], "x", 1), 1);
	net_drive(&driven.stop, 10000);
	assert_true(driven.stop);
	net_stop();
	close(driven.pipe[0]);
	close(driven.pipe[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_static_op, teardown_op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(many_calls_run_at_once),
		TEST(timers_fire_in_their_order),
		TEST(stopping_ends_what_is_under_way),
		TEST(an_unthreaded_loop_is_driven_by_its_owner),
	};
	int failed;

	load_default_settings();
	peer_start(answer);
	net_start(true);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	net_stop();
	peer_stop();
	return failed;
}
