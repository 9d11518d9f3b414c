/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_door - the simulator's answers over HTTP, and its chat page
 *
 * An answer that is not ready yet holds no thread: the request is parked until it is. One that
 * is to break off states a length that never comes and the end of the connection; web servers
 * then close it under the caller's eyes, which is the point. The page stands alone, without the
 * portal's frame: it plays somebody else's telephone.
 */
#include "site/sim_door.h"

#include "core/secret.h"
#include "web/template.h"

enum { TEXT_MAX = 4096, NAME_MAX_POINTS = 100, ID_MAX = 40 };

static enum rc
answer_give(struct web *web)
{
	const struct sim_answer *answer = web->who;
	struct bytes none = { NULL, 0 };

	if (answer->authenticate != NULL)
		web_set(web, "WWW-Authenticate", answer->authenticate);
	if (!answer->drop)
		return web_reply(web, answer->status, answer->type, bytes_of(answer->body));
	web_set(web, "Connection", "close");
	web_set(web, "Content-Length", "1000");
	return web_reply(web, answer->status, answer->type, none);
}

static void
answer_ready(void *arg)
{
	web_unpark(arg, answer_give);
}

enum rc
sim_door_answer(struct web *web, struct sim_answer *answer)
{
	web->who = answer;
	if (simulator_answer_ready(answer))
		return answer_give(web);
	web_park(web);
	simulator_when_ready(answer, answer_ready, web);
	return RC_OK;
}

void
sim_door_mark(struct web *web, const char *version)
{
	struct arena *arena = web->op->arena;

	web_set(web, "facebook-api-version", version);
	web_set(web, "x-fb-request-id", secret_base62(arena, 21));
	web_set(web, "x-fb-trace-id", secret_base62(arena, 11));
	web_set(web, "x-fb-rev", "1026000000");
}

const char *
sim_door_base(struct web *web)
{
	const char *host = web_header_in(web, "Host");

	return arena_printf(web->op->arena, "%s://%s/_sim", web->secure ? "https" : "http",
			    host == NULL ? "localhost" : host);
}

enum rc
sim_door_graph(struct web *web)
{
	struct sim_answer *answer = arena_alloc(web->op->arena, sizeof(*answer));
	struct sim_request request = {
		.method = web->method,
		.path = web_param(web, "path"),
		.authorization = web_header_in(web, "Authorization"),
		.token = web_query(web, "access_token"),
		.fields = web_query(web, "fields"),
		.name = web_query(web, "name"),
		.hsm_id = web_query(web, "hsm_id"),
		.status = web_query(web, "status"),
		.category = web_query(web, "category"),
		.language = web_query(web, "language"),
		.limit = web_query(web, "limit"),
		.after = web_query(web, "after"),
		.phone_number_id = web_query(web, "phone_number_id"),
		.base = sim_door_base(web),
	};

	TRY(web_body(web, &request.body, SIM_DOOR_BODY_MAX));
	simulator_graph(web->op, answer, &request);
	sim_door_mark(web, simulator_version(web->op, request.path));
	return sim_door_answer(web, answer);
}

const struct page sim_door_pages[1] = {
	{ "sim.html", sim_chat_shape, sizeof(struct sim_chat) },
};

static void
chat_read(struct web *web, struct sim_chat *out)
{
	simulator_chat(web->op, out, web_query(web, "phone_number_id"), web_query(web, "with"));
}

enum rc
sim_door_page(struct web *web)
{
	struct sim_chat chat;
	struct template_context context = { sim_chat_shape, &chat };
	const struct template *template;

	chat_read(web, &chat);
	TRY(template_get(web->op, &template, sim_door_pages[0].template));
	TRY(template_render(web->op, &web->out, template, &context, 1));
	return web_reply(web, 200, "text/html; charset=utf-8", buf_bytes(&web->out));
}

enum rc
sim_door_chat(struct web *web)
{
	struct sim_chat chat;

	chat_read(web, &chat);
	return web_json(web, 200, sim_chat_shape, &chat);
}

struct said {
	const char *phone_number_id, *from, *name, *text;
};

static const struct field said_fields[] = {
	FIELD(struct said, phone_number_id, OPTIONAL, 1, ID_MAX, NULL),
	FIELD(struct said, from, NEEDED, 1, ID_MAX, NULL),
	FIELD(struct said, name, OPTIONAL, 1, NAME_MAX_POINTS, NULL),
	FIELD(struct said, text, NEEDED, 1, TEXT_MAX, NULL), FIELDS_END
};

const struct form sim_door_say_form = { sizeof(struct said), said_fields, NULL };

enum rc
sim_door_say(struct web *web)
{
	const struct said *said = web->input;
	struct arena *arena = web->op->arena;
	const char *number = said->phone_number_id == NULL ? "" : said->phone_number_id;

	TRY(simulator_say(web->op, said->phone_number_id, said->from, said->name, said->text));
	return web_see_other(web, arena_printf(arena, "/_sim/?phone_number_id=%s&with=%s",
					       text_urlencode(arena, number),
					       text_urlencode(arena, said->from)));
}
