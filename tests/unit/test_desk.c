/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer's desk, in this process: packets of several clients are one transaction, in which
 * each batch happens as a whole or not at all, whichever way the group was run.
 */
#include "db_fixture.h"

#include <sys/socket.h>

#include "db/batch.h"
#include "db/generation.h"
#include "db/wire.h"
#include "db/writer_desk.h"

enum { CLIENTS = 2, BATCHES_MAX = 4 };

/* A client and its place at the desk. */
struct client {
	int fd;
	struct op *op;
	struct batch *batches[BATCHES_MAX];
	uint32_t n;
	uint64_t number;
};

static struct desk desk;
static struct client clients[CLIENTS];
static unsigned char room[CHANNEL_ROOM];

static void
connect_client(size_t i)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	clients[i].fd = pair[0];
	clients[i].op = account_op();
	desk.peers[i] = (struct peer){ .fd = pair[1], .greeted = true };
	memset(desk.peers[i].session, 'a' + (int)i, SESSION_LEN);
}

static int
begin(void **state)
{
	struct op *op = account_op();

	(void)state;
	fixture_begin("inline");
	memset(&desk, 0, sizeof(desk));
	memset(clients, 0, sizeof(clients));
	if (desk_start(&desk, op) != RC_OK)
		fail_msg("%s", op->why);
	desk.top = CLIENTS;
	for (size_t i = 0; i < CLIENTS; i++)
		connect_client(i);
	op_end(op);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	for (size_t i = 0; i < CLIENTS; i++) {
		desk_drop(&desk.peers[i]);
		close(clients[i].fd);
		op_end(clients[i].op);
	}
	conn_close(desk.conn);
	fixture_remove();
	return 0;
}

/* A batch of the client's next packet that adds a thing. */
static struct batch *
add(struct client *c, const char *id)
{
	struct batch *batch = batch_new(c->op);

	c->batches[c->n++] = batch;
	add_thing(batch, id, "note", 1);
	return batch;
}

/* One that adds a thing and then fails: at a taken id, or at a row that is not there. */
static struct batch *
add_and_fail(struct client *c, const char *id, const char *taken)
{
	struct batch *batch = add(c, id);

	if (taken != NULL)
		add_thing(batch, taken, "note", 1);
	else
		batch_add(batch, &thing_add, EXPECT_ONE, RC_LIMIT,
			  BINDS(bind_text("nobody"), bind_int(1)));
	return batch;
}

/* One that finds its first row missing. */
static struct batch *
miss(struct client *c)
{
	struct batch *batch = batch_new(c->op);

	c->batches[c->n++] = batch;
	batch_add(batch, &thing_add, EXPECT_ONE, RC_LIMIT, BINDS(bind_text("nobody"), bind_int(1)));
	add_thing(batch, "never", "note", 1);
	return batch;
}

static void
lay_down(size_t i)
{
	struct client *c = &clients[i];
	struct packet packet = { .head = { .kind = PACKET_BATCHES } };
	struct buf body;

	buf_init(&body, c->op->arena, WIRE_BATCH_MAX);
	for (uint32_t b = 0; b < c->n; b++) {
		struct bytes sealed = batch_seal(c->batches[b]);

		buf_add(&body, sealed.p, sealed.n);
	}
	packet.head.count = c->n;
	packet.head.number = ++c->number;
	packet.body = buf_bytes(&body);
	assert_true(desk_take(&desk, &desk.peers[i], &packet));
	memset(body.p, 0xee, body.n); /* the desk has its own */
}

static void
read_answers(size_t i)
{
	struct client *c = &clients[i];
	struct packet packet;
	struct wire w;

	assert_int_equal(channel_receive(c->fd, &packet, room), CHANNEL_OK);
	assert_int_equal(packet.head.kind, PACKET_REPLIES);
	assert_int_equal(packet.head.number, c->number);
	assert_int_equal(packet.head.count, c->n);
	w = wire_of(packet.body);
	for (uint32_t b = 0; b < c->n; b++) {
		struct bytes reply = wire_block(&w);

		batch_answer(c->batches[b],
			     bytes_slice(arena_dupn(c->op->arena, reply.p, reply.n), reply.n));
		batch_open(c->batches[b]);
	}
	assert_false(w.bad);
	assert_int_equal(w.n, 0);
	channel_release(&packet);
	c->n = 0;
}

static bool
has_thing(const char *id)
{
	struct op *op = account_op();
	int64_t n;
	bool found = db_number(op, &n, &thing_check, BINDS(bind_text(id))) == RC_OK;

	op_end(op);
	return found;
}

/* In one packet and in another's, before it and after it. */
static void
a_batch_that_fails_half_way_leaves_the_others(void **state)
{
	struct batch *before, *taken, *between, *gone, *after;

	(void)state;
	before = add(&clients[0], "before");
	taken = add_and_fail(&clients[0], "half", "before");
	between = add(&clients[0], "between");
	gone = add_and_fail(&clients[1], "other-half", NULL);
	after = add(&clients[1], "after");
	lay_down(0);
	lay_down(1);
	desk_finish(&desk);
	read_answers(0);
	read_answers(1);
	assert_int_equal(before->rc, RC_OK);
	assert_int_equal(taken->rc, RC_CONFLICT);
	assert_int_equal(taken->missed, 1);
	assert_non_null(strstr(taken->why, "UNIQUE"));
	assert_int_equal(between->rc, RC_OK);
	assert_int_equal(gone->rc, RC_LIMIT);
	assert_int_equal(gone->missed, 1);
	assert_int_equal(after->rc, RC_OK);
	assert_int_equal(batch_count(after, 0), 1);
	assert_int_equal(number_of(&thing_count), 3);
	assert_true(has_thing("before") && has_thing("between") && has_thing("after"));
	assert_true(desk.wary > 0);
}

