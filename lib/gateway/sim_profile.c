/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_profile - business profiles of the simulator's numbers
 *
 * What was written last is what is read, member by member; lengths are Meta's. Kept for the life
 * of the process.
 */
#include <pthread.h>

#include "gateway/sim_inside.h"

enum { PROFILES_MAX = 256 };

/* developers.facebook.com/docs/whatsapp/cloud-api/reference/business-profiles */
static const struct {
	const char *name;
	size_t max;
} texts[] = {
	{ "about", 139 }, { "address", 256 }, { "description", 512 },
	{ "email", 128 }, { "vertical", 64 },
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	struct arena *arena;
	const char *phone_number_id, *profile;
} kept[PROFILES_MAX];
static size_t count;

/* The place of a number, or the next one where it has none yet. */
static size_t
place_of(const char *phone_number_id)
{
	size_t i = 0;

	while (i < count && !text_equal(kept[i].phone_number_id, phone_number_id))
		i++;
	return i;
}

static const char *
profile_of(struct op *op, const char *phone_number_id)
{
	const char *text = NULL;
	size_t at;

	pthread_mutex_lock(&lock);
	at = place_of(phone_number_id);
	if (at < count)
		text = arena_dup(op->arena, kept[at].profile);
	pthread_mutex_unlock(&lock);
	return text != NULL
		       ? text
		       : "{\"about\":\"Simulated business\",\"messaging_product\":\"whatsapp\","
			 "\"vertical\":\"OTHER\"}";
}

static void
keep(const char *phone_number_id, const char *profile)
{
	struct arena *arena = arena_new(0);
	size_t at;

	pthread_mutex_lock(&lock);
	at = place_of(phone_number_id);
	/* The last place is used again and again once all are taken. */
	if (at == PROFILES_MAX)
		at--;
	else if (at == count)
		count++;
	arena_free(kept[at].arena);
	kept[at].arena = arena;
	kept[at].phone_number_id = arena_dup(arena, phone_number_id);
	kept[at].profile = arena_dup(arena, profile);
	pthread_mutex_unlock(&lock);
}

static json_t *
profile_tree(struct op *op, const char *phone_number_id)
{
	json_t *tree = NULL;

	expect(json_read(op, &tree, bytes_of(profile_of(op, phone_number_id))) == RC_OK);
	return tree;
}

void
sim_profile_get(struct op *op, struct sim_answer *out, const char *phone_number_id,
		const char *fields)
{
	json_t *root = json_new(op), *data = json_new_array(op);

	sim_array_add(data, sim_fields(op, profile_tree(op, phone_number_id), fields));
	expect(json_object_set(root, "data", data) == 0);
	sim_answer_json(op, out, root);
}

static bool
check(struct op *op, struct sim_answer *out, const json_t *body)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text = json_str(body, texts[i].name);

		if (text == NULL || text_points(text) <= texts[i].max)
			continue;
		sim_error(op, out, 100,
			  arena_printf(op->arena, "Param %s must be at most %zu characters long.",
				       texts[i].name, texts[i].max));
		return false;
	}
	return true;
}

void
sim_profile_set(struct op *op, struct sim_answer *out, const char *phone_number_id,
		struct bytes raw)
{
	json_t *body = NULL, *profile = profile_tree(op, phone_number_id), *websites;

	if (json_read_loose(op, &body, raw) != RC_OK ||
	    !text_equal(json_str(body, "messaging_product"), "whatsapp")) {
		op_forgive(op);
		sim_error_say(op, out, 400, 100, 0,
			      "(#100) The parameter messaging_product is required.");
		return;
	}
	if (!check(op, out, body))
		return;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (json_str(body, texts[i].name) != NULL)
			json_put(profile, texts[i].name, json_str(body, texts[i].name));
	websites = json_object_get(body, "websites");
	if (json_is_array(websites))
		expect(json_object_set(profile, "websites", websites) == 0);
	keep(phone_number_id, json_text(op, profile));
	sim_answer_success(out);
}
