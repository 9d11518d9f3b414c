/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud_media - files at Meta: up, told about, down, away
 *
 * A download takes two steps: the id gives an address that is good for five minutes, and the
 * address gives the bytes to whoever has the token. The token goes to Meta's hosts and to that of
 * graph_url and to nobody else, whatever the first answer says. An upload's form is made anew
 * around the file, which is read from its descriptor while it leaves.
 */
#include <unistd.h>

#include "core/buf.h"
#include "core/secret.h"
#include "core/settings.h"
#include "provider/cloud_inside.h"

enum { HEAD_ROOM = 1024, BOUNDARY = 30, ASK_TIMEOUT_MS = 10000 };

/* A hundred megabytes at a modest speed; what stands still is cut long before. */
#define TRANSFER_MS (15 * MINUTE_MS)

/* ---- up ---- */

/* The form around the file, and how far the request has read it. */
struct form {
	struct bytes head, tail;
	int fd;
	int64_t size, at;
};

/* The part of `from`, which stands at `start` of the form, that is next. */
static size_t
copy_text(const struct form *f, struct bytes from, int64_t start, void *out, size_t n)
{
	size_t offset = (size_t)(f->at - start), left = from.n - offset;

	n = n < left ? n : left;
	memcpy(out, from.p + offset, n);
	return n;
}

static size_t
form_read(void *arg, void *out, size_t n)
{
	struct form *f = arg;
	int64_t file = (int64_t)f->head.n, tail = file + f->size;
	ssize_t got;

	if (f->at < file) {
		got = (ssize_t)copy_text(f, f->head, 0, out, n);
	} else if (f->at < tail) {
		n = (uint64_t)(tail - f->at) < n ? (size_t)(tail - f->at) : n;
		got = pread(f->fd, out, n, f->at - file);
	} else {
		got = (ssize_t)copy_text(f, f->tail, tail, out, n);
	}
	f->at += got > 0 ? got : 0;
	return got > 0 ? (size_t)got : 0;
}

/* In a quoted name, as browsers write it (html.spec.whatwg.org, multipart/form-data). */
static void
put_name(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buf_text(out, "%22");
		else
			buf_char(out, *name);
	}
}

static void
put_field(struct buf *out, const char *boundary, const char *name, const char *value)
{
	buf_printf(out, "--%s\r\nContent-Disposition: form-data; name=\"", boundary);
	put_name(out, name);
	buf_text(out, "\"\r\n\r\n");
	buf_text(out, value);
	buf_text(out, "\r\n");
}

/* At least as many bytes as the head has: a name's quotes become three each. */
static size_t
head_room(const struct media_upload *u)
{
	size_t n = HEAD_ROOM + 2 * strlen(u->type);

	if (u->filename != NULL)
		n += 3 * strlen(u->filename);
	for (size_t i = 0; i < u->field_count; i++)
		n += HEAD_ROOM + 3 * strlen(u->fields[i].name) + strlen(u->fields[i].value);
	return n;
}

static struct bytes
form_head(struct op *op, const struct media_upload *u, const char *boundary)
{
	struct buf out;

	buf_init(&out, op->arena, head_room(u));
	put_field(&out, boundary, "messaging_product", "whatsapp");
	put_field(&out, boundary, "type", u->type);
	for (size_t i = 0; i < u->field_count; i++)
		put_field(&out, boundary, u->fields[i].name, u->fields[i].value);
	buf_printf(&out, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
		   boundary);
	put_name(&out, text_empty(u->filename) ? "file" : u->filename);
	buf_printf(&out, "\"\r\nContent-Type: %s\r\n\r\n", u->type);
	expect(buf_ok(&out));
	return buf_bytes(&out);
}

void
cloud_upload_request(struct op *op, struct net_call *out, const struct instance *instance,
		     const struct credentials *credentials, const struct media_upload *upload)
{
	const char *boundary = secret_base62(op->arena, BOUNDARY);
	struct form *form = arena_alloc(op->arena, sizeof(*form));
	struct net_source *source = arena_alloc(op->arena, sizeof(*source));
	struct net_call call = cloud_call(
		op, "POST", cloud_address(op, instance->phone_number_id, "/media"), credentials);

	*form = (struct form){
		.head = form_head(op, upload, boundary),
		.tail = bytes_of(arena_printf(op->arena, "\r\n--%s--\r\n", boundary)),
		.fd = upload->fd,
		.size = upload->size,
	};
	source->length = (int64_t)(form->head.n + form->tail.n) + form->size;
	source->read = form_read;
	source->arg = form;
	cloud_call_header(&call, "Content-Type",
			  arena_printf(op->arena, "multipart/form-data; boundary=%s", boundary));
	call.source = source;
	call.timeout_ms = TRANSFER_MS;
	call.stall_ms = settings()->send_timeout * SECOND_MS;
	*out = call;
}

