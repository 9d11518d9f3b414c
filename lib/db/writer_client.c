/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's end of the writer. One packet is under way at a time; what is queued meanwhile
 * makes up the next. When the connection breaks, the packet is in doubt: the next HELLO asks
 * about its number, and it is either answered from what the writer kept, or certainly not
 * committed and queued again. So nothing is committed twice.
 */
#include "db/writer_client.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/secret.h"
#include "db/commit_queue.h"
#include "db/run_socket.h"
#include "db/stmt_table.h"
#include "db/wire.h"
#include "db/writer_channel.h"

enum { FLIGHT_MAX = CHANNEL_PARTS, NAP_MS = 10, REFUSED_NAP_MS = 50, LOOK_MS = 50 };

static struct {
	int fd; /* -1: not connected */
	bool welcome;
	uint64_t number;                  /* of the packet sent last */
	struct batch *flight[FLIGHT_MAX]; /* of it, in order; NULL: given up */
	size_t n;
	char session[SESSION_LEN + 1];
	_Atomic int64_t answered_us;
	unsigned char room[CHANNEL_ROOM];
} client = { .fd = -1 };

static void
nap(int ms)
{
	(void)poll(NULL, 0, ms);
}

static void
hang_up(void)
{
	if (client.fd >= 0)
		close(client.fd);
	client.fd = -1;
	client.welcome = false;
}

static void
name_session(void)
{
	unsigned char random[SESSION_LEN / 2];

	if (client.session[0] != '\0')
		return;
	secret_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(client.session + 2 * i, 3, "%02x", random[i]);
}

/* ---- what is under way ------------------------------------------------------------------- */

bool
client_busy(void)
{
	for (size_t i = 0; i < client.n; i++)
		if (client.flight[i] != NULL)
			return true;
	return false;
}

struct waiter *
client_waiter(void)
{
	for (size_t i = 0; i < client.n; i++)
		if (client.flight[i] != NULL)
			return client.flight[i]->waiter;
	return NULL;
}

/* Settle the packet under way with the writer's replies. */
static void
land(struct packet *packet)
{
	struct wire w = wire_of(packet->body);
	size_t n = client.n;

	for (size_t i = 0; i < n; i++) {
		struct batch *b = client.flight[i];
		struct bytes reply = wire_block(&w);

		if (b == NULL)
			continue;
		if (w.bad) {
			batch_fail(b, RC_INTERNAL, "the database writer's answer is damaged");
			continue;
		}
		reply.p = (unsigned char *)arena_dupn(b->op->arena, reply.p, reply.n);
		batch_answer(b, reply);
	}
	client.n = 0;
	queue_finish(client.flight, n);
}

static void
turn_back(void)
{
	size_t n = client.n;

	client.n = 0;
	queue_put_back(client.flight, n);
}

/* A batch that may or may not be committed cannot be RC_BUSY. */
static void
give_up_doubtful(void)
{
	int64_t now = clock_elapsed_us();

	for (size_t i = 0; i < client.n; i++) {
		struct batch *b = client.flight[i];

		if (b == NULL || now < b->give_up_us + INT64_C(1000) * DB_DOUBT_MS)
			continue;
		client.flight[i] = NULL;
		batch_fail(b, RC_INTERNAL,
			   "the database writer went away in the middle and has not come back: it "
			   "is not known whether this was stored");
		queue_finish(&b, 1);
	}
}

/* ---- talking ----------------------------------------------------------------------------- */

static bool
dial(void)
{
	struct packet_head head = { .kind = PACKET_HELLO };
	unsigned char fingerprint[SHA256_LEN];
	struct bytes parts[2];

	name_session();
	client.fd = run_socket_connect(CHANNEL_SOCKET, SOCK_SEQPACKET);
	if (client.fd < 0)
		return false;
	stmt_table_fingerprint(fingerprint);
	parts[0] = bytes_slice(fingerprint, sizeof(fingerprint));
	parts[1] = bytes_slice(client.session, SESSION_LEN);
	head.number = client.n > 0 ? client.number : 0;
	if (channel_send(client.fd, &head, parts, 2) == CHANNEL_OK)
		return true;
	hang_up();
	return false;
}

bool
client_reachable(void)
{
	return client.fd >= 0 || dial() || (errno != ENOENT && errno != ECONNREFUSED);
}

static void
hear_welcome(struct packet *packet)
{
	client.welcome = true;
	if (client.n > 0 && packet->head.number == client.number)
		land(packet);
	else
		turn_back();
}

/* One packet from the writer, if it comes soon. */
static void
listen_once(void)
{
	struct pollfd p = { .fd = client.fd, .events = POLLIN };
	struct packet packet;
	enum channel_end end;

	if (poll(&p, 1, LOOK_MS) <= 0)
		return;
	end = channel_receive(client.fd, &packet, client.room);
	if (end == CHANNEL_NOTHING)
		return;
	if (end == CHANNEL_CLOSED) {
		hang_up();
		return;
	}
	client.answered_us = clock_elapsed_us();
	if (packet.head.kind == PACKET_WELCOME && !client.welcome) {
		hear_welcome(&packet);
	} else if (packet.head.kind == PACKET_REPLIES && packet.head.number == client.number) {
		land(&packet);
	} else {
		/* An older or newer writer: an upgrade is going on. */
		hang_up();
		nap(REFUSED_NAP_MS);
	}
	channel_release(&packet);
}

static void
send_next(void)
{
	struct packet_head head = { .kind = PACKET_BATCHES, .number = client.number + 1 };
	struct bytes parts[FLIGHT_MAX];

	client.n = queue_take(client.flight, FLIGHT_MAX, CHANNEL_ROOM);
	for (size_t i = 0; i < client.n; i++)
		parts[i] = buf_bytes(&client.flight[i]->bytes);
	head.count = (uint32_t)client.n;
	if (client.n == 0)
		return;
	client.number++;
	if (channel_send(client.fd, &head, parts, client.n) == CHANNEL_OK)
		return;
	turn_back();
	hang_up();
}

void
client_step(void)
{
	give_up_doubtful();
	if (client.fd < 0) {
		if (!dial())
			nap(NAP_MS);
	} else if (!client.welcome || client.n > 0) {
		listen_once();
	} else {
		send_next();
	}
}

void
client_close(void)
{
	hang_up();
	client.n = 0;
	client.session[0] = '\0';
}

/* ---- asking after it --------------------------------------------------------------------- */

bool
client_ping(int64_t ms)
{
	struct packet_head head = { .kind = PACKET_PING };
	struct pollfd p = { .events = POLLIN };
	struct arena *arena;
	struct packet pong;
	bool alive = false;

	p.fd = run_socket_connect(CHANNEL_SOCKET, SOCK_SEQPACKET);
	if (p.fd < 0)
		return false;
	arena = arena_new(0);
	if (channel_send(p.fd, &head, NULL, 0) == CHANNEL_OK && poll(&p, 1, (int)ms) == 1 &&
	    channel_receive(p.fd, &pong, arena_alloc(arena, CHANNEL_ROOM)) == CHANNEL_OK) {
		alive = pong.head.kind == PACKET_PONG;
		channel_release(&pong);
	}
	arena_free(arena);
	close(p.fd);
	if (alive)
		client.answered_us = clock_elapsed_us();
	return alive;
}

int64_t
client_answered_us(void)
{
	return client.answered_us;
}
