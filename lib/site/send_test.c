/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send_test - a message from the portal's test form
 *
 * It is put as a request of the guarded API and takes its whole way, so that a test proves
 * something: what is refused here is refused there.
 */
#include "gateway/send_message.h"
#include "site/once.h"
#include "site/view_manage.h"

static struct bytes
test_body(struct op *op, const struct test_input *input)
{
	json_t *body = json_new(op);

	json_put(body, "phone", input->phone);
	json_put(body, "message", input->message);
	json_put(body, "message_purpose", input->message_purpose);
	return bytes_of(json_text(op, body));
}

/* RC_OK: it is a message now, *out is its id, whatever became of it. RC_INPUT: refused before that,
 * op->code is the field's name or the refusal's word. */
static enum rc
send_test(struct web *web, const char **out, const char *ref, const struct test_input *input)
{
	struct op *op = web->op;
	struct test_input said = *input;
	struct send *send = arena_alloc(op->arena, sizeof(*send));

	said.message = text_unix_lines(op->arena, input->message);
	send->dialect = DIALECT_GUARDED;
	send->source = "portal";
	send->instance_ref = ref;
	send->body = test_body(op, &said);
	gateway_send_wait(op, send);
	if (send->message.id != NULL) {
		op_forgive(op);
		*out = send->message.id;
		return RC_OK;
	}
	if (send->refusal == REFUSAL_BUSY || send->refusal == REFUSAL_INTERNAL)
		return refusal_rc(send->refusal);
	snprintf(op->code, sizeof(op->code), "%s",
		 send->field != NULL ? send->field : refusal_word(send->refusal));
	return RC_INPUT;
}

static enum rc
make_test(struct web *web)
{
	const char *ref = web_param(web, "id"), *sent = NULL;
	enum rc rc = send_test(web, &sent, ref, web->input);

	if (rc != RC_OK)
		return site_again(web, rc, show_test);
	return web_see_other(web, arena_printf(web->op->arena, "%s&message=%s",
					       manage_url(web, ref, "test"), sent));
}

enum rc
post_instance_test(struct web *web)
{
	return site_once(web, make_test);
}
