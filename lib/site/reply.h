/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_REPLY_H
#define SITE_REPLY_H

#include "domain/message.h"
#include "domain/template_slots.h"
#include "site/upload.h"
#include "site/view.h"

/* What an answer to a person is made of: a text, a file with or without one, or a template
 * ("name/language") with the values of its slots, which are called slot_0, slot_1, ... */
struct reply {
	const char *text, *template;
	const char *values[TEMPLATE_SLOTS_MAX];
	struct upload upload;
};

/* A form as it came, a reply in the arena whatever comes of it. RC_INPUT, RC_DENIED: as
 * upload_read. */
MUST_CHECK enum rc reply_read(struct web *web, struct reply **out);

/*
 * Send it to who wrote, over the number that was written to, through the whole guard. RC_OK: it is
 * a message now, *out, whatever became of it. RC_INPUT with a sentence: refused, or it makes no
 * sense.
 */
MUST_CHECK enum rc
reply_send(struct web *web, struct message *out, const struct inbound *to, struct reply *reply);

/* The approved templates of an instance as struct wa_template; the provider may be asked.
 * RC_UPSTREAM, RC_BUSY, RC_CONFLICT with why they are not known. */
MUST_CHECK enum rc reply_templates(struct op *op, struct list *out, const char *instance_id);
/* The one that is called "name/language"; NULL. */
const struct wa_template *
reply_template(struct op *op, const struct list *templates, const char *ref);

#endif
