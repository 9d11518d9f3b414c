/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_instance - a WhatsApp number: its state in words, and what to do about it
 *
 * The operator's switches come before the customer's pause, and both before the provider's state.
 */
#include "site/view_instance.h"

const struct shape instance_view_shape[] = {
	SHAPE(struct instance_view, id),
	SHAPE(struct instance_view, slug),
	SHAPE(struct instance_view, name),
	SHAPE(struct instance_view, state),
	SHAPE(struct instance_view, state_class),
	SHAPE(struct instance_view, reason),
	SHAPE(struct instance_view, reason_level),
	SHAPE(struct instance_view, number),
	SHAPE(struct instance_view, verified_name),
	SHAPE(struct instance_view, quality),
	SHAPE(struct instance_view, quality_class),
	SHAPE(struct instance_view, window),
	SHAPE(struct instance_view, check_result),
	SHAPE_SUB(struct instance_view, checked, moment_shape),
	SHAPE_SUB(struct instance_view, created, moment_shape),
	SHAPE(struct instance_view, paused),
	SHAPE_END,
};

/* A word of the provider or of ours, as shown, and the badge's class. */
struct wording {
	const char *word, *text, *class;
};

static const struct wording states[] = {
	{ "draft", "Draft", "" },
	{ "connecting", "Connecting", "badge-info" },
	{ "open", "Open", "badge-good" },
	{ "closed", "Closed", "badge-danger" },
	{ "restricted", "Restricted", "badge-warning" },
};

/* Meta's quality_rating; UNKNOWN is not worth showing. */
static const struct wording qualities[] = {
	{ "GREEN", "High", "badge-good" },
	{ "YELLOW", "Medium", "badge-warning" },
	{ "RED", "Low", "badge-danger" },
};

static struct wording
wording_of(const struct wording *table, size_t n, const char *word, struct wording otherwise)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(table[i].word, word))
			return table[i];
	return otherwise;
}

static void
view_state(struct instance_view *out, const struct instance *instance)
{
	struct wording state = wording_of(states, ARRAY_LEN(states), instance->state,
					  (struct wording){ NULL, instance->state, "" });

	if (instance->suspended_at.ms != 0)
		state = (struct wording){ NULL, "Suspended", "badge-danger" };
	else if (instance->paused_at.ms != 0)
		state = (struct wording){ NULL, "Paused", "badge-warning" };
	out->state = state.text;
	out->state_class = state.class;
}

static const char *
reason_of(const struct instance *instance)
{
	if (instance->suspended_at.ms != 0)
		return "The operator has suspended this instance: nothing is sent.";
	if (instance->isolated_at.ms != 0)
		return "The operator has isolated this instance: nothing is received.";
	if (text_equal(instance->state, "draft"))
		return "Credentials are missing.";
	return instance->state_reason;
}

void
view_instance(struct web *web, struct instance_view *out, const struct instance *instance)
{
	struct wording quality = wording_of(qualities, ARRAY_LEN(qualities), instance->quality,
					    (struct wording){ NULL, NULL, NULL });

	*out = (struct instance_view){
		.id = instance->id,
		.slug = instance->slug,
		.name = instance->name,
		.reason = reason_of(instance),
		.reason_level = text_equal(instance->state, "draft") ? "info" : "warning",
		.number = view_phone(web->op, instance->display_number),
		.verified_name = instance->verified_name,
		.quality = quality.text,
		.quality_class = quality.class,
		.window = text_equal(instance->window_policy, "meta")
				  ? "Left to Meta"
				  : "24 hours after the person's last message",
		.check_result = text_equal(instance->check_result, "ok") ? "Credentials are right"
									 : instance->check_result,
		.checked = view_moment(web, instance->checked_at),
		.created = view_moment(web, instance->created_at),
		.paused = instance->paused_at.ms != 0,
	};
	view_state(out, instance);
}

struct list
view_instances(struct web *web, const struct list *instances)
{
	const struct instance *rows = instances->rows;
	struct instance_view *views = arena_array(web->op->arena, instances->n + 1, sizeof(*views));

	for (size_t i = 0; i < instances->n; i++)
		view_instance(web, &views[i], &rows[i]);
	return (struct list){ instances->n, views };
}
