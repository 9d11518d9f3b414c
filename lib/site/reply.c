/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply - an answer from the portal to a person who wrote
 *
 * It is put as a request of the guarded API and takes its whole way: opt-outs, the window, pauses
 * and limits hold for people as they do for programs. A file goes to the provider first, since a
 * message can only name it.
 */
#include "site/reply.h"

#include "gateway/manage_instances.h"
#include "gateway/templates.h"
#include "gateway/transfer_media.h"

enum { TEMPLATES_MAX = 200 };

enum rc
reply_read(struct web *web, struct reply **out)
{
	struct reply *reply = arena_alloc(web->op->arena, sizeof(*reply));
	enum rc rc = upload_read(web, &reply->upload);

	reply->text = text_unix_lines(web->op->arena, upload_value(&reply->upload, "text"));
	reply->template = upload_value(&reply->upload, "template");
	for (size_t i = 0; i < TEMPLATE_SLOTS_MAX; i++)
		reply->values[i] =
			upload_value(&reply->upload, arena_printf(web->op->arena, "slot_%zu", i));
	*out = reply;
	return rc;
}

/* ---- templates --------------------------------------------------------------------------- */

enum rc
reply_templates(struct op *op, struct list *out, const char *instance_id)
{
	const struct template_filter filter = { .status = "APPROVED", .limit = TEMPLATES_MAX };
	struct instance instance = { 0 };
	const char *next;

	TRY(gateway_find_instance(op, &instance, instance_id));
	return gateway_list_templates(op, out, &next, &instance, &filter);
}

const struct wa_template *
reply_template(struct op *op, const struct list *templates, const char *ref)
{
	const struct wa_template *rows = templates->rows;

	for (size_t i = 0; i < templates->n; i++)
		if (text_equal(ref,
			       arena_printf(op->arena, "%s/%s", rows[i].name, rows[i].language)))
			return &rows[i];
	return NULL;
}

static void
put(json_t *object, const char *name, json_t *value)
{
	expect(json_object_set(object, name, value) == 0);
}

static enum rc
check_values(struct op *op, const struct template_slots *slots, const struct reply *reply)
{
	if (slots->obstacle != NULL)
		return op_refuse(op, RC_INPUT, "form", "This template cannot be sent from here: %s",
				 slots->obstacle);
	for (size_t i = 0; i < slots->n; i++)
		if (text_empty(text_trim(op->arena, reply->values[i])))
			return op_refuse(op, RC_INPUT, "form",
					 "The template needs every value: {{%s}} is empty",
					 slots->rows[i].name);
	return RC_OK;
}

/* Why it is sent: what fits its category, where anything does. */
static const char *
purpose_for(struct op *op, const struct wa_template *t)
{
	const char **fitting = text_split(op->arena, purpose_fitting_list(t->category), ',', NULL);

	return fitting[0] == NULL || text_empty(fitting[0]) ? "support"
							    : text_trim(op->arena, fitting[0]);
}

static enum rc
put_template(struct op *op, json_t *body, const struct inbound *to, const struct reply *reply)
{
	const struct wa_template *chosen;
	struct template_slots slots;
	struct list templates;

	TRY(reply_templates(op, &templates, to->instance_id));
	chosen = reply_template(op, &templates, reply->template);
	if (chosen == NULL)
		return op_refuse(op, RC_INPUT, "form",
				 "There is no approved template of that name any more");
	template_slots_read(op, &slots, chosen);
	TRY(check_values(op, &slots, reply));
	json_put(body, "type", "template");
	json_put(body, "message_purpose", purpose_for(op, chosen));
	put(body, "template", template_slots_fill(op, chosen, &slots, reply->values));
	return RC_OK;
}

/* ---- files ------------------------------------------------------------------------------- */

static enum rc
upload(struct op *op, struct media **out, const struct inbound *to, const struct upload *upload)
{
	struct media *media = arena_alloc(op->arena, sizeof(*media));
	enum rc rc;

	media->send.dialect = DIALECT_GUARDED;
	media->send.source = "portal";
	media->send.instance_ref = to->instance_id;
	media->file = upload->file;
	media->type = upload->type;
	media->filename = upload->filename;
	rc = gateway_admit_media(op, media, true);
	if (rc == RC_OK)
		rc = gateway_upload_media(op, media);
	*out = media;
	if (rc == RC_OK || rc == RC_BUSY || rc == RC_INTERNAL)
		return rc;
	snprintf(op->code, sizeof(op->code), "form");
	return RC_INPUT;
}

static bool
takes_caption(const char *kind)
{
	return !text_equal(kind, "audio") && !text_equal(kind, "sticker");
}

static enum rc
put_file(struct op *op, json_t *body, const struct inbound *to, const struct reply *reply)
{
	const char *kind = media_kind_of(reply->upload.type)->name;
	json_t *object = json_new(op);
	struct media *media;

	if (!text_empty(reply->text) && !takes_caption(kind))
		return op_refuse(op, RC_INPUT, "form",
				 "WhatsApp shows no text beside this kind of file: send them one "
				 "after the other");
	TRY(upload(op, &media, to, &reply->upload));
	json_put(object, "id", media->id);
	if (!text_empty(reply->text))
		json_put(object, "caption", reply->text);
	if (text_equal(kind, "document") && reply->upload.filename != NULL)
		json_put(object, "filename", reply->upload.filename);
	json_put(body, "type", kind);
	put(body, kind, object);
	return RC_OK;
}

/* ---- the whole --------------------------------------------------------------------------- */

static enum rc
put_what(struct op *op, json_t *body, const struct inbound *to, const struct reply *reply)
{
	json_put(body, "message_purpose", "support");
	if (!text_empty(reply->template))
		return put_template(op, body, to, reply);
	if (reply->upload.file.size > 0)
		return put_file(op, body, to, reply);
	if (text_empty(text_trim(op->arena, reply->text)))
		return op_refuse(op, RC_INPUT, "form", "Write something, or choose a file");
	json_put(body, "message", reply->text);
	return RC_OK;
}

enum rc
reply_send(struct web *web, struct message *out, const struct inbound *to, struct reply *reply)
{
	struct op *op = web->op;
	struct send *send = arena_alloc(op->arena, sizeof(*send));
	json_t *body = json_new(op);

	if (text_empty(to->sender))
		json_put(body, "user_id", to->sender_user_id);
	else
		json_put(body, "phone", recipient_written(op->arena, to->sender));
	TRY(put_what(op, body, to, reply));
	send->dialect = DIALECT_GUARDED;
	send->source = "portal";
	send->instance_ref = to->instance_id;
	send->body = bytes_of(json_text(op, body));
	gateway_send_wait(op, send);
	if (send->message.id != NULL) {
		op_forgive(op);
		*out = send->message;
		return RC_OK;
	}
	if (send->refusal == REFUSAL_BUSY || send->refusal == REFUSAL_INTERNAL)
		return refusal_rc(send->refusal);
	snprintf(op->code, sizeof(op->code), "form");
	return RC_INPUT;
}
