/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ready - whether this gateway does its work, for load balancers, monitoring and people
 *
 * Ready means: what comes in can be stored, and what is stored does not wait. Every question is
 * answered from the front of a partial index, so that asking costs nothing when much waits.
 */
#include "core/buf.h"
#include "core/settings.h"
#include "gateway/engine.h"
#include "gateway/keep_folder.h"
#include "gateway/manage_instances.h"
#include "store/backlog_store.h"
#include "store/delivery_store.h"
#include "store/inbound_media_store.h"
#include "store/inbox_store.h"
#include "store/queue_store.h"

enum { LANES_MAX = 10000, DISK_PERCENT_MIN = 2, CHECKS_MAX = 8, METRICS_MAX = 16384 };
#define DISK_BYTES_MIN (INT64_C(64) << 20)
#define WAITS_TOO_LONG_MS (60 * SECOND_MS)

const struct shape check_shape[] = {
	SHAPE(struct check, name),
	SHAPE(struct check, ok),
	SHAPE(struct check, sentence),
	SHAPE_END,
};

struct checks {
	struct check rows[CHECKS_MAX];
	size_t n;
	bool ready;
};

static void
add_check(struct checks *checks, const char *name, bool ok, const char *sentence)
{
	expect(checks->n < CHECKS_MAX);
	checks->rows[checks->n++] = (struct check){ name, ok, sentence };
	checks->ready = checks->ready && ok;
}

static void
check_writer(struct checks *checks, const struct db_health *health)
{
	add_check(
		checks, "writer", health->writer_alive,
		health->writer_alive
			? "The writer answers"
			: "The writer does not answer: is wagate-writer running, and may this user "
			  "reach its socket?");
}

static void
check_disk(struct op *op, struct checks *checks, const struct db_health *health)
{
	bool ok = health->disk_free_percent >= DISK_PERCENT_MIN &&
		  health->disk_free_bytes >= DISK_BYTES_MIN;

	add_check(checks, "disk", ok,
		  arena_printf(op->arena, "%lld MiB (%lld %%) of the database's disk are free%s",
			       (long long)(health->disk_free_bytes >> 20),
			       (long long)health->disk_free_percent, ok ? "" : ": make room"));
}

/* Files of messages wait for room; messages do not, so the gateway is as ready as before. */
static enum rc
check_media(struct op *op, struct checks *checks)
{
	bool ready = checks->ready, is_short;
	int64_t free, waiting;

	TRY(inbound_media_store_count_open(op, &waiting));
	is_short = keep_folder_is_short(op, &free) && waiting > 0;
	add_check(checks, "media", !is_short,
		  is_short ? arena_printf(op->arena,
					  "%lld files of messages wait: %lld MiB of the disk of "
					  "DATA/media are free, and fetching stops below %lld MiB "
					  "([media] min_free_mib); make room",
					  (long long)waiting, (long long)free,
					  (long long)settings()->media_min_free_mib)
			   : "Files of messages have room");
	checks->ready = ready;
	return RC_OK;
}

/* since 0: nothing waits. */
static void
check_waiting(struct op *op, struct checks *checks, const char *name, struct instant since)
{
	int64_t ms = since.ms == 0 ? 0 : op->now.ms - since.ms;
	bool ok = ms <= WAITS_TOO_LONG_MS;

	add_check(checks, name, ok,
		  ok ? "Nothing waits too long"
		     : arena_printf(op->arena,
				    "The oldest has waited for %lld s: is wagate-worker running?",
				    (long long)(ms / SECOND_MS)));
}

/* ---- the delivery that waits longest ---- */

enum { LOOK_MAX = 10000, ASKED_MAX = 50 };

/* Since when the endpoint could have been given something; 0: it is not due. */
static struct instant
waits_since(const struct due_endpoint *e, struct instant now)
{
	struct instant since = e->first_at;

	if (since.ms == 0 || (e->again_at.ms != 0 && e->again_at.ms < since.ms))
		since = e->again_at;
	if (since.ms < e->held_until.ms)
		since = e->held_until;
	return since.ms <= now.ms ? since : (struct instant){ 0 };
}

static int
by_age(const void *one, const void *other)
{
	const struct due_endpoint *a = one, *b = other;

	return (a->first_at.ms > b->first_at.ms) - (a->first_at.ms < b->first_at.ms);
}

/* One that is failing has a slot for a probe, or few more. */
static enum rc
is_at_limit(struct op *op, const struct due_endpoint *e, bool *out)
{
	int64_t limit = e->failing ? 1 : settings()->deliver_endpoint_in_flight, n;

	TRY(delivery_store_under_way(op, &n, e->endpoint_id, limit));
	*out = n >= limit;
	return RC_OK;
}

/* Of those that could start: not of endpoints that are disabled, slowed down, suspended or have
 * all under way that they may. */
