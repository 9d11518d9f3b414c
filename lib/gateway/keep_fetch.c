/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_fetch - one file from the provider to the disk
 *
 * Asked where the bytes are, read from there into a file, checked, and kept by a thread of its own,
 * because waiting for a disk would hold up everything else. The loop tells that a stage has ended
 * and the worker's turn takes it further, so that none of this blocks. A content is never taken for
 * granted from an announced hash: who knows a hash must not get a file by it.
 */
#include "gateway/keep_fetch.h"

#include <errno.h>
#include <signal.h>

#include "core/settings.h"
#include "domain/media_kind.h"
#include "gateway/credentials.h"
#include "gateway/doorbell.h"

#define MIB (INT64_C(1) << 20)

static void
over(struct fetch *f, enum fetch_end end, const char *words)
{
	f->stage = FETCH_OVER;
	f->end = end;
	f->words = words == NULL ? NULL : arena_dup(f->op->arena, words);
	keep_folder_drop(&f->file);
}

static void
moved(void *fetch)
{
	((struct fetch *)fetch)->moved = true;
	gateway_rouse();
}

static void
call_over(struct net_call *call, void *fetch)
{
	(void)call;
	moved(fetch);
}

/* ---- asking ------------------------------------------------------------------------------ */

static enum rc
open_credentials(struct fetch *f, const struct instance *instance)
{
	f->provider = provider_of(instance->provider);
	if (f->provider == NULL || f->provider->media_request == NULL)
		return op_fail(f->op, RC_INPUT, "this gateway was built without media of %s",
			       instance->provider);
	return credential_open(f->op, &f->credentials.access_token, SEALED_ACCESS_TOKEN,
			       instance->id, instance->access_token);
}

static void
ask(struct fetch *f, const struct instance *instance)
{
	if (open_credentials(f, instance) != RC_OK) {
		over(f, FETCH_WAIT, f->op->why);
		return;
	}
	f->provider->media_request(f->op, &f->call, instance, &f->credentials, "GET",
				   f->row.media_id);
	f->stage = FETCH_ASKING;
	net_submit(&f->call, call_over, f);
}

/* The turn's memory ends before the fetch does. */
static void
copy_row(struct fetch *f, const struct inbound_media *row)
{
	struct arena *arena = f->op->arena;

	f->row = *row;
	f->row.id = arena_dup(arena, row->id);
	f->row.account_id = arena_dup(arena, row->account_id);
	f->row.instance_id = arena_dup(arena, row->instance_id);
	f->row.inbound_id = arena_dup(arena, row->inbound_id);
	f->row.media_id = arena_dup(arena, row->media_id);
	f->row.mime_type = arena_dup(arena, row->mime_type);
	f->row.sha256 = arena_dup(arena, row->sha256);
	f->row.filename = f->row.state = f->row.lease_by = f->row.hash = NULL;
	f->row.last_error = NULL;
}

struct fetch *
fetch_begin(const struct inbound_media *row, const struct instance *instance)
{
	struct op *op = op_begin("worker");
	struct fetch *f = arena_alloc(op->arena, sizeof(*f));

	f->op = op;
	f->file.fd = -1;
	copy_row(f, row);
	op->account_id = f->row.account_id;
	if (instance == NULL)
		over(f, FETCH_FAILED, "the instance was deleted");
	else
		ask(f, instance);
	return f;
}

/* Does the error say that there is no such file (any longer)? Meta answers 100 with the subcode 33
 * for what does not exist (developers.facebook.com/docs/graph-api/guides/error-handling). */
static bool
is_gone(const struct send_result *result)
{
	return result->http_status == 404 ||
	       (result->error.code == 100 && result->error.subcode == 33);
}

static void
judge(struct fetch *f, const struct send_result *result, bool asked)
{
	if (result->error.stops_instance || result->error.holds_number) {
		f->wait_ms = result->error.wait_ms;
		over(f, FETCH_WAIT, result->words);
	} else if (asked && is_gone(result)) {
		over(f, FETCH_GONE, result->words);
	} else {
		over(f, FETCH_AGAIN, result->words);
	}
}

/* ---- coming ------------------------------------------------------------------------------ */

/* A stated length that is too much needs no byte of it. */
static bool
is_too_large(struct fetch *f, size_t more)
{
	int64_t stated = 0;

	if (f->row.size == 0)
		(void)text_int(net_header(&f->call, "content-length"), 0, INT64_MAX, &stated);
	return stated > f->limit || f->row.size + (int64_t)more > f->limit;
}

static bool
take(void *fetch, struct bytes piece)
{
	struct fetch *f = fetch;

	f->too_large = is_too_large(f, piece.n);
	if (f->too_large)
		return false;
	f->error = keep_folder_add(&f->file, piece);
	secret_digest_add(f->digest, piece);
	f->row.size += (int64_t)piece.n;
	return f->error == 0;
}

