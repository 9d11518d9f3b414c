/* SPDX-License-Identifier: Apache-2.0 */
/*
 * once - two clicks on one button
 *
 * A browser shows the answer to the second click and drops the first one's, in which a key may have
 * been shown for the only time. So answers are kept for two minutes: in memory, never on the disk,
 * for the session they were made for.
 */
#include "site/once.h"

#include <pthread.h>

#include "core/secret.h"
#include "gateway/form_once.h"

enum { KEPT_MAX = 16, NONCE_MAX = 40, KEPT_BYTES_MAX = 256 << 10 };
#define KEPT_MS (2 * MINUTE_MS)
/* For so long the second click waits while the first one's answer is made. */
enum { PATIENCE_S = 5 };

/* What the first one was answered. */
struct kept {
	struct arena *arena; /* of what follows */
	char *nonce, *session, *location, *page;
	size_t page_n;
	int status;
	struct instant until;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t kept;
	struct kept rows[KEPT_MAX];
	size_t next;
	const char *making[KEPT_MAX]; /* numbers whose answers are on their way */
} memory = { .lock = PTHREAD_MUTEX_INITIALIZER, .kept = PTHREAD_COND_INITIALIZER };

struct once_input {
	const char *once;
};

static const struct field once_fields[] = {
	FIELD(struct once_input, once, OPTIONAL, 0, NONCE_MAX, NULL),
	FIELDS_END,
};

static const struct form once_form = { sizeof(struct once_input), once_fields, NULL };

/* The form's number; the route's own input stays. */
static enum rc
read_nonce(struct web *web, const char **out)
{
	void *input = web->input;
	enum rc rc = form_read(web, &once_form);

	*out = rc == RC_OK ? ((const struct once_input *)web->input)->once : NULL;
	web->input = input;
	return rc;
}

static void
forget(struct kept *row)
{
	if (row->arena == NULL)
		return;
	explicit_bzero(row->page, row->page_n);
	arena_free(row->arena);
	*row = (struct kept){ .arena = NULL };
}

static const char *
location_of(const struct web *web)
{
	for (size_t i = 0; i < web->out_header_count; i++)
		if (text_equal_nocase(web->out_headers[i].name, "Location"))
			return web->out_headers[i].value;
	return NULL;
}

static void
keep(struct web *web, const char *nonce)
{
	struct bytes page = buf_bytes(&web->out);
	const char *location = location_of(web);
	struct kept *row;

	if (page.n > KEPT_BYTES_MAX)
		return;
	pthread_mutex_lock(&memory.lock);
	row = &memory.rows[memory.next++ % KEPT_MAX];
	forget(row);
	row->arena = arena_new(0);
	row->nonce = arena_dup(row->arena, nonce);
	row->session = arena_dup(row->arena, site_session(web)->csrf_token);
	row->location = location == NULL ? NULL : arena_dup(row->arena, location);
	row->page = arena_dupn(row->arena, page.p, page.n);
	row->page_n = page.n;
	row->status = web->status;
	row->until = clock_after(web->op->now, KEPT_MS);
	pthread_cond_broadcast(&memory.kept);
	pthread_mutex_unlock(&memory.lock);
}

static bool
is_being_made(const char *nonce)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (text_equal(memory.making[i], nonce))
			return true;
	return false;
}

/* The first place that holds `from` holds `to`. */
static void
note(const char *from, const char *to)
{
	pthread_mutex_lock(&memory.lock);
	for (size_t i = 0; i < KEPT_MAX; i++) {
		if (memory.making[i] == from) {
			memory.making[i] = to;
			break;
		}
	}
	pthread_cond_broadcast(&memory.kept);
	pthread_mutex_unlock(&memory.lock);
}

static const struct kept *
find(const struct web *web, const char *nonce)
{
	for (size_t i = 0; i < KEPT_MAX; i++) {
		const struct kept *row = &memory.rows[i];

		if (row->nonce != NULL && text_equal(row->nonce, nonce) &&
		    text_equal(row->session, site_session(web)->csrf_token) &&
		    web->op->now.ms < row->until.ms)
			return row;
	}
	return NULL;
}

/* A copy of the row in the op's arena, for that person alone. */
static bool
recall(struct web *web, struct kept *out, const char *nonce)
{
	struct arena *arena = web->op->arena;
	const struct kept *row;
	const struct timespec end = { .tv_sec = clock_now().ms / SECOND_MS + PATIENCE_S };
	int waited = 0;

	pthread_mutex_lock(&memory.lock);
	while ((row = find(web, nonce)) == NULL && waited == 0 && is_being_made(nonce))
		waited = pthread_cond_timedwait(&memory.kept, &memory.lock, &end);
	if (row != NULL) {
		*out = *row;
		out->page = arena_dupn(arena, row->page, row->page_n);
		out->location = row->location == NULL ? NULL : arena_dup(arena, row->location);
	}
	pthread_mutex_unlock(&memory.lock);
	return row != NULL;
}

static enum rc
answer_again(struct web *web, const char *nonce)
{
	struct kept kept;

	op_forgive(web->op);
	if (!recall(web, &kept, nonce))
		return op_refuse(web->op, RC_CONFLICT, "once",
				 "This form was sent twice and counts once: what it made is there "
				 "already. Go back to the list to see it.");
	if (kept.location != NULL)
		return web_see_other(web, kept.location);
	return web_reply(web, kept.status, "text/html; charset=utf-8",
			 bytes_slice(kept.page, kept.page_n));
}

static enum rc
make_once(struct web *web, web_handler *make, const char *nonce, bool *twice)
{
	enum rc rc = gateway_once_claim(web->op, nonce), released;

	*twice = rc == RC_CONFLICT;
	if (rc != RC_OK)
		return rc;
	rc = make(web);
	if (rc == RC_OK && web->status < 400) {
		keep(web, nonce);
		return rc;
	}
	/* Refused: corrected, the form may come again. In doubt it may not. */
	if (rc == RC_INTERNAL)
		return rc;
	released = gateway_once_release(web->op, nonce);
	return rc != RC_OK ? rc : released;
}

enum rc
site_once(struct web *web, web_handler *make)
{
	const char *nonce;
	bool twice;
	enum rc rc;

	TRY(read_nonce(web, &nonce));
	if (text_empty(nonce))
		return make(web);
	note(NULL, nonce);
	rc = make_once(web, make, nonce, &twice);
	note(nonce, NULL);
	return twice ? answer_again(web, nonce) : rc;
}
