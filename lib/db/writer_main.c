/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer daemon: takes whatever packets have arrived, has the desk commit them together,
 * answers, and begins again. One thread, one epoll. It owns the socket and the only writing
 * connection of the host while it lives; a second one waits for the first to end. SIGTERM
 * ends it between two groups; clients ask its successor about what was not answered.
 */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/secret.h"
#include "db/run_socket.h"
#include "db/sqlite_lock.h"
#include "db/sqlite_read.h"
#include "db/stmt_table.h"
#include "db/writer_desk.h"

enum { BACKLOG = 1024, EVENTS = 64, IDLE_MS = 1000, PREDECESSOR_MS = 10000 };

static struct {
	int epoll, listening, signals;
	bool stop;
	unsigned char fingerprint[SHA256_LEN];
	struct desk desk;
	unsigned char room[CHANNEL_ROOM];
} writer;

/* ---- packets ----------------------------------------------------------------------------- */

static void
refuse(struct peer *peer)
{
	struct packet_head head = { .kind = PACKET_REFUSED };
	struct bytes why = bytes_of("the statements of this program are not the writer's: "
				    "restart both after an upgrade");

	(void)!channel_send(peer->fd, &head, &why, 1);
	desk_drop(peer);
}

/* A client has one connection: what it left unread on an older one must never run. */
static void
drop_namesakes(const struct peer *peer)
{
	for (size_t i = 0; i < writer.desk.top; i++) {
		struct peer *other = &writer.desk.peers[i];

		if (other != peer && other->fd >= 0 && other->greeted &&
		    strcmp(other->session, peer->session) == 0)
			desk_drop(other);
	}
}

static bool
hear_hello(struct peer *peer, const struct packet *packet)
{
	if (packet->body.n != SHA256_LEN + SESSION_LEN || peer->greeted)
		return false;
	if (memcmp(packet->body.p, writer.fingerprint, SHA256_LEN) != 0) {
		refuse(peer);
		return true;
	}
	memcpy(peer->session, packet->body.p + SHA256_LEN, SESSION_LEN);
	peer->doubt = packet->head.number;
	peer->number = packet->head.number;
	peer->asked = true;
	return true;
}

/* After the group, so that what is answered is on the disk and nothing else of it can be. */
static void
welcome(struct peer *peer)
{
	struct packet_head head = { .kind = PACKET_WELCOME };
	struct arena *arena = arena_new(0);
	struct bytes kept = { NULL, 0 };

	peer->asked = false;
	peer->greeted = true;
	drop_namesakes(peer);
	if (desk_kept(&writer.desk, arena, peer->session, peer->doubt, &kept))
		head.number = peer->doubt;
	if (channel_send(peer->fd, &head, &kept, 1) != CHANNEL_OK)
		desk_drop(peer);
	arena_free(arena);
}

static bool
hear_ping(struct peer *peer)
{
	struct packet_head head = { .kind = PACKET_PONG };

	return channel_send(peer->fd, &head, NULL, 0) == CHANNEL_OK;
}

static bool
hear(struct peer *peer, struct packet *packet)
{
	switch (packet->head.kind) {
	case PACKET_HELLO:
		return hear_hello(peer, packet);
	case PACKET_BATCHES:
		return desk_take(&writer.desk, peer, packet);
	case PACKET_PING:
		return hear_ping(peer);
	default:
		return false;
	}
}

static void
read_peer(struct peer *peer)
{
	struct packet packet;

	if (peer->fd < 0)
		return;
	switch (channel_receive(peer->fd, &packet, writer.room)) {
	case CHANNEL_NOTHING:
		return;
	case CHANNEL_CLOSED:
		desk_drop(peer);
		return;
	case CHANNEL_OK:
		break;
	}
	if (!hear(peer, &packet)) {
		log_line(LOG_WARN, "event=client_dropped kind=%u bytes=%zu", packet.head.kind,
			 packet.body.n);
		desk_drop(peer);
	}
	channel_release(&packet);
}

/* ---- the loop ---------------------------------------------------------------------------- */

static bool
watch(int fd, void *who)
{
	struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = who } };

	return epoll_ctl(writer.epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static struct peer *
free_place(void)
{
	struct desk *desk = &writer.desk;

	for (size_t i = 0; i < desk->top; i++)
		if (desk->peers[i].fd < 0)
			return &desk->peers[i];
	return desk->top < PEERS_MAX ? &desk->peers[desk->top++] : NULL;
}

static void
accept_all(void)
{
	int fd;

	while ((fd = accept4(writer.listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct peer *peer = free_place();

		if (peer == NULL || !watch(fd, peer)) {
			log_line(LOG_WARN, "event=client_refused why=\"%d clients at once\"",
				 PEERS_MAX);
			close(fd);
			continue;
		}
		*peer = (struct peer){ .fd = fd };
	}
}

static void
take_signal(void)
{
	struct signalfd_siginfo info;

	if (read(writer.signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		log_reopen();
	else
		writer.stop = true;
}

static void
turn(void)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(writer.epoll, events, EVENTS, desk_untidy(&writer.desk) ? IDLE_MS : -1);

	for (int i = 0; i < n; i++) {
		void *who = events[i].data.ptr;

		if (who == &writer.listening)
			accept_all();
		else if (who == &writer.signals)
			take_signal();
		else
			read_peer(who);
	}
	desk_finish(&writer.desk);
	for (size_t i = 0; i < writer.desk.top; i++)
		if (writer.desk.peers[i].asked)
			welcome(&writer.desk.peers[i]);
	desk_tidy(&writer.desk, n == 0);
}

static enum rc
open_signals(struct op *op)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	writer.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (writer.signals < 0 || !watch(writer.signals, &writer.signals))
		return op_fail(op, RC_INTERNAL, "cannot receive signals: %m");
	return RC_OK;
}

static enum rc
start(struct op *op, const struct catalog *catalog)
{
	writer.epoll = epoll_create1(EPOLL_CLOEXEC);
	TRY(open_signals(op));
	TRY(db_open(op, catalog, false));
	reader_close_all();
	stmt_table_fingerprint(writer.fingerprint);
	TRY(lock_be_writer(op, PREDECESSOR_MS));
	TRY(desk_start(&writer.desk, op));
	desk_tidy(&writer.desk, true);
	writer.listening = run_socket_bind(CHANNEL_SOCKET, SOCK_SEQPACKET);
	if (writer.listening < 0 || listen(writer.listening, BACKLOG) != 0 ||
	    !watch(writer.listening, &writer.listening))
		return op_fail(op, RC_BUSY, "cannot listen on %s: %m",
			       lock_run_path(op, CHANNEL_SOCKET));
	return RC_OK;
}

int
db_writer_main(const struct catalog *catalog)
{
	struct op *op = op_begin("writer");
	enum rc rc = start(op, catalog);

	if (rc != RC_OK)
		log_line(LOG_ERROR, "event=writer_failed why=\"%s\"", op->why);
	op_end(op);
	if (rc != RC_OK)
		return 1;
	log_line(LOG_INFO, "event=writer_started");
	while (!writer.stop)
		turn();
	close(writer.listening);
	desk_tidy(&writer.desk, true);
	log_line(LOG_INFO, "event=writer_stopped");
	return 0;
}
