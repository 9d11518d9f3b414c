/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wa_template - a message template of a WhatsApp business account
 *
 * Meta keeps one per name and language and decides what category it has and whether it may be
 * sent. It is shown with Meta's own members and words, so that a program written against Meta's
 * list reads ours.
 */
#include "domain/wa_template.h"

const struct shape wa_template_shape[] = {
	SHAPE(struct wa_template, id),
	SHAPE(struct wa_template, account_id),
	SHAPE(struct wa_template, waba_id),
	SHAPE(struct wa_template, name),
	SHAPE(struct wa_template, language),
	SHAPE(struct wa_template, category),
	SHAPE(struct wa_template, status),
	SHAPE(struct wa_template, quality),
	SHAPE(struct wa_template, rejected_reason),
	SHAPE(struct wa_template, parameter_format),
	SHAPE_AS_JSON(struct wa_template, components),
	SHAPE(struct wa_template, previous_category),
	SHAPE(struct wa_template, correct_category),
	SHAPE(struct wa_template, as_of),
	SHAPE(struct wa_template, updated_at),
	SHAPE(struct wa_template, deleted_at),
	SHAPE_END,
};

const struct shape template_sync_shape[] = {
	SHAPE(struct template_sync, account_id), SHAPE(struct template_sync, waba_id),
	SHAPE(struct template_sync, reason),     SHAPE(struct template_sync, failures),
	SHAPE(struct template_sync, due_at),     SHAPE(struct template_sync, tried_at),
	SHAPE(struct template_sync, synced_at),  SHAPE_END,
};

/* Meta leaves out what there is not. */
static void
write_known(struct json_out *out, const char *name, const char *text)
{
	if (text != NULL)
		json_out_text(out, name, text);
}

void
wa_template_write(struct json_out *out, const char *name, const struct wa_template *t)
{
	json_out_open(out, name);
	json_out_text(out, "name", t->name);
	write_known(out, "parameter_format", t->parameter_format);
	if (t->components != NULL)
		json_out_json(out, "components", t->components);
	json_out_text(out, "language", t->language);
	json_out_text(out, "status", t->status);
	json_out_text(out, "category", t->category);
	write_known(out, "previous_category", t->previous_category);
	write_known(out, "correct_category", t->correct_category);
	write_known(out, "rejected_reason", t->rejected_reason);
	if (t->quality != NULL) {
		json_out_open(out, "quality_score");
		json_out_text(out, "score", t->quality);
		json_out_close(out);
	}
	json_out_text(out, "id", t->id);
	json_out_close(out);
}

bool
wa_template_is_gone(const char *status)
{
	return text_equal(status, "DELETED");
}

int64_t
template_sync_pause_ms(int64_t failures)
{
	int64_t ms = MINUTE_MS;

	while (--failures > 0 && ms < HOUR_MS)
		ms *= 2;
	return ms < HOUR_MS ? ms : HOUR_MS;
}
