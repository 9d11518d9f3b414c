/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postman - the API's description in the form of a Postman collection
 *
 * Made from openapi.json, so that there is one description: what an operation is called, where it
 * is, and its first example. What a reader has of their own in the examples becomes a variable.
 */
#include "site/documents.h"

static const char schema_url[] =
	"https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/* Variables, and what stands for them in the examples. */
static const struct {
	const char *name, *example;
} variables[] = {
	{ "instance_id", "demo-support-line" },
	{ "phone", "+966500000001" },
	{ "phone", "966500000001" },
};

static const char *
with_variable(struct op *op, const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(variables); i++)
		if (text_equal(text, variables[i].example))
			return arena_printf(op->arena, "{{%s}}", variables[i].name);
	return text;
}

static void
put_new(json_t *object, const char *name, json_t *value)
{
	expect(json_object_set(object, name, value) == 0);
}

static void
append(json_t *array, json_t *value)
{
	expect(json_array_append(array, value) == 0);
}

/* {"key":...,"value":...} */
static json_t *
pair(struct op *op, const char *key, const char *value)
{
	json_t *object = json_new(op);

	json_put(object, "key", key);
	json_put(object, "value", value);
	return object;
}

/* A parameter itself, or the one it refers to: "#/components/parameters/Limit". */
static const json_t *
resolve(const json_t *openapi, const json_t *parameter)
{
	const char *ref = json_str(parameter, "$ref");

	if (ref == NULL)
		return parameter;
	return json_object_get(json_at(openapi, "components.parameters"), strrchr(ref, '/') + 1);
}

static const char *
example_of(struct op *op, const json_t *parameter)
{
	const char *example = json_str(parameter, "example");

	return with_variable(op, example != NULL ? example : "");
}

/* Query, path and headers. Only what is needed is switched on. */
static void
put_parameters(struct op *op, json_t *request, json_t *url, const json_t *openapi,
	       const json_t *operation)
{
	json_t *query = json_new_array(op), *path = json_new_array(op),
	       *header = json_new_array(op);
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(operation, "parameters"), i, item)
	{
		const json_t *parameter = resolve(openapi, item);
		const char *in = json_str(parameter, "in");
		json_t *one = pair(op, json_str(parameter, "name"), example_of(op, parameter));

		json_put(one, "description", json_str(parameter, "description"));
		if (!json_flag(parameter, "required", false))
			json_put_bool(one, "disabled", true);
		if (text_equal(in, "path"))
			append(path, one);
		else
			append(text_equal(in, "query") ? query : header, one);
	}
	put_new(request, "header", header);
	put_new(url, "query", query);
	put_new(url, "variable", path);
}

/* The members that hold something of the reader's own. */
static void
put_variables(struct op *op, json_t *object)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, name, value)
	{
		if (json_is_string(value))
			json_put(object, name, with_variable(op, json_string_value(value)));
	}
}

static void
put_body(struct op *op, json_t *request, const json_t *operation)
{
	const json_t *media = json_object_get(
		json_object_get(json_object_get(operation, "requestBody"), "content"),
		"application/json");
	json_t *examples = json_object_get(media, "examples");
	json_t *body, *value, *language, *options;

	if (examples == NULL)
		return;
	value = json_own(op, json_deep_copy(json_object_get(
				     json_object_iter_value(json_object_iter(examples)), "value")));
	put_variables(op, value);
	body = json_new(op);
	language = json_new(op);
	options = json_new(op);
	json_put(body, "mode", "raw");
	json_put(body, "raw", json_text(op, value));
	json_put(language, "language", "json");
	put_new(options, "raw", language);
	put_new(body, "options", options);
	put_new(request, "body", body);
}

/* "/api/messages/{id}" as "{{base_url}}/api/messages/:id" and its parts. */
static json_t *
make_url(struct op *op, const char *path)
{
	json_t *url = json_new(op), *host = json_new_array(op), *parts = json_new_array(op);
	const char *raw = "{{base_url}}";

	for (const char **part = text_split(op->arena, path, '/', NULL); *part != NULL; part++) {
		const char *word = *part;

		if (word[0] == '{')
			word = arena_printf(op->arena, ":%.*s", (int)strlen(word) - 2, word + 1);
		raw = arena_printf(op->arena, "%s/%s", raw, word);
		append(parts, json_own(op, json_string(word)));
	}
	append(host, json_own(op, json_string("{{base_url}}")));
	json_put(url, "raw", raw);
	put_new(url, "host", host);
	put_new(url, "path", parts);
	return url;
}

static json_t *
make_item(struct op *op, const json_t *openapi, const char *path, const char *method,
	  const json_t *operation)
{
	json_t *item = json_new(op), *request = json_new(op), *url = make_url(op, path);
	char *verb = arena_dup(op->arena, method);

	for (char *c = verb; *c != '\0'; c++)
		*c = (char)(*c - 'a' + 'A');
	json_put(item, "name", json_str(operation, "summary"));
	json_put(request, "method", verb);
	json_put(request, "description", json_str(operation, "description"));
	put_parameters(op, request, url, openapi, operation);
	put_body(op, request, operation);
	put_new(request, "url", url);
	put_new(item, "request", request);
	put_new(item, "response", json_new_array(op));
	return item;
}

/* The operations of one tag. */
static json_t *
make_folder(struct op *op, const json_t *openapi, const json_t *tag)
{
	json_t *folder = json_new(op), *items = json_new_array(op);
	const char *name = json_str(tag, "name"), *path, *method;
	json_t *place, *operation;

	json_object_foreach(json_object_get(openapi, "paths"), path, place)
		json_object_foreach(place, method, operation)
	{
		const json_t *first = json_at(operation, "tags.0");

		if (text_equal(json_string_value(first), name))
			append(items, make_item(op, openapi, path, method, operation));
	}
	json_put(folder, "name", name);
	json_put(folder, "description", json_str(tag, "description"));
	put_new(folder, "item", items);
	return folder;
}

static json_t *
make_auth(struct op *op)
{
	json_t *auth = json_new(op), *bearer = json_new_array(op), *token;

	token = pair(op, "token", "{{api_key}}");
	json_put(token, "type", "string");
	append(bearer, token);
	json_put(auth, "type", "bearer");
	put_new(auth, "bearer", bearer);
	return auth;
}

json_t *
postman_collection(struct op *op, const json_t *openapi, const char *base_url)
{
	json_t *all = json_new(op), *info = json_new(op), *folders = json_new_array(op),
	       *values = json_new_array(op);
	const json_t *tag;
	size_t i;

	json_put(info, "name", json_str(json_object_get(openapi, "info"), "title"));
	json_put(info, "description", json_str(json_object_get(openapi, "info"), "description"));
	json_put(info, "schema", schema_url);
	json_array_foreach(json_object_get(openapi, "tags"), i, tag)
		append(folders, make_folder(op, openapi, tag));
	append(values, pair(op, "base_url", base_url));
	append(values, pair(op, "api_key", ""));
	append(values, pair(op, variables[0].name, variables[0].example));
	append(values, pair(op, variables[1].name, variables[1].example));
	put_new(all, "info", info);
	put_new(all, "auth", make_auth(op));
	put_new(all, "item", folders);
	put_new(all, "variable", values);
	return all;
}
