/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media_form - an upload while it arrives
 *
 * Fields are small and kept; the file goes to its spool as it comes. How large it may be depends on
 * its type, which the form may say before or behind the file or only in the file's own part: what
 * is too large is refused as soon as one of them shows it, and what of the body has not come by
 * then is not waited for.
 */
#include "site/media_form.h"

#include "web/multipart.h"

enum { PIECE = 16 << 10, FIELD_MAX = 1024, FIELDS_MAX = 16 };

struct intake {
	struct web *web;
	struct media *media;
	int64_t length, taken; /* of the body: stated (or -1), read so far */
	const char *messaging_product, *type, *part_type;
	struct net_header fields[FIELDS_MAX];
	size_t field_count;
	bool has_file;

	/* the part that is being read */
	bool in_file;
	const char *name;
	struct buf value;
};

static enum rc
refuse(struct intake *intake, const char *field, const char *reason)
{
	struct send *send = &intake->media->send;

	send->refusal = REFUSAL_FIELD;
	send->field = field;
	send->field_reason = reason;
	return op_refuse(intake->web->op, RC_INPUT, refusal_word(REFUSAL_FIELD), "%s %s", field,
			 reason);
}

static enum rc
refuse_large(struct intake *intake, const struct media_kind *kind)
{
	intake->media->send.refusal = REFUSAL_TOO_LARGE;
	return op_refuse(intake->web->op, RC_INPUT, refusal_word(REFUSAL_TOO_LARGE),
			 "The file is larger than the %lld bytes that WhatsApp takes as %s",
			 (long long)kind->max_bytes, kind->name);
}

/* What is said so far; the form's own word counts more than the part's. */
static const char *
type_of(const struct intake *intake)
{
	return intake->type != NULL ? intake->type : intake->part_type;
}

static enum rc
kind_of(struct intake *intake, const struct media_kind **out)
{
	const char *type = type_of(intake);
	const struct media_kind *kind;

	/* Not known yet: it may be as large as the largest. */
	if (type == NULL)
		type = "application/octet-stream";
	if (!media_type_is_wellformed(type))
		return refuse(intake, "type", "must be a MIME type such as image/jpeg");
	kind = media_kind_of(type);
	if (kind == NULL)
		return refuse(intake, "type",
			      arena_printf(intake->web->op->arena,
					   "must be one of %s, or a document's", media_types));
	*out = kind;
	return RC_OK;
}

/* No more than this of the file, here or on its way. */
static enum rc
check_size(struct intake *intake, int64_t size)
{
	const struct media_kind *kind = NULL;

	TRY(kind_of(intake, &kind));
	return size > kind->max_bytes ? refuse_large(intake, kind) : RC_OK;
}

/* ---- parts ---- */

static enum rc
begin_file(struct intake *intake, const struct multipart_part *part)
{
	if (intake->has_file)
		return refuse(intake, "file", "may come once only");
	intake->has_file = intake->in_file = true;
	intake->part_type = media_type_is_wellformed(part->type) ? part->type : NULL;
	intake->media->filename = part->filename;
	/* Whatever follows the file is small. */
	TRY(check_size(intake, intake->length - intake->taken - MEDIA_FORM_MAX));
	return media_file_open(intake->web->op, &intake->media->file);
}

static enum rc
begin_part(void *arg, const struct multipart_part *part)
{
	struct intake *intake = arg;

	intake->in_file = false;
	if (text_equal(part->name, "file"))
		return begin_file(intake, part);
	intake->name = part->name;
	buf_init(&intake->value, intake->web->op->arena, FIELD_MAX);
	return RC_OK;
}

static enum rc
take_piece(void *arg, struct bytes piece)
{
	struct intake *intake = arg;

	if (intake->in_file) {
		TRY(check_size(intake, intake->media->file.size + (int64_t)piece.n));
		return media_file_add(intake->web->op, &intake->media->file, piece);
	}
	buf_add(&intake->value, piece.p, piece.n);
	return buf_ok(&intake->value) ? RC_OK : refuse(intake, intake->name, "is too long");
}

static enum rc
keep_field(struct intake *intake, const char *value)
{
	if (text_equal(intake->name, "messaging_product")) {
		intake->messaging_product = value;
		return RC_OK;
	}
	if (text_equal(intake->name, "type")) {
		intake->type = value;
		return check_size(intake, intake->media->file.size);
	}
	if (intake->field_count == FIELDS_MAX)
		return refuse(intake, intake->name, "is one field too many");
	intake->fields[intake->field_count++] = (struct net_header){ intake->name, value };
	return RC_OK;
}

static enum rc
end_part(void *arg)
{
	struct intake *intake = arg;

	if (intake->in_file)
		return RC_OK;
	if (!text_is_utf8(buf_bytes(&intake->value)))
		return refuse(intake, intake->name, "is not UTF-8");
	return keep_field(intake, buf_str(&intake->value));
}

/* ---- the whole ---- */

static enum rc
check_whole(struct intake *intake)
{
	struct media *media = intake->media;

	if (!text_equal(intake->messaging_product, "whatsapp"))
		return refuse(intake, "messaging_product", "must be whatsapp");
	if (!intake->has_file)
		return refuse(intake, "file", "is required");
	if (media->file.size == 0)
		return refuse(intake, "file", "is empty");
	if (text_empty(type_of(intake)))
		return refuse(intake, "type", "is required: the file's MIME type");
	TRY(check_size(intake, media->file.size));
	media->type = type_of(intake);
	media->fields = intake->fields;
	media->field_count = intake->field_count;
	return RC_OK;
}

static enum rc
feed(struct intake *intake, struct multipart *parts)
{
	struct web *web = intake->web;
	unsigned char *piece = arena_alloc(web->op->arena, PIECE);
	size_t got;

	do {
		TRY(web_body_next(web, piece, PIECE, &got));
		intake->taken += (int64_t)got;
		TRY(multipart_feed(parts, bytes_slice(piece, got)));
	} while (got > 0);
	return multipart_end(parts);
}

enum rc
media_form_read(struct web *web, struct media *media)
{
	static const struct multipart_taker taker = { begin_part, take_piece, end_part };
	struct intake *intake = arena_alloc(web->op->arena, sizeof(*intake));
	struct multipart *parts;

	intake->web = web;
	intake->media = media;
	if (!text_equal(web->content_type, "multipart/form-data"))
		return op_refuse(web->op, RC_INPUT, refusal_word(REFUSAL_MEDIA_TYPE),
				 "The body must be a form with a file; send Content-Type: "
				 "multipart/form-data");
	TRY(web_body_begin(web, &intake->length, MEDIA_BODY_MAX));
	TRY(multipart_new(web->op, &parts, web_header_in(web, "Content-Type"), &taker, intake));
	TRY(feed(intake, parts));
	return check_whole(intake);
}