static enum rc
oldest_delivery(struct op *op, struct instant *out)
{
	const struct due_endpoint *rows;
	struct due_endpoint *due;
	struct list found;
	size_t n = 0;

	TRY(delivery_store_waiting(op, &found, LOOK_MAX));
	rows = found.rows;
	due = arena_array(op->arena, found.n + 1, sizeof(*due));
	for (size_t i = 0; i < found.n; i++) {
		due[n] = rows[i];
		due[n].first_at = waits_since(&rows[i], op->now);
		n += due[n].first_at.ms != 0;
	}
	qsort(due, n, sizeof(*due), by_age);
	for (size_t i = 0; i < n && i < ASKED_MAX; i++) {
		bool at_limit;

		TRY(is_at_limit(op, &due[i], &at_limit));
		if (at_limit)
			continue;
		*out = due[i].first_at;
		return RC_OK;
	}
	return RC_OK;
}

/* When the oldest unread inbox row and the oldest delivery that could start began to wait. */
static enum rc
find_oldest(struct op *op, struct instant *inbox, struct instant *delivery)
{
	bool suspended, isolated;

	*delivery = (struct instant){ 0 };
	TRY(inbox_store_oldest(op, inbox));
	TRY(gateway_switches(op, &suspended, &isolated));
	return suspended ? RC_OK : oldest_delivery(op, delivery);
}

enum rc
gateway_ready(struct op *op, struct list *checks, bool *ready)
{
	struct checks *all = arena_alloc(op->arena, sizeof(*all));
	struct instant inbox, delivery;
	struct db_health health;

	all->ready = true;
	db_health(op, &health);
	check_writer(all, &health);
	check_disk(op, all, &health);
	if (check_media(op, all) == RC_OK && find_oldest(op, &inbox, &delivery) == RC_OK) {
		check_waiting(op, all, "inbox", inbox);
		check_waiting(op, all, "deliveries", delivery);
	} else {
		add_check(all, "database", false, arena_dup(op->arena, op->why));
		op_forgive(op);
	}
	*checks = (struct list){ all->n, all->rows };
	*ready = all->ready;
	return RC_OK;
}

/* ---- metrics ----------------------------------------------------------------------------- */

/* Prometheus text format 0.0.4. */
static void
gauge(struct buf *b, const char *name, const char *help, double value)
{
	buf_printf(b, "# HELP wagate_%s %s\n# TYPE wagate_%s gauge\nwagate_%s %.10g\n", name, help,
		   name, name, value);
}

static double
seconds_since(struct op *op, struct instant t)
{
	return t.ms == 0 ? 0 : (double)(op->now.ms - t.ms) / 1000;
}

/* Messages that wait for the worker. One of a suspended number does not wait for it. */
static enum rc
add_queue(struct op *op, struct buf *b, bool suspended)
{
	const struct queue_lane *lanes;
	struct instant oldest = op->now;
	struct list found;
	int64_t waiting;

	TRY(queue_store_lanes(op, &found, "", LANES_MAX));
	TRY(backlog_store_messages(op, &waiting));
	lanes = found.rows;
	for (size_t i = 0; i < found.n && !suspended; i++)
		if (!lanes[i].suspended && lanes[i].due_at.ms < oldest.ms)
			oldest = lanes[i].due_at;
	gauge(b, "oldest_due_message_seconds",
	      "How long the oldest queued message that is due has waited.",
	      seconds_since(op, oldest));
	gauge(b, "messages_waiting", "Messages queued or scheduled, counted up to 10000.",
	      (double)waiting);
	return RC_OK;
}

static enum rc
add_backlog(struct op *op, struct buf *b)
{
	struct instant inbox, delivery;
	int64_t unread, unclear, open, files;
	bool suspended, isolated;

	TRY(find_oldest(op, &inbox, &delivery));
	TRY(backlog_store_inbox(op, &unread));
	TRY(inbox_store_count_unclear(op, &unclear));
	TRY(backlog_store_deliveries(op, &open));
	TRY(inbound_media_store_count_open(op, &files));
	TRY(gateway_switches(op, &suspended, &isolated));
	gauge(b, "oldest_due_delivery_seconds",
	      "How long the oldest delivery that could start has waited.",
	      seconds_since(op, delivery));
	gauge(b, "oldest_inbox_seconds", "How long the oldest unread inbox row has waited.",
	      seconds_since(op, inbox));
	gauge(b, "inbox_unread", "Inbox rows not yet applied, counted up to 10000.",
	      (double)unread);
	gauge(b, "inbox_unclear", "Inbox rows kept as not understood, counted up to 10000.",
	      (double)unclear);
	gauge(b, "deliveries_open", "Deliveries that have not ended, counted up to 10000.",
	      (double)open);
	gauge(b, "media_waiting", "Files of messages not yet fetched, counted up to 10000.",
	      (double)files);
	TRY(add_queue(op, b, suspended));
	gauge(b, "suspended", "1 while the operator lets nothing go out.", suspended);
	gauge(b, "isolated", "1 while the operator lets nothing come in.", isolated);
	return RC_OK;
}

enum rc
gateway_metrics(struct op *op, const char **text)
{
	struct db_health health;
	struct buf b;

	buf_init(&b, op->arena, METRICS_MAX);
	db_health(op, &health);
	gauge(&b, "writer_alive", "1 while the writer answers.", health.writer_alive);
	gauge(&b, "disk_free_bytes", "Free bytes on the database's disk.",
	      (double)health.disk_free_bytes);
	gauge(&b, "schema_version", "Newest migration applied.", (double)health.schema);
	TRY(add_backlog(op, &b));
	expect(buf_ok(&b));
	*text = buf_str(&b);
	return RC_OK;
}
