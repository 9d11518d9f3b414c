/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_media_door - files to and from the simulator
 *
 * An upload goes to a file while it arrives, with its digest; what Meta would refuse is refused
 * when all of it is here, as Meta does. A download is read from its file while it leaves, whole or
 * one range of it.
 */
#include <unistd.h>

#include "core/secret.h"
#include "gateway/media_file.h"
#include "site/media_form.h"
#include "site/sim_door.h"
#include "web/byte_range.h"
#include "web/multipart.h"

enum { PIECE = 16 << 10, FIELD_MAX = 1024 };

/* ---- up ---- */

struct arriving {
	struct op *op;
	struct sim_upload upload;
	struct media_file file;
	struct secret_digest *digest;
	bool in_file;
	const char *name;
	struct buf value;
};

static enum rc
begin_part(void *arg, const struct multipart_part *part)
{
	struct arriving *a = arg;

	a->name = part->name;
	a->in_file = text_equal(part->name, "file");
	buf_init(&a->value, a->op->arena, FIELD_MAX);
	if (!a->in_file)
		return RC_OK;
	if (a->upload.type == NULL)
		a->upload.type = part->type;
	a->digest = secret_digest_new(a->op->arena);
	return media_file_open(a->op, &a->file);
}

static enum rc
take_piece(void *arg, struct bytes piece)
{
	struct arriving *a = arg;

	if (!a->in_file) {
		buf_add(&a->value, piece.p, piece.n);
		return RC_OK;
	}
	secret_digest_add(a->digest, piece);
	return media_file_add(a->op, &a->file, piece);
}

static enum rc
end_part(void *arg)
{
	struct arriving *a = arg;
	unsigned char digest[SHA256_LEN];

	if (a->in_file) {
		secret_digest_end(a->digest, digest);
		a->upload.sha256 = text_hex(a->op->arena, bytes_slice(digest, sizeof(digest)));
		a->upload.fd = a->file.fd;
		a->upload.size = a->file.size;
	} else if (text_equal(a->name, "messaging_product")) {
		a->upload.messaging_product = buf_str(&a->value);
	} else if (text_equal(a->name, "type")) {
		a->upload.type = buf_str(&a->value);
	}
	return RC_OK;
}

static enum rc
receive(struct web *web, struct arriving *a)
{
	static const struct multipart_taker taker = { begin_part, take_piece, end_part };
	unsigned char *piece = arena_alloc(web->op->arena, PIECE);
	struct multipart *parts;
	int64_t length;
	size_t got;

	TRY(web_body_begin(web, &length, MEDIA_BODY_MAX));
	TRY(multipart_new(web->op, &parts, web_header_in(web, "Content-Type"), &taker, a));
	do {
		TRY(web_body_next(web, piece, PIECE, &got));
		TRY(multipart_feed(parts, bytes_slice(piece, got)));
	} while (got > 0);
	return multipart_end(parts);
}

static struct sim_request
request_of(struct web *web)
{
	return (struct sim_request){
		.method = web->method,
		.path = web->path + strlen("/_sim/"),
		.authorization = web_header_in(web, "Authorization"),
		.token = web_query(web, "access_token"),
		.base = sim_door_base(web),
	};
}

enum rc
sim_door_upload(struct web *web)
{
	struct sim_answer *answer = arena_alloc(web->op->arena, sizeof(*answer));
	struct sim_request request = request_of(web);
	struct arriving *a = arena_alloc(web->op->arena, sizeof(*a));

	a->op = web->op;
	a->upload.fd = -1;
	TRY(receive(web, a));
	simulator_upload(web->op, answer, &request, &a->upload);
	sim_door_mark(web, simulator_version(web->op, request.path));
	return sim_door_answer(web, answer);
}

/* ---- down ---- */

struct leaving {
	int fd;
	int64_t at, end;
};

static int64_t
read_on(void *arg, void *out, size_t n)
{
	struct leaving *l = arg;
	int64_t left = l->end - l->at;
	ssize_t got = pread(l->fd, out, (uint64_t)left < n ? (size_t)left : n, l->at);

	l->at += got > 0 ? got : 0;
	return got;
}

enum rc
sim_door_download(struct web *web)
{
	struct sim_answer *answer = arena_alloc(web->op->arena, sizeof(*answer));
	struct leaving *l = arena_alloc(web->op->arena, sizeof(*l));
	struct sim_request request = request_of(web);
	struct byte_range range;
	struct sim_file file;

	if (!simulator_download(web->op, answer, &request, &file, web_query(web, "mid"),
				web_query(web, "ext"), web_query(web, "hash")))
		return sim_door_answer(web, answer);
	range = byte_range_read(web->op->arena, web_header_in(web, "Range"), file.size);
	*l = (struct leaving){ file.fd, range.at, range.end };
	byte_range_reply(web, &range, file.size, file.mime_type, read_on, l);
	return RC_OK;
}
