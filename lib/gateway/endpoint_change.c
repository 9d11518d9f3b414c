/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint_change - an endpoint's settings and the rotation of its signing secret
 *
 * A rotation needs no job: until when the secret before signs is compared with the clock by whoever
 * signs. It is forgotten by the first change after that.
 */
#include "gateway/credentials.h"
#include "gateway/endpoint_inside.h"
#include "gateway/people.h"
#include "store/endpoint_store.h"

enum { TRIES_MAX = 20 };

/* An endpoint on its way from one state to another, with its secrets in the clear. */
struct change {
	struct endpoint endpoint;
	struct endpoint_secrets keys;
	const char *instances; /* NULL: as they are */
	const char *secret;    /* a new one; NULL: as it is */
};

static enum rc
read_bool(struct op *op, bool *out, const char *key, const char *value)
{
	if (!text_equal(value, "true") && !text_equal(value, "false"))
		return op_refuse(op, RC_INPUT, key, "%s is true or false", key);
	*out = text_equal(value, "true");
	return RC_OK;
}

static enum rc
apply(struct op *op, struct change *c, const char *key, const char *value)
{
	const struct {
		const char *key;
		const char **text;
		bool *flag;
	} members[] = {
		{ "url", &c->endpoint.url, NULL },
		{ "format", &c->endpoint.format, NULL },
		{ "events", &c->endpoint.events, NULL },
		{ "message_types", &c->endpoint.message_types, NULL },
		{ "instances", &c->instances, NULL },
		{ "secret", &c->secret, NULL },
		{ "bearer", &c->keys.bearer, NULL },
		{ "headers", &c->keys.headers_json, NULL },
		{ "enabled", NULL, &c->endpoint.enabled },
		{ "include_read", NULL, &c->endpoint.include_read },
	};

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		if (!text_equal(members[i].key, key))
			continue;
		if (members[i].flag != NULL)
			return read_bool(op, members[i].flag, key, value);
		*members[i].text = value;
		return RC_OK;
	}
	return op_refuse(op, RC_INPUT, "key",
			 "An endpoint has no setting \"%s\": url, format, events, message_types, "
			 "instances, enabled, include_read, secret, bearer, headers",
			 key);
}

/* ---- the secret before ------------------------------------------------------------------- */

static bool
overlaps(const struct endpoint *e, struct instant now)
{
	return e->previous_secret != NULL && now.ms < e->previous_until.ms;
}

bool
endpoint_is_rotating(const struct endpoint *e, struct instant now)
{
	return overlaps(e, now) && e->switched_at.ms == 0;
}

/* One that nobody has switched to yet is dropped: receivers do not know it. */
static void
rotate(struct op *op, struct change *c, const char *secret)
{
	struct endpoint *e = &c->endpoint;

	if (!endpoint_is_rotating(e, op->now))
		c->keys.previous = c->keys.secret;
	c->keys.secret = secret;
	e->previous_until = clock_after(op->now, ENDPOINT_OVERLAP_MS);
	e->switched_at.ms = 0;
}

static void
forget_previous(struct op *op, struct change *c)
{
	struct endpoint *e = &c->endpoint;

	if (e->previous_until.ms > op->now.ms)
		return;
	c->keys.previous = NULL;
	e->previous_until.ms = e->switched_at.ms = 0;
}

/* ---- saving ------------------------------------------------------------------------------ */

static enum rc
bind_anew(struct op *op, struct batch *batch, struct change *c)
{
	size_t n;
	const char **refs = text_split(op->arena, c->instances, ',', &n);

	if (n == 0)
		return op_refuse(op, RC_INPUT, "instances",
				 "Name at least one instance, or * for all of the account");
	c->endpoint.all_instances = n == 1 && text_equal(refs[0], "*");
	endpoint_store_unbind(batch, c->endpoint.id);
	return c->endpoint.all_instances ? RC_OK
					 : endpoint_bind(op, batch, c->endpoint.id, refs, n);
}

