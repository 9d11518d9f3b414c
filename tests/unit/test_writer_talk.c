/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ends of the writer's socket, each against a hand-made other end: what happens when a
 * connection breaks between a commit and its answer, and what is done with packets that are
 * not what they say.
 */
#include "db_fixture.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "db/run_socket.h"
#include "db/sqlite_group.h"
#include "db/stmt_table.h"
#include "db/wire.h"
#include "db/writer_channel.h"

static const char session[] = "0123456789abcdef0123456789abcdef";
static pid_t writer = -1;

static int
setup(void **state)
{
	(void)state;
	fixture_begin("socket");
	return 0;
}

static int
setup_writer(void **state)
{
	setup(state);
	db_close();
	writer = fork();
	assert_true(writer >= 0);
	if (writer == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		_exit(db_writer_main(&thing_catalog));
	}
	fixture_open();
	return 0;
}

static int
teardown(void **state)
{
	int status;

	(void)state;
	if (writer > 0) {
		kill(writer, SIGTERM);
		waitpid(writer, &status, 0);
		writer = -1;
	}
	fixture_remove();
	return 0;
}

/* ---- a hand-made client ------------------------------------------------------------------ */

static unsigned char room[CHANNEL_ROOM];

static int
dial_writer(void)
{
	int64_t deadline = clock_elapsed_us() + 10 * 1000000;
	int fd;

	while ((fd = run_socket_connect(CHANNEL_SOCKET, SOCK_SEQPACKET)) < 0)
		assert_true(clock_elapsed_us() < deadline);
	return fd;
}

/* The next packet; PACKET_PING stands for a closed connection. */
static struct packet
hear(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct packet packet;

	assert_int_equal(poll(&p, 1, 10000), 1);
	if (channel_receive(fd, &packet, room) != CHANNEL_OK)
		packet.head.kind = PACKET_PING;
	return packet;
}

static int
say_hello(uint64_t doubt, struct packet *welcome)
{
	struct packet_head head = { .kind = PACKET_HELLO, .number = doubt };
	unsigned char fingerprint[SHA256_LEN];
	struct bytes parts[2] = { { fingerprint, SHA256_LEN },
				  { (const unsigned char *)session, SESSION_LEN } };
	int fd = dial_writer();

	stmt_table_fingerprint(fingerprint);
	assert_int_equal(channel_send(fd, &head, parts, 2), CHANNEL_OK);
	*welcome = hear(fd);
	assert_int_equal(welcome->head.kind, PACKET_WELCOME);
	return fd;
}

/* A batch of one mark, as the builder makes it. */
static struct bytes
mark_batch(struct op *op, const char *id)
{
	struct buf b;

	buf_init(&b, op->arena, 1 << 20);
	wire_put_u32(&b, 0);
	wire_put_u16(&b, 1);
	wire_put_u16(&b, 0);
	wire_put_u16(&b, (uint16_t)stmt_table_number(&mark_insert));
	wire_put_u8(&b, EXPECT_ONE);
	wire_put_u8(&b, RC_INTERNAL);
	wire_put_u16(&b, 1);
	wire_put_u8(&b, BIND_TEXT);
	wire_put_text(&b, id, strlen(id));
	wire_patch_u32(&b, 0, (uint32_t)b.n);
	return buf_bytes(&b);
}

static void
wait_for_marks(int64_t n)
{
	int64_t deadline = clock_elapsed_us() + 10 * 1000000;

	while (number_of(&mark_count) < n)
		assert_true(clock_elapsed_us() < deadline);
}

static void
a_lost_answer_is_given_again(void **state)
{
	struct packet_head head = { .kind = PACKET_BATCHES, .count = 1, .number = 7 };
	struct op *op = op_begin("test");
	struct bytes batch = mark_batch(op, "m1");
	struct packet packet;
	int fd = say_hello(0, &packet);

	(void)state;
	assert_int_equal(packet.head.number, 0);
	assert_int_equal(channel_send(fd, &head, &batch, 1), CHANNEL_OK);
	wait_for_marks(1);
	close(fd);
	fd = say_hello(7, &packet);
	assert_int_equal(packet.head.number, 7);
	assert_int_equal(((const unsigned char *)packet.body.p)[4], RC_OK);
	/* It must not run a second time, whatever the client does. */
	assert_int_equal(channel_send(fd, &head, &batch, 1), CHANNEL_OK);
	assert_int_equal(hear(fd).head.kind, PACKET_PING);
	close(fd);
	assert_int_equal(number_of(&mark_count), 1);
	op_end(op);
}

