/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_graph - the Graph API of the simulator
 *
 * Sends, reads of numbers and of business accounts, templates, business profiles and media, with or
 * without a version segment. Every bearer token is good unless it contains "invalid"; every numeric
 * id is a phone number unless it is something else that is known.
 */
#include "gateway/sim_inside.h"

enum { OBJECT_DIGITS_MAX = 20 };

static const char type_json[] = "application/json; charset=UTF-8";
static const char newest_version[] = "v26.0";

/* What a path names: object, edge and the version before them. */
struct place {
	const char *version, *object, *edge;
};

static bool
is_digits(const char *text, size_t max)
{
	return text != NULL && text[0] != '\0' && strlen(text) <= max &&
	       strspn(text, "0123456789") == strlen(text);
}

static struct place
place_of(struct op *op, const char *path)
{
	size_t n = 0;
	const char **parts = text_split(op->arena, path, '/', &n);
	struct place place = { newest_version, NULL, NULL };
	size_t i = 0;

	if (i < n && text_version(parts[i]) == strlen(parts[i]))
		place.version = parts[i++];
	if (i < n)
		place.object = parts[i++];
	if (i < n)
		place.edge = parts[i++];
	/* Nothing has a longer path here. */
	if (i < n)
		place.edge = "";
	return place;
}

const char *
simulator_version(struct op *op, const char *path)
{
	return place_of(op, path).version;
}

bool
sim_check_token(struct op *op, struct sim_answer *out, const struct sim_request *request)
{
	const char *token = request->token;

	if (request->authorization != NULL && text_starts(request->authorization, "Bearer "))
		token = request->authorization + strlen("Bearer ");
	if (text_empty(token)) {
		sim_error_say(op, out, 401, 2500, 0,
			      "An active access token must be used to query information about the "
			      "current user.");
		return false;
	}
	if (strstr(token, "invalid") != NULL) {
		sim_error_say(op, out, 401, 190, 0,
			      "Invalid OAuth access token - Cannot parse access token");
		return false;
	}
	return true;
}

void
sim_answer_json(struct op *op, struct sim_answer *out, const json_t *value)
{
	*out = (struct sim_answer){ .status = 200,
				    .type = type_json,
				    .body = json_text(op, value) };
}

void
sim_answer_success(struct sim_answer *out)
{
	*out = (struct sim_answer){ .status = 200,
				    .type = type_json,
				    .body = "{\"success\":true}" };
}

static void
answer_no_object(struct op *op, struct sim_answer *out, const char *object)
{
	static const char format[] =
		"Unsupported post request. Object with ID '%s' does not exist, cannot be loaded "
		"due to "
		"missing permissions, or does not support this operation. Please read the Graph "
		"API "
		"documentation at https://developers.facebook.com/docs/graph-api";

	sim_error_say(op, out, 400, 100, 33, arena_printf(op->arena, format, object));
}

const json_t *
sim_fields(struct op *op, const json_t *object, const char *fields)
{
	json_t *chosen = json_new(op);
	const char *name;
	json_t *value;

	if (text_empty(fields))
		return object;
	json_object_foreach((json_t *)(uintptr_t)object, name,
			    value) if (text_equal(name, "id") || text_list_has(fields, name))
		expect(json_object_set(chosen, name, value) == 0);
	return chosen;
}

void
sim_array_add(json_t *array, const json_t *item)
{
	expect(json_array_append(array, (json_t *)(uintptr_t)item) == 0);
}

static json_t *
number_object(struct op *op, const struct sim_number *number)
{
	json_t *object = json_new(op), *throughput = json_new(op);

	json_put(object, "verified_name", number->verified_name);
	json_put(object, "code_verification_status", "VERIFIED");
	json_put(object, "display_phone_number", number->display_phone_number);
	json_put(object, "quality_rating", "GREEN");
	json_put(object, "status", "CONNECTED");
	json_put(object, "name_status", "APPROVED");
	json_put(object, "account_mode", "LIVE");
	json_put(object, "platform_type", "CLOUD_API");
	json_put(throughput, "level", "STANDARD");
	expect(json_object_set(object, "throughput", throughput) == 0);
	json_put(object, "id", number->phone_number_id);
	return object;
}

static void
get_object(struct op *op, struct sim_answer *out, const char *id, const struct sim_request *request)
{
	const char *fields = request->fields;
	struct sim_template template;
	struct sim_number number;
	json_t *waba;

	if (sim_media_get(op, out, request, id))
		return;
	if (request->phone_number_id != NULL) {
		answer_no_object(op, out, id);
		return;
	}
	if (sim_template_find(op, &template, id)) {
		sim_answer_json(op, out,
				sim_fields(op, sim_template_object(op, &template), fields));
		return;
	}
	if (sim_number_of_waba(op, &number, id)) {
		waba = json_new(op);
		json_put(waba, "id", number.waba_id);
		json_put(waba, "name", "Simulated Business");
		json_put(waba, "timezone_id", "1");
		json_put(waba, "message_template_namespace", "simulator");
		sim_answer_json(op, out, sim_fields(op, waba, fields));
		return;
	}
	if (!sim_number_find(op, &number, id))
		number = (struct sim_number){ .phone_number_id = id,
					      .display_phone_number = "15550100000",
					      .verified_name = "Simulated Number" };
	sim_answer_json(op, out, sim_fields(op, number_object(op, &number), fields));
}