static void
over_room(struct fetch *f, enum rc rc)
{
	over(f, rc == RC_BUSY ? FETCH_ROOM : FETCH_AGAIN, f->op->why);
	op_forgive(f->op);
}

static void
come(struct fetch *f)
{
	struct net_call call;
	enum rc rc;

	if (!f->provider->fetch_request(f->op, &call, &f->credentials, f->object.url, NULL)) {
		over(f, FETCH_FAILED, "the provider named an address for it that is not its own");
		return;
	}
	rc = keep_folder_begin(f->op, &f->file, f->row.id);
	if (rc != RC_OK) {
		over_room(f, rc);
		return;
	}
	f->limit = inbound_media_limit(f->row.mime_type != NULL ? f->row.mime_type
								: f->object.mime_type,
				       settings()->media_max_mib * MIB);
	f->row.size = 0;
	f->digest = secret_digest_new(f->op->arena);
	f->sink = (struct net_sink){ take, f };
	f->call = call;
	f->call.sink = &f->sink;
	f->stage = FETCH_COMING;
	net_submit(&f->call, call_over, f);
}

static void
answered(struct fetch *f)
{
	struct send_result result;

	f->provider->media_read(f->op, &result, &f->object, &f->call);
	if (result.outcome != SEND_ACCEPTED)
		judge(f, &result, true);
	else if (text_empty(f->object.url))
		over(f, FETCH_GONE, "the provider knows no such file");
	else
		come(f);
}

/* ---- keeping ----------------------------------------------------------------------------- */

static void *
keep(void *fetch)
{
	struct fetch *f = fetch;

	f->error = keep_folder_keep(&f->file, f->kept);
	net_after(0, moved, f);
	return NULL;
}

/* Signals are the worker's business, not this thread's. */
static bool
start_keeping(struct fetch *f)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&f->thread, NULL, keep, f);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

/* As the file came, else as the provider or the message says. */
static const char *
type_of(const struct fetch *f)
{
	const char *type = net_header(&f->call, "content-type");

	if (media_type_is_wellformed(type))
		return type;
	if (media_type_is_wellformed(f->object.mime_type))
		return f->object.mime_type;
	return media_type_is_wellformed(f->row.mime_type) ? f->row.mime_type : NULL;
}

static bool
is_as_announced(const struct fetch *f, const char *hash)
{
	const char *told = inbound_media_sha256(f->op->arena, f->object.sha256);

	return (told == NULL || text_equal(told, hash)) &&
	       (f->row.sha256 == NULL || text_equal(f->row.sha256, hash));
}

static void
begin_keeping(struct fetch *f)
{
	unsigned char digest[SHA256_LEN];
	const char *hash;

	secret_digest_end(f->digest, digest);
	hash = text_hex(f->op->arena, bytes_slice(digest, sizeof(digest)));
	if (!is_as_announced(f, hash)) {
		over(f, FETCH_WRONG, "what came has another SHA-256 than was announced");
		return;
	}
	f->row.hash = hash;
	f->row.mime_type = type_of(f);
	f->kept = keep_folder_path(f->op->arena, hash);
	f->stage = FETCH_KEEPING;
	if (!start_keeping(f))
		over(f, FETCH_ROOM, "this machine has no room for another thread");
}

static bool
is_shortage(int error)
{
	return error == ENOSPC || error == EDQUOT;
}

static void
over_broken(struct fetch *f)
{
	over(f, is_shortage(f->error) ? FETCH_ROOM : FETCH_AGAIN,
	     arena_printf(f->op->arena, "cannot be written to the disk: %s", strerror(f->error)));
}

static void
came(struct fetch *f)
{
	struct send_result result;

	f->provider->fetch_read(f->op, &result, &f->call);
	if (f->too_large)
		over(f, FETCH_FAILED,
		     arena_printf(f->op->arena, "larger than %lld bytes", (long long)f->limit));
	else if (f->error != 0)
		over_broken(f);
	else if (result.outcome != SEND_ACCEPTED)
		judge(f, &result, false);
	else if (f->call.status != 200 || f->row.size == 0)
		over(f, FETCH_AGAIN, "the provider gave no file");
	else
		begin_keeping(f);
}

static void
was_kept(struct fetch *f)
{
	pthread_join(f->thread, NULL);
	if (f->error != 0)
		over_broken(f);
	else
		over(f, FETCH_KEPT, NULL);
}

void
fetch_go_on(struct fetch *f)
{
	f->moved = false;
	if (f->stage == FETCH_ASKING)
		answered(f);
	else if (f->stage == FETCH_COMING)
		came(f);
	else if (f->stage == FETCH_KEEPING)
		was_kept(f);
}

void
fetch_stop(struct fetch *f)
{
	if (f->stage == FETCH_KEEPING)
		pthread_join(f->thread, NULL);
	keep_folder_drop(&f->file);
}

void
fetch_end(struct fetch *f)
{
	keep_folder_drop(&f->file);
	op_end(f->op);
}