static void
what_was_never_committed_is_not_answered(void **state)
{
	struct packet packet;
	int fd = say_hello(9, &packet);

	(void)state;
	assert_int_equal(packet.head.number, 0);
	assert_int_equal(packet.body.n, 0);
	close(fd);
}

static void
a_second_connection_of_a_session_ends_the_first(void **state)
{
	struct packet packet;
	int first = say_hello(0, &packet), second = say_hello(0, &packet);

	(void)state;
	assert_int_equal(hear(first).head.kind, PACKET_PING);
	close(first);
	close(second);
}

static void
dropped(struct packet_head head, struct bytes body, bool hello)
{
	struct packet packet;
	int fd = hello ? say_hello(0, &packet) : dial_writer();

	assert_int_equal(channel_send(fd, &head, &body, 1), CHANNEL_OK);
	assert_int_equal(hear(fd).head.kind, PACKET_PING);
	close(fd);
}

static void
packets_that_lie_end_the_connection(void **state)
{
	struct op *op = op_begin("test");
	struct bytes batch = mark_batch(op, "m1"), half = { batch.p, batch.n - 3 };
	const struct packet_head one = { .kind = PACKET_BATCHES, .count = 1, .number = 1 };
	const struct packet_head two = { .kind = PACKET_BATCHES, .count = 2, .number = 1 };
	const struct packet_head strange = { .kind = 99 };
	const struct packet_head hello = { .kind = PACKET_HELLO };
	struct packet packet;
	int fd;

	(void)state;
	dropped(one, batch, false);
	dropped(one, half, true);
	dropped(two, batch, true);
	dropped(strange, batch, true);
	dropped(hello, half, false);
	assert_int_equal(number_of(&mark_count), 0);
	/* And the writer is still there. */
	fd = say_hello(0, &packet);
	close(fd);
	op_end(op);
}

static void
garbled_batches_do_nothing(void **state)
{
	struct packet_head head = { .kind = PACKET_BATCHES, .count = 1, .number = 1 };
	struct op *op = op_begin("test");
	struct bytes batch = mark_batch(op, "m1");
	unsigned char *copy = (unsigned char *)arena_dupn(op->arena, batch.p, batch.n);
	struct packet packet;
	int fd = say_hello(0, &packet);

	(void)state;
	copy[8] = 0xff; /* the statement's number */
	copy[9] = 0xff;
	batch.p = copy;
	assert_int_equal(channel_send(fd, &head, &batch, 1), CHANNEL_OK);
	packet = hear(fd);
	assert_int_equal(packet.head.kind, PACKET_REPLIES);
	assert_int_equal(packet.body.p[4], RC_INTERNAL);
	assert_int_equal(number_of(&mark_count), 0);
	close(fd);
	op_end(op);
}

static void
only_sealed_memory_is_read(void **state)
{
	struct packet_head head = { .kind = PACKET_BATCHES, .count = 1, .number = 1 };
	struct iovec one = { &head, sizeof(head) };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr message = { .msg_iov = &one,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	struct op *op = op_begin("test");
	struct bytes batch = mark_batch(op, "m1");
	int memory = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING), fd;
	struct packet packet;

	(void)state;
	assert_int_equal(write(memory, batch.p, batch.n), batch.n);
	head.body = batch.n;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &memory, sizeof(int));
	fd = say_hello(0, &packet);
	assert_int_equal(sendmsg(fd, &message, 0), sizeof(head));
	assert_int_equal(hear(fd).head.kind, PACKET_PING);
	close(fd);
	/* The same memory, sealed, is fine. */
	assert_int_equal(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), 0);
	fd = say_hello(0, &packet);
	assert_int_equal(sendmsg(fd, &message, 0), sizeof(head));
	assert_int_equal(hear(fd).head.kind, PACKET_REPLIES);
	assert_int_equal(number_of(&mark_count), 1);
	close(fd);
	close(memory);
	op_end(op);
}