static void
get_phone_numbers(struct op *op, struct sim_answer *out, const char *waba, const char *fields)
{
	struct list found = sim_number_list(op, waba);
	const struct sim_number *rows = found.rows;
	json_t *root = json_new(op), *data = json_new_array(op);

	for (size_t i = 0; i < found.n; i++)
		sim_array_add(data, sim_fields(op, number_object(op, &rows[i]), fields));
	expect(json_object_set(root, "data", data) == 0);
	expect(json_object_set_new(root, "paging",
				   json_pack("{s:{s:s,s:s}}", "cursors", "before", "MAZDZD",
					     "after", "MQZDZD")) == 0);
	sim_answer_json(op, out, root);
}

/* Read receipts and typing share the address of sends. */
static bool
is_receipt(const json_t *body)
{
	return text_equal(json_str(body, "status"), "read");
}

static void
post_messages(struct op *op, struct sim_answer *out, const struct place *place, struct bytes raw)
{
	json_t *body = NULL;

	if (json_read_loose(op, &body, raw) != RC_OK || !json_is_object(body)) {
		op_forgive(op);
		sim_error_say(op, out, 400, 100, 0, "(#100) Invalid parameter");
		return;
	}
	if (is_receipt(body)) {
		if (text_empty(json_str(body, "message_id")))
			sim_error(op, out, 131009, "Parameter message_id is invalid");
		else
			sim_answer_success(out);
		return;
	}
	if (text_equal(place->edge, "marketing_messages") &&
	    !text_equal(json_str(body, "type"), "template")) {
		sim_error(op, out, 134100, "Message must be a template message.");
		return;
	}
	if (sim_check(op, out, body))
		sim_journey(op, out, place->object, body);
}

static bool
graph_get(struct op *op, struct sim_answer *out, const struct place *place,
	  const struct sim_request *request)
{
	if (place->edge == NULL)
		get_object(op, out, place->object, request);
	else if (text_equal(place->edge, "phone_numbers"))
		get_phone_numbers(op, out, place->object, request->fields);
	else if (text_equal(place->edge, "message_templates"))
		sim_template_list(op, out, place->object, request);
	else if (text_equal(place->edge, "whatsapp_business_profile"))
		sim_profile_get(op, out, place->object, request->fields);
	else
		return false;
	return true;
}

static bool
graph_post(struct op *op, struct sim_answer *out, const struct place *place,
	   const struct sim_request *request)
{
	struct sim_template template;

	if (place->edge == NULL && sim_template_find(op, &template, place->object))
		sim_template_edit(op, out, place->object, request->body);
	else if (text_equal(place->edge, "messages") ||
		 text_equal(place->edge, "marketing_messages"))
		post_messages(op, out, place, request->body);
	else if (text_equal(place->edge, "message_templates"))
		sim_template_create(op, out, place->object, request->body);
	else if (text_equal(place->edge, "whatsapp_business_profile"))
		sim_profile_set(op, out, place->object, request->body);
	else if (text_equal(place->edge, "subscribed_apps"))
		sim_answer_success(out);
	else
		return false;
	return true;
}

static bool
graph_delete(struct op *op, struct sim_answer *out, const struct place *place,
	     const struct sim_request *request)
{
	if (place->edge == NULL) {
		if (!sim_media_delete(out, place->object))
			answer_no_object(op, out, place->object);
		return true;
	}
	if (!text_equal(place->edge, "message_templates"))
		return false;
	sim_template_delete(op, out, place->object, request);
	return true;
}

void
simulator_graph(struct op *op, struct sim_answer *out, const struct sim_request *request)
{
	struct place place = place_of(op, request->path);
	bool known = false;

	*out = (struct sim_answer){ .status = 0 };
	if (!sim_check_token(op, out, request))
		return;
	if (!is_digits(place.object, OBJECT_DIGITS_MAX)) {
		answer_no_object(op, out, place.object == NULL ? "" : place.object);
		return;
	}
	if (text_equal(request->method, "GET"))
		known = graph_get(op, out, &place, request);
	else if (text_equal(request->method, "POST"))
		known = graph_post(op, out, &place, request);
	else if (text_equal(request->method, "DELETE"))
		known = graph_delete(op, out, &place, request);
	if (!known)
		sim_error_say(op, out, 400, 2500, 0,
			      arena_printf(op->arena, "Unknown path components: /%s",
					   place.edge == NULL ? "" : place.edge));
}
