/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the writer does with batches: all that have arrived go into one transaction, and nobody
 * is answered before it is on the disk. Each client's replies are kept in db_session by the
 * same transaction, once per packet, for a client that loses its answer. The write lock is
 * held for a group and for checkpoints.
 *
 * Savepoints are dear and few batches fail half-way: so a group runs without, and is run again
 * with them when one does. Where that happens often the groups after it start with them.
 */
#include "db/writer_desk.h"

#include <unistd.h>

#include "core/crash_point.h"
#include "core/log.h"
#include "db/sqlite_lock.h"
#include "db/wire.h"

enum { LOCK_MS = 2000, TIDY_EVERY_S = 300, WARY_GROUPS = 8 };

/* Longer than any client stays in doubt about a packet. */
static const int64_t KEEP_REPLIES_MS = 15 * MINUTE_MS;

enum rc
desk_start(struct desk *desk, struct op *op)
{
	enum rc rc;

	desk->last = &desk->first;
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
	*peer = (struct peer){ .fd = -1 };
}

/* ---- the group --------------------------------------------------------------------------- */

/* The packet is exactly count blocks. */
static bool
well_formed(const struct packet *packet)
{
	struct wire w = wire_of(packet->body);

	for (uint32_t i = 0; i < packet->head.count && !w.bad; i++)
		wire_block(&w);
	return !w.bad && w.n == 0 && packet->head.count <= CHANNEL_PARTS;
}

bool
desk_take(struct desk *desk, struct peer *peer, struct packet *packet)
{
	struct arena *arena;
	struct parcel *p;

	if (!peer->greeted || packet->head.number <= peer->number || peer->parcel != NULL ||
	    !well_formed(packet))
		return false;
	arena = arena_new(0);
	p = arena_alloc(arena, sizeof(*p));
	p->arena = arena;
	memcpy(p->session, peer->session, sizeof(p->session));
	p->packet = *packet;
	if (packet->mapping == NULL)
		p->packet.body.p =
			(unsigned char *)arena_dupn(arena, packet->body.p, packet->body.n);
	packet->mapping = NULL;
	buf_init(&p->replies, arena, WIRE_BATCH_MAX);
	*desk->last = p;
	desk->last = &p->next;
	peer->parcel = p;
	peer->number = packet->head.number;
	return true;
}

static void
clear(struct desk *desk)
{
	struct parcel *next;

	for (struct parcel *p = desk->first; p != NULL; p = next) {
		next = p->next;
		channel_release(&p->packet);
		arena_free(p->arena);
	}
	desk->first = NULL;
	desk->last = &desk->first;
}

static enum rc
keep_reply(struct desk *desk, struct parcel *p)
{
	sqlite3_stmt *handle;

	if (conn_own_get(desk->conn, OWN_KEEP_REPLY, &handle) != SQLITE_OK)
		return conn_fail(desk->op, desk->conn, "db_session");
	sqlite3_bind_text(handle, 1, p->session, SESSION_LEN, SQLITE_STATIC);
	sqlite3_bind_int64(handle, 2, (int64_t)p->packet.head.number);
	sqlite3_bind_blob64(handle, 3, buf_str(&p->replies), p->replies.n, SQLITE_STATIC);
	sqlite3_bind_int64(handle, 4, desk->op->now.ms);
	sqlite3_step(handle);
	if (sqlite3_reset(handle) != SQLITE_OK)
		return conn_fail(desk->op, desk->conn, "db_session");
	return RC_OK;
}

/* Replies of a run that came to nothing must not stand before those of the next. */
static void
restart_replies(struct parcel *p)
{
	p->replies.n = 0;
	p->replies.failed = false;
}

static enum rc
run_parcel(struct desk *desk, struct group *group, struct parcel *p)
{
	struct wire w = wire_of(p->packet.body);

	restart_replies(p);
	for (uint32_t i = 0; i < p->packet.head.count; i++)
		TRY(group_run(group, wire_block(&w), &p->replies));
	return keep_reply(desk, p);
}

static enum rc
run_all(struct desk *desk, struct group *group, bool guarded)
{
	enum rc rc;

	TRY(group_begin(group, desk->op, desk->conn, guarded));
	rc = RC_OK;
	for (struct parcel *p = desk->first; p != NULL && rc == RC_OK; p = p->next)
		rc = run_parcel(desk, group, p);
	if (rc != RC_OK)
		group_abandon(group);
	return rc;
}

static enum rc
commit_all(struct desk *desk)
{
	struct group group;
	enum rc rc = run_all(desk, &group, desk->wary > 0);

	if (rc == RC_CONFLICT)
		rc = run_all(desk, &group, true);
	TRY(rc);
	if (group.undid)
		desk->wary = WARY_GROUPS;
	else if (desk->wary > 0)
		desk->wary--;
	CRASH_POINT("writer.ran");
	rc = group_commit(&group);
	CRASH_POINT("writer.committed");
	if (rc == RC_INTERNAL)
		fatal("%s; nothing of this group was acknowledged", desk->op->why);
	return rc;
}

static enum rc
commit(struct desk *desk)
{
	enum rc rc;

	TRY(lock_take(desk->op, LOCK_MS));
	rc = commit_all(desk);
	lock_give();
	return rc;
}

static void
answer(struct desk *desk, struct peer *peer, bool lost)
{
	struct parcel *p = peer->parcel;
	struct packet_head head = { .kind = PACKET_REPLIES,
				    .count = p->packet.head.count,
				    .number = p->packet.head.number };
	struct bytes body;

	if (lost) {
		restart_replies(p);
		for (uint32_t i = 0; i < head.count; i++)
			group_refuse(&p->replies, RC_BUSY, -1, desk->op->why);
	}
	body = buf_bytes(&p->replies);
	if (channel_send(peer->fd, &head, &body, 1) != CHANNEL_OK)
		desk_drop(peer);
	peer->parcel = NULL;
}

void
desk_finish(struct desk *desk)
{
	bool lost;

	if (desk->first == NULL)
		return;
	desk->op = op_begin("writer");
	lost = commit(desk) != RC_OK;
	if (lost)
		log_line(LOG_ERROR, "event=group_lost why=\"%s\"", desk->op->why);
	for (size_t i = 0; i < desk->top; i++)
		if (desk->peers[i].parcel != NULL)
			answer(desk, &desk->peers[i], lost);
	clear(desk);
	op_end(desk->op);
	desk->op = NULL;
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
