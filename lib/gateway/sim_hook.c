/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_hook - webhooks of the simulator
 *
 * As Meta sends them: ASCII-only JSON, X-Hub-Signature-256 over exactly those bytes, and again
 * with growing gaps for up to seven days until somebody answers 200. So the gateway may be down
 * meanwhile. A hook has an op of its own; all but its making happens on the loop's thread.
 */
#include <pthread.h>

#include "core/log.h"
#include "core/secret.h"
#include "gateway/sim_inside.h"

enum { IN_FLIGHT_MAX = 256, PENDING_MAX = 20000, TIMEOUT_MS = 10000, BODY_MAX = 4 << 20 };
static const int64_t GIVE_UP_MS = 7 * DAY_MS;

/* Seconds until the next try; the last one stays. */
static const int gaps[] = { 1, 2, 5, 10, 30, 60, 120, 300, 600 };

struct sim_hook {
	struct op *op;
	struct net_call call;
	struct net_header headers[3];
	const char *url, *body, *signature;
	int64_t timeout_ms;
	uint64_t epoch;
	struct instant first_at;
	size_t tries;
	sim_hook_done *done; /* of the first try */
	void *arg;
	uint64_t serial; /* what the ledger learns the answers of; 0: nothing */
	size_t index;
	struct sim_hook *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sim_hook *first, *last; /* waiting for room */
static int in_flight;
static int64_t pending;

void
sim_pending_add(int64_t n)
{
	__atomic_add_fetch(&pending, n, __ATOMIC_ACQ_REL);
}

int64_t
sim_pending(void)
{
	return __atomic_load_n(&pending, __ATOMIC_ACQUIRE);
}

static struct sim_hook *
hook_new(const char *url, const char *body, const char *signature)
{
	struct op *op = op_begin("simulator");
	struct sim_hook *hook = arena_alloc(op->arena, sizeof(*hook));

	hook->op = op;
	hook->url = arena_dup(op->arena, url);
	hook->body = arena_dup(op->arena, body);
	hook->signature = arena_dup(op->arena, signature);
	hook->timeout_ms = TIMEOUT_MS;
	hook->epoch = sim_ledger_epoch();
	hook->first_at = op->now;
	sim_pending_add(1);
	return hook;
}

static void
hook_end(struct sim_hook *hook)
{
	sim_pending_add(-1);
	op_end(hook->op);
}

static const char *
body_of(struct op *op, const struct sim_number *number, const char *field, const json_t *value)
{
	json_t *root = json_new(op);
	json_t *entry = json_pack("{s:s}", "id", number->waba_id);
	struct buf out;

	if (!text_equal(field, "messages"))
		json_put_int(entry, "time", op->now.ms / SECOND_MS);
	expect(json_object_set_new(entry, "changes",
				   json_pack("[{s:O,s:s}]", "value", value, "field", field)) == 0);
	json_put(root, "object", "whatsapp_business_account");
	expect(json_object_set_new(root, "entry", json_pack("[o]", entry)) == 0);
	buf_init(&out, op->arena, BODY_MAX);
	json_ascii(&out, bytes_of(json_text(op, root)));
	expect(buf_ok(&out));
	return buf_str(&out);
}

static const char *
signature_of(struct op *op, const char *secret, const char *body)
{
	unsigned char mac[SHA256_LEN];
	struct bytes part = bytes_of(body);

	secret_hmac(bytes_of(secret), &part, 1, mac);
	return arena_printf(op->arena, "sha256=%s",
			    text_hex(op->arena, bytes_slice(mac, sizeof(mac))));
}

struct sim_hook *
sim_hook_new(const struct sim_number *number, const char *field, const json_t *value)
{
	struct op *op;
	struct sim_hook *hook;
	const char *body;

	if (text_empty(number->callback_url))
		return NULL;
	op = op_begin("simulator");
	body = body_of(op, number, field, value);
	hook = hook_new(number->callback_url, body, signature_of(op, number->app_secret, body));
	op_end(op);
	return hook;
}

void
sim_hook_limit(struct sim_hook *hook, int64_t timeout_ms)
{
	hook->timeout_ms = timeout_ms;
}

void
sim_hook_track(struct sim_hook *hook, uint64_t serial, size_t index)
{
	hook->serial = serial;
	hook->index = index;
}

static void hook_done(struct net_call *call, void *arg);

static void
hook_submit(struct sim_hook *hook)
{
	hook->headers[0] = (struct net_header){ "Content-Type", "application/json" };
	hook->headers[1] = (struct net_header){ "X-Hub-Signature-256", hook->signature };
	hook->headers[2] = (struct net_header){ "User-Agent", "facebookexternalua" };
	hook->call = (struct net_call){
		.op = hook->op,
		.method = "POST",
		.url = hook->url,
		.headers = hook->headers,
		.header_count = ARRAY_LEN(hook->headers),
		.body = bytes_of(hook->body),
		.timeout_ms = hook->timeout_ms,
		.max_answer = 1024,
		.cut_answer = true,
		.guard = NET_OPERATOR,
	};
	net_submit(&hook->call, hook_done, hook);
}

void
sim_hook_send(struct sim_hook *hook, sim_hook_done *done, void *arg)
{
	bool room;

	hook->done = done;
	hook->arg = arg;
	pthread_mutex_lock(&lock);
	room = in_flight < IN_FLIGHT_MAX;
	if (room)
		in_flight++;
	else if (last != NULL)
		last->next = hook;
	else
		first = hook;
	if (!room)
		last = hook;
	pthread_mutex_unlock(&lock);
	if (room)
		hook_submit(hook);
}

/* A place is free: for the next that waits. */
static void
room_pass_on(void)
{
	struct sim_hook *next;

	pthread_mutex_lock(&lock);
	next = first;
	if (next == NULL)
		in_flight--;
	else
		first = next->next;
	if (first == NULL)
		last = NULL;
	pthread_mutex_unlock(&lock);
	if (next != NULL) {
		next->next = NULL;
		hook_submit(next);
	}
}

static void
hook_again(void *arg)
{
	struct sim_hook *hook = arg;

	if (hook->epoch != sim_ledger_epoch())
		hook_end(hook);
	else
		sim_hook_send(hook, NULL, NULL);
}

/* In an op of its own, so that a hook that is tried for days does not grow. */
static void
hook_retry(const struct sim_hook *failed)
{
	size_t step = failed->tries < ARRAY_LEN(gaps) ? failed->tries : ARRAY_LEN(gaps) - 1;
	struct sim_hook *hook;

	if (failed->epoch != sim_ledger_epoch() || sim_pending() > PENDING_MAX ||
	    clock_now().ms - failed->first_at.ms > GIVE_UP_MS) {
		log_line(LOG_WARN, "event=sim_webhook_dropped tries=%zu", failed->tries + 1);
		return;
	}
	hook = hook_new(failed->url, failed->body, failed->signature);
	hook->epoch = failed->epoch;
	hook->first_at = failed->first_at;
	hook->tries = failed->tries + 1;
	hook->serial = failed->serial;
	hook->index = failed->index;
	net_after(gaps[step] * SECOND_MS, hook_again, hook);
}

static void
hook_done(struct net_call *call, void *arg)
{
	struct sim_hook *hook = arg;
	int status = call->outcome == NET_ANSWERED ? call->status : 0;

	if (hook->serial != 0)
		sim_ledger_answered(hook->serial, hook->index, status);
	if (hook->done != NULL)
		hook->done(hook->arg, status);
	if (status != 200)
		hook_retry(hook);
	hook_end(hook);
	room_pass_on();
}