/* ---- a hand-made writer ------------------------------------------------------------------ */

/* What the writer that stands in does with the first packet of batches: take it and hang up;
 * the second time, say that it was committed, or that it was not. */
struct stand_in {
	int listening;
	bool committed;
	int packets;
	uint64_t first, asked;
};

static int
accept_client(int listening, struct packet *hello)
{
	struct pollfd p = { .fd = listening, .events = POLLIN };
	int fd;

	assert_int_equal(poll(&p, 1, 10000), 1);
	fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_true(fd >= 0);
	*hello = hear(fd);
	assert_int_equal(hello->head.kind, PACKET_HELLO);
	return fd;
}

static struct bytes
fine_reply(struct op *op)
{
	struct buf b;

	buf_init(&b, op->arena, 1 << 20);
	group_refuse(&b, RC_OK, -1, "");
	wire_patch_u16(&b, 8, 1); /* one result: count 1, no columns, no rows */
	wire_put_u32(&b, 1);
	wire_put_u32(&b, 0);
	wire_put_u32(&b, 0);
	wire_patch_u32(&b, 0, (uint32_t)b.n);
	return buf_bytes(&b);
}

static void *
stand_in(void *arg)
{
	struct stand_in *s = arg;
	struct packet_head welcome = { .kind = PACKET_WELCOME };
	struct packet_head replies = { .kind = PACKET_REPLIES, .count = 1 };
	struct op *op = op_begin("test");
	struct bytes reply = fine_reply(op);
	struct packet packet;
	int fd = accept_client(s->listening, &packet);

	assert_int_equal(channel_send(fd, &welcome, NULL, 0), CHANNEL_OK);
	packet = hear(fd);
	assert_int_equal(packet.head.kind, PACKET_BATCHES);
	s->first = packet.head.number;
	s->packets++;
	close(fd);
	fd = accept_client(s->listening, &packet);
	s->asked = packet.head.number;
	welcome.number = s->committed ? s->asked : 0;
	assert_int_equal(channel_send(fd, &welcome, &reply, s->committed ? 1 : 0), CHANNEL_OK);
	if (!s->committed) {
		packet = hear(fd);
		assert_int_equal(packet.head.kind, PACKET_BATCHES);
		assert_true(packet.head.number > s->first);
		s->packets++;
		replies.number = packet.head.number;
		assert_int_equal(channel_send(fd, &replies, &reply, 1), CHANNEL_OK);
	}
	hear(fd); /* until the client goes */
	close(fd);
	op_end(op);
	return NULL;
}

static void
commit_through_stand_in(bool committed, int packets)
{
	struct stand_in s = { .committed = committed };
	struct op *op = op_begin("test");
	struct batch *batch = batch_new(op);
	pthread_t thread;

	s.listening = run_socket_bind(CHANNEL_SOCKET, SOCK_SEQPACKET);
	assert_int_equal(listen(s.listening, 5), 0);
	pthread_create(&thread, NULL, stand_in, &s);
	batch_add(batch, &mark_insert, EXPECT_ONE, RC_INTERNAL, BINDS(bind_text("m1")));
	assert_int_equal(db_commit(op, batch), RC_OK);
	assert_int_equal(batch_count(batch, 0), 1);
	op_end(op);
	db_close();
	pthread_join(thread, NULL);
	assert_true(s.asked == s.first);
	assert_int_equal(s.packets, packets);
	close(s.listening);
	fixture_open();
}

static void
a_committed_packet_is_not_sent_again(void **state)
{
	(void)state;
	commit_through_stand_in(true, 1);
}

static void
a_packet_that_was_not_committed_is_sent_again(void **state)
{
	(void)state;
	commit_through_stand_in(false, 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup_writer, teardown)
#define CASE_ALONE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_lost_answer_is_given_again),
		CASE(what_was_never_committed_is_not_answered),
		CASE(a_second_connection_of_a_session_ends_the_first),
		CASE(packets_that_lie_end_the_connection),
		CASE(garbled_batches_do_nothing),
		CASE(only_sealed_memory_is_read),
		CASE_ALONE(a_committed_packet_is_not_sent_again),
		CASE_ALONE(a_packet_that_was_not_committed_is_sent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