static void
accept_upload(struct op *op, struct send_result *out, const json_t *root)
{
	out->provider_id = json_number_text(op, root, "id");
	out->outcome = text_empty(out->provider_id) ? SEND_UNKNOWN : SEND_ACCEPTED;
	if (out->outcome == SEND_UNKNOWN)
		out->words = arena_printf(op->arena, "Meta answered %d without the id of the media",
					  out->http_status);
}

void
cloud_upload_read(struct op *op, struct send_result *out, const struct net_call *call)
{
	cloud_outcome(op, out, call, accept_upload);
}

/* ---- told about, away ---- */

void
cloud_media_request(struct op *op, struct net_call *out, const struct instance *instance,
		    const struct credentials *credentials, const char *method, const char *id)
{
	/* Meta refuses what belongs to another number. */
	const char *rest = arena_printf(op->arena, "?phone_number_id=%s",
					text_urlencode(op->arena, instance->phone_number_id));
	struct net_call call = cloud_call(op, method, cloud_address(op, id, rest), credentials);

	call.timeout_ms = ASK_TIMEOUT_MS;
	*out = call;
}

/* What may simply be asked again is not done. */
static void
settle_open(struct send_result *result)
{
	if (result->outcome != SEND_UNKNOWN)
		return;
	result->outcome = SEND_NOT_SENT;
	result->error.retryable = true;
}

static void
accept_any(struct op *op, struct send_result *out, const json_t *root)
{
	(void)op;
	(void)root;
	out->outcome = SEND_ACCEPTED;
}

void
cloud_media_read(struct op *op, struct send_result *out, struct media_object *object,
		 const struct net_call *call)
{
	struct send_result result;
	const json_t *root;

	cloud_outcome(op, &result, call, accept_any);
	settle_open(&result);
	*out = result;
	if (result.outcome != SEND_ACCEPTED || !text_equal(call->method, "GET"))
		return;
	root = cloud_answer(op, call);
	*object = (struct media_object){
		.id = json_number_text(op, root, "id"),
		.url = json_str(root, "url"),
		.mime_type = json_str(root, "mime_type"),
		.sha256 = json_str(root, "sha256"),
	};
}

/* ---- down ---- */

static bool
is_metas(const char *host)
{
	static const char *const families[] = { ".fbsbx.com", ".facebook.com", ".whatsapp.net" };

	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (text_ends(host, families[i]))
			return true;
	return false;
}

static bool
may_have_token(struct op *op, const char *url, bool *is_graph)
{
	struct net_place to, graph;

	if (!net_place_of(op->arena, &to, url))
		return false;
	*is_graph = net_place_of(op->arena, &graph, settings()->cloud_graph_url) &&
		    text_equal(to.scheme, graph.scheme) && text_equal_nocase(to.host, graph.host) &&
		    text_equal(to.port, graph.port);
	return *is_graph || (text_equal(to.scheme, "https") && text_equal(to.port, "443") &&
			     is_metas(text_lower(op->arena, to.host)));
}

bool
cloud_fetch_request(struct op *op, struct net_call *out, const struct credentials *credentials,
		    const char *url, const char *range)
{
	bool is_graph = false;
	struct net_call call;

	if (!may_have_token(op, url, &is_graph))
		return false;
	call = cloud_call(op, "GET", url, credentials);
	if (!is_graph)
		call.ca_file = NULL;
	if (range != NULL)
		cloud_call_header(&call, "Range", range);
	call.timeout_ms = TRANSFER_MS;
	call.stall_ms = settings()->send_timeout * SECOND_MS;
	*out = call;
	return true;
}

void
cloud_fetch_read(struct op *op, struct send_result *out, const struct net_call *call)
{
	cloud_outcome(op, out, call, accept_any);
	settle_open(out);
}
