/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_key - API keys as rows
 *
 * Never more of a key than its beginning and its end: the rest is known to nobody here.
 */
#include "site/view_key.h"

#include "gateway/keys.h"

const struct shape key_view_shape[] = {
	SHAPE(struct key_view, id),
	SHAPE(struct key_view, number),
	SHAPE(struct key_view, name),
	SHAPE(struct key_view, environment),
	SHAPE(struct key_view, masked),
	SHAPE(struct key_view, instance),
	SHAPE(struct key_view, scopes),
	SHAPE(struct key_view, cidrs),
	SHAPE(struct key_view, limits),
	SHAPE(struct key_view, status),
	SHAPE(struct key_view, status_class),
	SHAPE_SUB(struct key_view, created, moment_shape),
	SHAPE_SUB(struct key_view, last_used, moment_shape),
	SHAPE_SUB(struct key_view, expires, moment_shape),
	SHAPE(struct key_view, active),
	SHAPE(struct key_view, kept),
	SHAPE_END,
};

static void
view_status(struct key_view *out, const struct api_key *key, struct instant now)
{
	bool expired = key->expires_at.ms != 0 && key->expires_at.ms <= now.ms;

	out->active = key->revoked_at.ms == 0 && !expired;
	out->status = out->active ? "Active" : "Expired";
	out->status_class = out->active ? "badge-good" : "badge-warning";
	if (key->revoked_at.ms != 0) {
		out->status = "Revoked";
		out->status_class = "";
	}
}

/* A list as people read it: "send, read". */
static const char *
spaced(struct op *op, const char *list)
{
	size_t n;
	const char **words = text_split(op->arena, list == NULL ? "" : list, ',', &n);

	return n == 0 ? NULL : text_join(op->arena, words, n, ", ");
}

/* "10 a second, 500 a day" */
static const char *
view_limits(struct op *op, const struct api_key *key)
{
	const struct {
		int64_t n;
		const char *words;
	} limits[] = {
		{ key->per_second, "a second" },
		{ key->per_minute, "a minute" },
		{ key->per_day, "a day" },
		{ key->in_flight, "at once" },
	};
	const char *out = NULL;

	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		if (limits[i].n != 0)
			out = arena_printf(op->arena, "%s%s%s %s", out == NULL ? "" : out,
					   out == NULL ? "" : ", ", view_number(op, limits[i].n),
					   limits[i].words);
	return out;
}

struct list
view_keys(struct web *web, const struct names *names, const struct list *keys)
{
	struct arena *arena = web->op->arena;
	const struct api_key *rows = keys->rows;
	struct key_view *views = arena_array(arena, keys->n + 1, sizeof(*views));

	for (size_t i = 0; i < keys->n; i++) {
		const struct api_key *key = &rows[i];
		struct key_view *view = &views[i];

		*view = (struct key_view){
			.id = key->id,
			.number = view_number(web->op, (int64_t)i + 1),
			.name = key->name,
			.environment =
				text_equal(key->environment, "sandbox") ? "Sandbox" : "Production",
			.masked = arena_printf(arena, "%s…%s", key->prefix, key->last4),
			.kept = key_is_kept(web->op, key),
			.scopes = spaced(web->op, key->scopes),
			.cidrs = spaced(web->op, key->cidrs),
			.limits = view_limits(web->op, key),
			.instance = names_instance(names, key->instance_id),
			.created = view_moment(web, key->created_at),
			.last_used = view_moment(web, key->last_used_at),
			.expires = view_moment(web, key->expires_at),
		};
		view_status(view, key, web->op->now);
	}
	return (struct list){ keys->n, views };
}
