/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wagate endpoint: customers' webhook destinations.
 *
 * The signing secret is printed by the verbs that make one and by no other.
 */
#include "cli.h"
#include "domain/instance.h"
#include "gateway/deliver.h"

/* "Name: value" as often as given, as one JSON object; NULL when there is none. */
static enum rc
read_headers(struct cli *cli, const char **json)
{
	json_t *object = json_new(cli->op);
	const char **lines;
	size_t n = cli_values(cli, "header", &lines);

	for (size_t i = 0; i < n; i++) {
		const char *colon = strchr(lines[i], ':');

		if (colon == NULL)
			return cli_usage(cli, "A header is written 'Name: value'");
		json_put(object,
			 text_trim(cli->op->arena, arena_dupn(cli->op->arena, lines[i],
							      (size_t)(colon - lines[i]))),
			 text_trim(cli->op->arena, colon + 1));
	}
	*json = n == 0 ? NULL : json_text(cli->op, object);
	return RC_OK;
}

/* The endpoint, and the ids of the instances it listens to; null: all of the account. */
static enum rc
endpoint_json(struct cli *cli, json_t **out, const struct endpoint *endpoint)
{
	json_t *object = json_of(cli->op, endpoint_shape, endpoint);
	json_t *ids = json_new_array(cli->op);
	const struct instance *rows;
	struct list bound;

	TRY(gateway_endpoint_instances(cli->op, &bound, endpoint));
	rows = bound.rows;
	for (size_t i = 0; i < bound.n; i++)
		json_array_append_new(ids, json_string(rows[i].id));
	json_object_set(object, "instances", endpoint->all_instances ? json_null() : ids);
	*out = object;
	return RC_OK;
}

static enum rc
endpoint_create(struct cli *cli)
{
	struct endpoint_draft draft = {
		.url = cli_value(cli, "url"),
		.format = cli_has(cli, "format") ? cli_value(cli, "format") : "normalized",
		.events = cli_value(cli, "events"),
		.secret = cli_value(cli, "secret"),
		.bearer = cli_value(cli, "bearer"),
		.message_types = cli_value(cli, "message-types"),
		.include_read = cli_has(cli, "include-read"),
	};
	struct endpoint endpoint = { 0 };
	const char *secret, **instances;
	json_t *answer = NULL;

	TRY(read_headers(cli, &draft.headers_json));
	draft.instance_count = cli_values(cli, "instance", &instances);
	draft.instances = instances;
	TRY(cli_account_of_instance(cli, draft.instance_count == 0 ? NULL : instances[0]));
	TRY(gateway_create_endpoint(cli->op, &endpoint, &secret, &draft));
	TRY(endpoint_json(cli, &answer, &endpoint));
	json_put(answer, "secret", secret);
	return cli_show(cli, answer);
}

static enum rc
endpoint_list(struct cli *cli)
{
	const char *instance = cli_value(cli, "instance");
	struct list endpoints;

	TRY(cli_account_of_instance(cli, instance));
	TRY(gateway_list_endpoints(cli->op, &endpoints, instance));
	return cli_show_list(
		cli, json_of_list(cli->op, endpoint_shape, sizeof(struct endpoint), &endpoints),
		NULL, "id,url,format,events,enabled,failing_since,disabled_reason");
}

static enum rc
endpoint_show(struct cli *cli)
{
	struct endpoint endpoint = { 0 };
	json_t *answer = NULL;

	TRY(cli_account(cli));
	TRY(gateway_find_endpoint(cli->op, &endpoint, cli->object));
	TRY(endpoint_json(cli, &answer, &endpoint));
	return cli_show(cli, answer);
}

/* Flags first, then pairs. */
static enum rc
read_changes(struct cli *cli, struct instance_change *changes, size_t *n)
{
	static const struct {
		const char *flag, *key;
	} known[] = {
		{ "url", "url" },         { "format", "format" },
		{ "events", "events" },   { "message-types", "message_types" },
		{ "enabled", "enabled" }, { "include-read", "include_read" },
		{ "secret", "secret" },   { "bearer", "bearer" },
	};
	const struct pair *pair;
	struct list pairs;
	const char *headers, **instances;
	size_t bound = cli_values(cli, "instance", &instances);

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (cli_has(cli, known[i].flag))
			changes[(*n)++] = (struct instance_change){ known[i].key,
								    cli_value(cli, known[i].flag) };
	if (bound > 0 || cli_has(cli, "everywhere"))
		changes[(*n)++] = (struct instance_change){
			"instances", cli_has(cli, "everywhere")
					     ? "*"
					     : text_join(cli->op->arena, instances, bound, ",")
		};
	TRY(read_headers(cli, &headers));
	if (headers != NULL)
		changes[(*n)++] = (struct instance_change){ "headers", headers };
	TRY(cli_pairs(cli, &pairs));
	pair = pairs.rows;
	for (size_t i = 0; i < pairs.n; i++)
		changes[(*n)++] = (struct instance_change){ pair[i].key, pair[i].value };
	return RC_OK;
}

static enum rc
endpoint_set(struct cli *cli)
{
	enum { CHANGES_MAX = GIVEN_MAX + WORDS_MAX + 12 };
	struct instance_change changes[CHANGES_MAX];
	size_t n = 0;

	TRY(read_changes(cli, changes, &n));
	if (n == 0)
		return cli_usage(cli, "Say what to change: --url, --events, --enabled, ...");
	TRY(cli_account(cli));
	TRY(gateway_set_endpoint(cli->op, cli->object, changes, n));
	return endpoint_show(cli);
}