static void
a_batch_that_fails_at_once_costs_no_second_run(void **state)
{
	struct batch *missing, *taken, *good;

	(void)state;
	add(&clients[0], "one");
	missing = miss(&clients[0]);
	taken = add(&clients[0], "one");
	good = add(&clients[0], "two");
	lay_down(0);
	desk_finish(&desk);
	read_answers(0);
	assert_int_equal(missing->rc, RC_LIMIT);
	assert_int_equal(missing->missed, 0);
	assert_int_equal(taken->rc, RC_CONFLICT);
	assert_int_equal(good->rc, RC_OK);
	assert_int_equal(number_of(&thing_count), 2);
	assert_int_equal(desk.wary, 0);
}

static void
wariness_passes(void **state)
{
	char id[16];
	int first;

	(void)state;
	add_and_fail(&clients[0], "half", NULL);
	lay_down(0);
	desk_finish(&desk);
	read_answers(0);
	first = desk.wary;
	assert_true(first > 1);
	for (int i = 1; i <= first; i++) {
		snprintf(id, sizeof(id), "thing-%d", i);
		add(&clients[0], id);
		lay_down(0);
		desk_finish(&desk);
		read_answers(0);
		assert_int_equal(desk.wary, first - i);
	}
	assert_int_equal(number_of(&thing_count), first);
	add_and_fail(&clients[0], "half", "thing-1");
	lay_down(0);
	desk_finish(&desk);
	read_answers(0);
	assert_int_equal(number_of(&thing_count), first);
	assert_int_equal(desk.wary, first);
}

/* What was taken back has stirred nothing; what stands has. */
static void
the_generation_moves_for_what_happened(void **state)
{
	uint64_t at = generation_now();

	(void)state;
	add_and_fail(&clients[0], "half", NULL);
	lay_down(0);
	desk_finish(&desk);
	read_answers(0);
	assert_int_equal(generation_now(), at);
	add_and_fail(&clients[0], "half", NULL);
	add(&clients[0], "whole");
	lay_down(0);
	desk_finish(&desk);
	read_answers(0);
	assert_int_equal(generation_now(), at + 1);
}

/* A client that leaves after its packet was taken asks about it later. */
static void
replies_are_kept_for_who_left(void **state)
{
	struct op *op = account_op();
	struct bytes kept;
	char session[SESSION_LEN + 1];

	(void)state;
	add(&clients[0], "one");
	add_and_fail(&clients[0], "half", NULL);
	lay_down(0);
	memcpy(session, desk.peers[0].session, sizeof(session));
	desk_drop(&desk.peers[0]);
	add(&clients[1], "two");
	lay_down(1);
	desk_finish(&desk);
	read_answers(1);
	assert_int_equal(number_of(&thing_count), 2);
	assert_true(desk_kept(&desk, op->arena, session, 1, &kept));
	batch_answer(clients[0].batches[0], kept);
	clients[0].batches[0]->reply.n = (size_t)kept.p[0];
	batch_open(clients[0].batches[0]);
	assert_int_equal(clients[0].batches[0]->rc, RC_OK);
	assert_false(desk_kept(&desk, op->arena, session, 2, &kept));
	op_end(op);
}

static void
one_packet_of_a_client_at_a_time(void **state)
{
	struct packet packet = { .head = { .kind = PACKET_BATCHES, .number = 2 } };

	(void)state;
	add(&clients[0], "one");
	lay_down(0);
	assert_false(desk_take(&desk, &desk.peers[0], &packet));
	desk_finish(&desk);
	read_answers(0);
	assert_true(has_thing("one"));
}

static off_t
wal_size(void)
{
	struct stat st;
	char path[128];

	snprintf(path, sizeof(path), "%s-wal", settings()->database_path);
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* What sqlite_wal.h asks for: more pages than the cache should hold, and none goes out early. */
static void
nothing_reaches_the_wal_before_its_commit(void **state)
{
	static const char fill[] =
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)"
		" INSERT INTO mark (id) SELECT i || hex(zeroblob(500)) FROM n";
	off_t before = wal_size();

	(void)state;
	assert_int_equal(conn_number(desk.conn, "PRAGMA synchronous", -1), 2);
	assert_int_equal(conn_exec(desk.conn, "BEGIN IMMEDIATE"), SQLITE_OK);
	assert_int_equal(conn_exec(desk.conn, fill), SQLITE_OK);
	assert_int_equal(wal_size(), before);
	assert_int_equal(conn_exec(desk.conn, "COMMIT"), SQLITE_OK);
	assert_true(wal_size() > before + (8 << 20));
	assert_int_equal(number_of(&mark_count), 8000);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_batch_that_fails_half_way_leaves_the_others),
		TEST(a_batch_that_fails_at_once_costs_no_second_run),
		TEST(wariness_passes),
		TEST(the_generation_moves_for_what_happened),
		TEST(replies_are_kept_for_who_left),
		TEST(one_packet_of_a_client_at_a_time),
		TEST(nothing_reaches_the_wal_before_its_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
