/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_fetch - files from WhatsApp, passed on while they arrive
 *
 * First the provider says where the bytes are, then they are read there and handed on through a
 * buffer of fixed size: nothing is spooled, since the head of the provider's answer already tells
 * whether the bytes will come. The call has an op of its own, because the loop of calls out works
 * in it while this thread works in the request's.
 */
#include <unistd.h>

#include "gateway/media_inside.h"

enum { ERROR_MAX = 65536, PIECE = 4096 };

static void
end_call(void *arg)
{
	struct net_call *call = arg;

	net_close(call);
	op_end(call->op);
}

/* The body of an answer that is no file. */
static struct bytes
read_rest(struct op *op, struct net_call *call)
{
	char *piece = arena_alloc(op->arena, PIECE);
	struct buf out;
	size_t n;

	buf_init(&out, op->arena, ERROR_MAX);
	while (buf_ok(&out) && (n = net_read(call, piece, PIECE)) > 0)
		buf_add(&out, piece, n);
	return buf_bytes(&out);
}

/* What is known by now of a call that may still be under way. */
static struct net_call
head_of(struct op *op, struct net_call *call)
{
	struct bytes rest = read_rest(op, call);

	if (call->status == 0)
		return *call;
	return (struct net_call){ .op = op,
				  .method = call->method,
				  .headers = call->headers,
				  .header_count = call->header_count,
				  .outcome = NET_ANSWERED,
				  .status = call->status,
				  .answer = rest };
}

static enum rc
begin(struct op *op, struct media *media, const struct credentials *credentials)
{
	struct op *own = op_begin(op->actor);

	if (!media->work->provider->fetch_request(own, &media->call, credentials, media->object.url,
						  media->range)) {
		op_end(own);
		return send_refuse(media->work, REFUSAL_PROVIDER,
				   "The provider named an address for this media that is not "
				   "its own; its token does not go there");
	}
	net_open(&media->call);
	arena_defer(op->arena, end_call, &media->call);
	return RC_OK;
}

/* The file, a part of it, or the word that it has no such part. */
static bool
is_file(const struct media *media)
{
	int status = media->call.status;

	return status == 200 || status == 206 || (status == 416 && media->range != NULL);
}

enum rc
gateway_fetch_media(struct op *op, struct media *media)
{
	struct credentials credentials;
	struct send_result result;
	struct net_call answered;
	enum rc rc = media_find_kept(op, media);

	if (rc != RC_MISSING)
		return rc;
	TRY(media_ask(op, media));
	TRY(media_credentials(media, &credentials));
	TRY(begin(op, media, &credentials));
	if (is_file(media))
		return RC_OK;
	answered = head_of(op, &media->call);
	media->work->provider->fetch_read(op, &result, &answered);
	/* A 2xx or 3xx that is no file. */
	if (result.outcome == SEND_ACCEPTED)
		result.words = "The provider gave no file";
	return media_refuse_result(media, &result);
}

static int64_t
read_kept(struct media_kept *kept, void *out, size_t n)
{
	int64_t left = kept->end - kept->at;
	ssize_t got = pread(kept->fd, out, (uint64_t)left < n ? (size_t)left : n, kept->at);

	/* A file that has become shorter is none that is whole. */
	if (got <= 0)
		return left == 0 ? 0 : -1;
	kept->at += got;
	return got;
}

int64_t
gateway_media_next(void *arg, void *out, size_t n)
{
	struct media *media = arg;
	size_t got;

	if (media->kept.is)
		return read_kept(&media->kept, out, n);
	got = net_read(&media->call, out, n);
	if (got > 0)
		return (int64_t)got;
	return media->call.outcome == NET_ANSWERED ? 0 : -1;
}