static enum rc
save(struct op *op, struct change *c, const char *verb, const char *details)
{
	struct batch *batch = batch_new(op);
	struct endpoint *e = &c->endpoint;
	struct instant read = e->updated_at;

	forget_previous(op, c);
	/* No two changes have the same time: whoever has seen one can tell the next from it. */
	e->updated_at = op->now.ms > read.ms ? op->now : clock_after(read, 1);
	e->updated_by = op->actor;
	e->secret = credential_seal(op, SEALED_SECRET, e->id, c->keys.secret);
	e->previous_secret = credential_seal(op, SEALED_PREVIOUS_SECRET, e->id, c->keys.previous);
	e->bearer = credential_seal(op, SEALED_BEARER, e->id, c->keys.bearer);
	e->headers = credential_seal(op, SEALED_HEADERS, e->id, c->keys.headers_json);
	if (text_empty(e->message_types))
		e->message_types = NULL;
	if (c->instances != NULL)
		TRY(bind_anew(op, batch, c));
	endpoint_store_update(batch, e, read);
	audit_add(op, batch, verb, e->id, details);
	return db_commit(op, batch);
}

static enum rc
load(struct op *op, struct change *c, const char *id)
{
	TRY(gateway_find_endpoint(op, &c->endpoint, id));
	return gateway_open_endpoint(op, &c->keys, &c->endpoint);
}

static enum rc
check(struct op *op, const struct change *c)
{
	return endpoint_check(op, &(struct endpoint_draft){
					  .url = c->endpoint.url,
					  .format = c->endpoint.format,
					  .events = c->endpoint.events,
					  .message_types = c->endpoint.message_types,
					  .secret = c->secret,
					  .bearer = c->keys.bearer,
					  .headers_json = c->keys.headers_json,
				  });
}

/* ---- changing ---------------------------------------------------------------------------- */

typedef enum rc edit(struct op *op, struct change *c, const void *arg);

/* Change it as it is now. Who finds that somebody else has changed it meanwhile, a person or the
 * worker that disables it, begins anew. */
static enum rc
change(struct op *op, const char *id, edit *how, const void *arg, const char *verb,
       const char *details)
{
	for (int tries = 0; tries < TRIES_MAX; tries++) {
		struct change c = { 0 };
		enum rc rc;

		TRY(load(op, &c, id));
		TRY(how(op, &c, arg));
		rc = save(op, &c, verb, details);
		if (rc != RC_CONFLICT)
			return rc;
		op_forgive(op);
	}
	return op_refuse(op, RC_CONFLICT, "endpoint",
			 "Others are changing this endpoint right now: try again");
}

struct settings_given {
	const struct instance_change *rows;
	size_t n;
};

static enum rc
set_all(struct op *op, struct change *c, const void *arg)
{
	const struct settings_given *given = arg;

	for (size_t i = 0; i < given->n; i++)
		TRY(apply(op, c, given->rows[i].key, given->rows[i].value));
	TRY(check(op, c));
	if (c->secret != NULL)
		rotate(op, c, c->secret);
	return RC_OK;
}

static enum rc
set_secret(struct op *op, struct change *c, const void *secret)
{
	c->secret = secret;
	TRY(check(op, c));
	rotate(op, c, c->secret);
	return RC_OK;
}

static enum rc
set_switched(struct op *op, struct change *c, const void *arg)
{
	(void)arg;
	if (!endpoint_is_rotating(&c->endpoint, op->now))
		return op_refuse(op, RC_CONFLICT, "endpoint",
				 "There is nothing to switch: the new secret signs already");
	c->endpoint.switched_at = op->now;
	return RC_OK;
}

enum rc
gateway_set_endpoint(struct op *op, const char *id, const struct instance_change *changes, size_t n)
{
	const struct settings_given given = { changes, n };
	const char *names = "";

	for (size_t i = 0; i < n; i++)
		names = arena_printf(op->arena, "%s%s%s", names, i == 0 ? "" : ", ",
				     changes[i].key);
	return change(op, id, set_all, &given, "endpoint.set", names);
}

enum rc
gateway_rotate_secret(struct op *op, const char *id, const char *given, const char **secret)
{
	const char *fresh = given == NULL ? endpoint_make_secret(op) : given;

	TRY(change(op, id, set_secret, fresh, "endpoint.rotate_secret", NULL));
	*secret = fresh;
	return RC_OK;
}

enum rc
gateway_switch_secret(struct op *op, const char *id)
{
	return change(op, id, set_switched, NULL, "endpoint.switch_secret", NULL);
}