static enum rc
endpoint_rotate(struct cli *cli)
{
	struct endpoint endpoint = { 0 };
	json_t *answer = NULL;
	const char *secret;

	TRY(cli_account(cli));
	TRY(gateway_rotate_secret(cli->op, cli->object, cli_value(cli, "secret"), &secret));
	TRY(gateway_find_endpoint(cli->op, &endpoint, cli->object));
	TRY(endpoint_json(cli, &answer, &endpoint));
	json_put(answer, "secret", secret);
	return cli_show(cli, answer);
}

static enum rc
endpoint_switch(struct cli *cli)
{
	TRY(cli_account(cli));
	TRY(gateway_switch_secret(cli->op, cli->object));
	return cli_done(cli, cli->object, "Switched: the new secret makes every signature.");
}

static enum rc
endpoint_delete(struct cli *cli)
{
	TRY(cli_account(cli));
	TRY(gateway_delete_endpoint(cli->op, cli->object));
	return cli_done(cli, cli->object, "Deleted: nothing is delivered there any more.");
}

static enum rc
endpoint_test(struct cli *cli)
{
	struct endpoint e = { 0 };
	struct instance instance = { 0 };
	struct test_result result = { 0 };
	struct endpoint_trial trial = { .instance = &instance, .sample = cli_value(cli, "sample") };

	TRY(cli_account(cli));
	TRY(gateway_find_endpoint(cli->op, &e, cli->object));
	TRY(gateway_endpoint_instance(cli->op, &instance, &e));
	trial.url = e.url;
	trial.format = e.format;
	TRY(gateway_open_endpoint(cli->op, &trial.keys, &e));
	TRY(gateway_test_endpoint(cli->op, &result, &trial));
	TRY(cli_show_shape(cli, test_result_shape, &result));
	return result.ok ? RC_OK : op_fail(cli->op, RC_UPSTREAM, "The endpoint did not take it");
}

static const struct flag create_flags[] = {
	{ "url", FLAG_VALUE, "URL", "where events are posted to", true },
	{ "events", FLAG_VALUE, "LIST", "message.received,message.failed or *", true },
	{ "format", FLAG_VALUE, "FORMAT", "normalized or meta; normalized", false },
	{ "instance", FLAG_MANY, "INSTANCE", "only this number's events; else all", false },
	{ "secret", FLAG_SECRET, "SECRET", "signs; made up when not given", false },
	{ "bearer", FLAG_SECRET, "TOKEN", "sent as Authorization: Bearer", false },
	{ "header", FLAG_SECRETS, "'K: V'", "a header of your own", false },
	{ "include-read", FLAG_SWITCH, NULL, "in meta format: read statuses too", false },
	{ "message-types", FLAG_VALUE, "LIST", "only about these: text,image; else all", false },
	FLAGS_END,
};

static const struct flag list_flags[] = {
	{ "instance", FLAG_VALUE, "INSTANCE", "those that get this number's events", false },
	FLAGS_END,
};

static const struct flag set_flags[] = {
	{ "url", FLAG_VALUE, "URL", "where events are posted to", false },
	{ "events", FLAG_VALUE, "LIST", "what is sent", false },
	{ "format", FLAG_VALUE, "FORMAT", "normalized or meta", false },
	{ "enabled", FLAG_VALUE, "true|false", "whether anything is sent", false },
	{ "include-read", FLAG_VALUE, "true|false", "in meta format: read statuses too", false },
	{ "message-types", FLAG_VALUE, "LIST", "only about these; empty: all", false },
	{ "instance", FLAG_MANY, "INSTANCE", "the numbers whose events it gets, all anew", false },
	{ "everywhere", FLAG_SWITCH, NULL, "the events of all numbers of the account", false },
	{ "secret", FLAG_SECRET, "SECRET", "signs from now on, as by rotate", false },
	{ "bearer", FLAG_SECRET, "TOKEN", "sent as Authorization: Bearer; empty: none", false },
	{ "header", FLAG_SECRETS, "'K: V'", "headers of your own, all of them anew", false },
	{ "set", FLAG_MANY, "KEY=VALUE", "the same as pairs", false },
	FLAGS_END,
};

static const struct flag rotate_flags[] = {
	{ "secret", FLAG_SECRET, "SECRET", "yours; made up when not given", false },
	FLAGS_END,
};

static const struct flag test_flags[] = {
	{ "sample", FLAG_VALUE, "SAMPLE", "in meta format: text, status or template", false },
	FLAGS_END,
};

const struct command endpoint_commands[] = {
	{ "endpoint", "create", NULL, NEEDS_ENGINE, create_flags, endpoint_create,
	  "Add a webhook destination and show its secret, this once" },
	{ "endpoint", "list", NULL, NEEDS_ENGINE, list_flags, endpoint_list,
	  "An account's destinations" },
	{ "endpoint", "show", "ENDPOINT", NEEDS_ENGINE, NULL, endpoint_show, "One destination" },
	{ "endpoint", "set", "ENDPOINT", NEEDS_ENGINE, set_flags, endpoint_set, "Change it" },
	{ "endpoint", "rotate", "ENDPOINT", NEEDS_ENGINE, rotate_flags, endpoint_rotate,
	  "Make a new signing secret and show it, this once; the old one signs too for a day" },
	{ "endpoint", "switch", "ENDPOINT", NEEDS_ENGINE, NULL, endpoint_switch,
	  "Let the new secret make the signatures that have room for one" },
	{ "endpoint", "delete", "ENDPOINT", NEEDS_ENGINE, NULL, endpoint_delete, "Remove it" },
	{ "endpoint", "test", "ENDPOINT", NEEDS_NET, test_flags, endpoint_test,
	  "Send it a test event and show the answer" },
	{ 0 },
};
