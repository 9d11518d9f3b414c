/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload - forms of pages with a file, read while they arrive
 *
 * The gate cannot look at the token of such a form without reading the whole of it, so the form
 * says it first, and nothing is kept before it was right. The file waits where uploads of the API
 * wait; how large it may be depends on its type.
 */
#include "site/upload.h"

#include "site/visitor.h"
#include "web/multipart.h"

enum { PIECE = 16 << 10 };

struct intake {
	struct web *web;
	struct upload *upload;
	bool trusted, in_file;
	const char *name;
	struct buf value;
};

static enum rc
refuse_file(struct intake *intake, const struct media_kind *kind)
{
	struct op *op = intake->web->op;

	if (kind == NULL)
		return op_refuse(op, RC_INPUT, "file",
				 "WhatsApp takes no file of this type; it takes %s, and documents",
				 media_types);
	return op_refuse(op, RC_INPUT, "file", "WhatsApp takes files of this type up to %lld MB",
			 (long long)(kind->max_bytes >> 20));
}

static enum rc
begin_part(void *arg, const struct multipart_part *part)
{
	struct intake *intake = arg;
	struct upload *upload = intake->upload;

	if (!intake->trusted && !text_equal(part->name, "csrf_token"))
		return csrf_check_value(intake->web, NULL);
	intake->name = part->name;
	intake->in_file = part->filename != NULL;
	buf_init(&intake->value, intake->web->op->arena, UPLOAD_TEXT_MAX);
	if (!intake->in_file)
		return RC_OK;
	if (upload->file.size > 0)
		return op_refuse(intake->web->op, RC_INPUT, "file", "Choose one file");
	upload->filename = text_empty(part->filename) ? NULL : part->filename;
	upload->type =
		media_type_is_wellformed(part->type) ? part->type : "application/octet-stream";
	return media_file_open(intake->web->op, &upload->file);
}

static enum rc
take_piece(void *arg, struct bytes piece)
{
	struct intake *intake = arg;
	struct upload *upload = intake->upload;
	const struct media_kind *kind;

	if (intake->in_file) {
		kind = media_kind_of(upload->type);
		if (kind == NULL || upload->file.size + (int64_t)piece.n > kind->max_bytes)
			return refuse_file(intake, kind);
		return media_file_add(intake->web->op, &upload->file, piece);
	}
	buf_add(&intake->value, piece.p, piece.n);
	if (buf_ok(&intake->value))
		return RC_OK;
	return op_refuse(intake->web->op, RC_INPUT, "form", "The field %s is too long",
			 intake->name);
}

static enum rc
end_part(void *arg)
{
	struct intake *intake = arg;
	struct upload *upload = intake->upload;

	if (intake->in_file)
		return RC_OK;
	if (!text_is_utf8(buf_bytes(&intake->value)))
		return op_refuse(intake->web->op, RC_INPUT, "form", "The field %s is not UTF-8",
				 intake->name);
	if (text_equal(intake->name, "csrf_token")) {
		intake->trusted = true;
		return csrf_check_value(intake->web, buf_str(&intake->value));
	}
	if (upload->n == UPLOAD_FIELDS_MAX)
		return op_refuse(intake->web->op, RC_INPUT, "form",
				 "The form has more fields than it should");
	upload->fields[upload->n++] =
		(struct upload_field){ intake->name, buf_str(&intake->value) };
	return RC_OK;
}

enum rc
upload_read(struct web *web, struct upload *out)
{
	static const struct multipart_taker taker = { begin_part, take_piece, end_part };
	struct intake *intake = arena_alloc(web->op->arena, sizeof(*intake));
	unsigned char *piece = arena_alloc(web->op->arena, PIECE);
	struct multipart *parts;
	int64_t length;
	size_t got;

	*out = (struct upload){ .n = 0 };
	intake->web = web;
	intake->upload = out;
	if (!text_equal(web->content_type, "multipart/form-data"))
		return csrf_check_value(web, NULL);
	TRY(web_body_begin(web, &length, UPLOAD_BODY_MAX));
	TRY(multipart_new(web->op, &parts, web_header_in(web, "Content-Type"), &taker, intake));
	do {
		TRY(web_body_next(web, piece, PIECE, &got));
		TRY(multipart_feed(parts, bytes_slice(piece, got)));
	} while (got > 0);
	TRY(multipart_end(parts));
	return intake->trusted ? RC_OK : csrf_check_value(web, NULL);
}

const char *
upload_value(const struct upload *upload, const char *name)
{
	for (size_t i = 0; i < upload->n; i++)
		if (text_equal(upload->fields[i].name, name))
			return upload->fields[i].value;
	return "";
}
