/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the writer does with batches: all that have arrived go into one transaction, and nobody
 * is answered before it is on the disk. Each client's replies are kept in db_session by the
 * same transaction, once per packet, for a client that loses its answer. The write lock is
 * held from the first batch of a group to its commit, and for checkpoints.
 */
#include "db/writer_desk.h"

#include <unistd.h>

#include "core/log.h"
#include "db/sqlite_lock.h"
#include "db/wire.h"

enum { LOCK_MS = 2000, TIDY_EVERY_S = 300 };

/* Longer than any client stays in doubt about a packet. */
static const int64_t KEEP_REPLIES_MS = 15 * MINUTE_MS;

enum rc
desk_start(struct desk *desk, struct op *op)
{
	enum rc rc;

	TRY(lock_take(op, DB_PATIENCE_MS));
	rc = conn_open(op, &desk->conn, CONN_WRITE);
	lock_give();
	return rc;
}

void
desk_drop(struct peer *peer)
{
	if (peer->fd >= 0)
		close(peer->fd);
	arena_free(peer->arena);
	*peer = (struct peer){ .fd = -1 };
}

/* ---- the group --------------------------------------------------------------------------- */

static void
lose(struct desk *desk)
{
	if (desk->open) {
		group_abandon(&desk->group);
		lock_give();
	}
	desk->open = false;
	desk->lost = true;
	log_line(LOG_ERROR, "event=group_lost why=\"%s\"", desk->op->why);
}

static void
open_group(struct desk *desk)
{
	desk->used = true;
	desk->lost = false;
	desk->op = op_begin("writer");
	if (lock_take(desk->op, LOCK_MS) != RC_OK) {
		lose(desk);
		return;
	}
	desk->open = true;
	if (group_begin(&desk->group, desk->op, desk->conn) != RC_OK)
		lose(desk);
}

/* The packet is exactly count blocks. */
static bool
well_formed(const struct packet *packet)
{
	struct wire w = wire_of(packet->body);

	for (uint32_t i = 0; i < packet->head.count && !w.bad; i++)
		wire_block(&w);
	return !w.bad && w.n == 0 && packet->head.count <= CHANNEL_PARTS;
}

static enum rc
keep_reply(struct desk *desk, struct peer *peer)
{
	sqlite3_stmt *handle;

	if (conn_own_get(desk->conn, OWN_KEEP_REPLY, &handle) != SQLITE_OK)
		return conn_fail(desk->op, desk->conn, "db_session");
	sqlite3_bind_text(handle, 1, peer->session, SESSION_LEN, SQLITE_STATIC);
	sqlite3_bind_int64(handle, 2, (int64_t)peer->number);
	sqlite3_bind_blob64(handle, 3, buf_str(&peer->replies), peer->replies.n, SQLITE_STATIC);
	sqlite3_bind_int64(handle, 4, desk->op->now.ms);
	sqlite3_step(handle);
	if (sqlite3_reset(handle) != SQLITE_OK)
		return conn_fail(desk->op, desk->conn, "db_session");
	return RC_OK;
}

static enum rc
run_all(struct desk *desk, struct peer *peer, const struct packet *packet)
{
	struct wire w = wire_of(packet->body);

	for (uint32_t i = 0; i < packet->head.count; i++)
		TRY(group_run(&desk->group, wire_block(&w), &peer->replies));
	return keep_reply(desk, peer);
}

bool
desk_run(struct desk *desk, struct peer *peer, const struct packet *packet)
{
	if (!peer->greeted || packet->head.number <= peer->number || peer->arena != NULL ||
	    !well_formed(packet))
		return false;
	if (!desk->used)
		open_group(desk);
	peer->number = packet->head.number;
	peer->count = packet->head.count;
	peer->arena = arena_new(0);
	buf_init(&peer->replies, peer->arena, WIRE_BATCH_MAX);
	if (!desk->lost && run_all(desk, peer, packet) != RC_OK)
		lose(desk);
	return true;
}

static void
commit(struct desk *desk)
{
	enum rc rc = group_commit(&desk->group);

	if (rc == RC_INTERNAL)
		fatal("%s; nothing of this group was acknowledged", desk->op->why);
	if (rc != RC_OK) {
		lose(desk);
		return;
	}
	desk->open = false;
	lock_give();
}

static void
answer(struct desk *desk, struct peer *peer)
{
	struct packet_head head = { .kind = PACKET_REPLIES,
				    .count = peer->count,
				    .number = peer->number };
	struct bytes body;

	if (desk->lost) {
		buf_init(&peer->replies, peer->arena, WIRE_BATCH_MAX);
		for (uint32_t i = 0; i < peer->count; i++)
			group_refuse(&peer->replies, RC_BUSY, -1, desk->op->why);
	}
	body = buf_bytes(&peer->replies);
	if (channel_send(peer->fd, &head, &body, 1) != CHANNEL_OK) {
		desk_drop(peer);
		return;
	}
	arena_free(peer->arena);
	peer->arena = NULL;
}

void
desk_finish(struct desk *desk)
{
	if (!desk->used)
		return;
	if (!desk->lost)
		commit(desk);
	for (size_t i = 0; i < desk->top; i++)
		if (desk->peers[i].arena != NULL)
			answer(desk, &desk->peers[i]);
	op_end(desk->op);
	desk->op = NULL;
	desk->used = false;
}

/* ---- around it --------------------------------------------------------------------------- */

bool
desk_kept(struct desk *desk, struct arena *arena, const char *session, uint64_t number,
	  struct bytes *out)
{
	sqlite3_stmt *handle;
	bool found;

	if (number == 0 || conn_own_get(desk->conn, OWN_KEPT_REPLY, &handle) != SQLITE_OK)
		return false;
	sqlite3_bind_text(handle, 1, session, SESSION_LEN, SQLITE_STATIC);
	sqlite3_bind_int64(handle, 2, (int64_t)number);
	found = sqlite3_step(handle) == SQLITE_ROW;
	if (found) {
		size_t n = (size_t)sqlite3_column_bytes(handle, 0);

		*out = bytes_slice(arena_dupn(arena, sqlite3_column_blob(handle, 0), n), n);
	}
	sqlite3_reset(handle);
	return found;
}

static void
forget_replies(struct desk *desk)
{
	sqlite3_stmt *handle;

	if (conn_own_get(desk->conn, OWN_FORGET_REPLIES, &handle) != SQLITE_OK)
		return;
	sqlite3_bind_int64(handle, 1, clock_now().ms - KEEP_REPLIES_MS);
	sqlite3_step(handle);
	sqlite3_reset(handle);
}

bool
desk_untidy(const struct desk *desk)
{
	return conn_wants_checkpoint(desk->conn, true);
}

void
desk_tidy(struct desk *desk, bool idle)
{
	int64_t now = clock_elapsed_us();
	bool forget = now - desk->tidied_us > INT64_C(1000000) * TIDY_EVERY_S;
	struct op *op;

	if (!forget && !conn_wants_checkpoint(desk->conn, idle))
		return;
	op = op_begin("writer");
	if (lock_take(op, LOCK_MS) == RC_OK) {
		if (forget)
			forget_replies(desk);
		if (conn_checkpoint(desk->conn, idle) != SQLITE_OK)
			fatal("the disk failed under a checkpoint: %s",
			      sqlite3_errmsg(desk->conn->db));
		lock_give();
		desk->tidied_us = forget ? now : desk->tidied_us;
	}
	op_end(op);
}
