/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_template_kept - message templates of the simulator, and their review
 *
 * Each business account starts with a few approved ones. A new one, or one that was edited, is
 * reviewed for a second and then approved, or rejected where its name says so, which a signed
 * webhook tells. Kept for the life of the process under one lock; what leaves is a copy.
 */
#include <pthread.h>

#include "core/secret.h"
#include "gateway/sim_inside.h"

enum { TEMPLATES_MAX = 6000 };
enum { REVIEW_MS = 1000, WABAS_MAX = 256, WABA_DIGITS_MAX = 20 };

struct kept {
	struct arena *arena;
	struct sim_template t;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept all[TEMPLATES_MAX]; /* oldest first */
static size_t count;
static char seeded[WABAS_MAX][WABA_DIGITS_MAX + 1];
static size_t seeded_count;

/* ---- the store --------------------------------------------------------------------------- */

static struct sim_template
copy(struct arena *to, const struct sim_template *t)
{
	return (struct sim_template){
		.id = arena_dup(to, t->id),
		.waba_id = arena_dup(to, t->waba_id),
		.name = arena_dup(to, t->name),
		.language = arena_dup(to, t->language),
		.category = arena_dup(to, t->category),
		.status = arena_dup(to, t->status),
		.reason = arena_dup(to, t->reason),
		.parameter_format = arena_dup(to, t->parameter_format),
		.components = arena_dup(to, t->components),
	};
}

static void
fill(struct kept *slot, const struct sim_template *t)
{
	struct arena *arena = arena_new(0), *before = slot->arena;

	slot->t = copy(arena, t);
	slot->arena = arena;
	arena_free(before);
}

/* False: there is no room. */
static bool
add(const struct sim_template *t)
{
	if (count == TEMPLATES_MAX)
		return false;
	fill(&all[count++], t);
	return true;
}

static void
take_out(size_t at)
{
	arena_free(all[at].arena);
	memmove(&all[at], &all[at + 1], (--count - at) * sizeof(all[0]));
	all[count] = (struct kept){ NULL, { 0 } };
}

static struct kept *
by_id(const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(all[i].t.id, id))
			return &all[i];
	return NULL;
}

/* Remember it too: one whose templates are all deleted does not get them again. */
static bool
is_seeded(const char *waba_id)
{
	for (size_t i = 0; i < seeded_count; i++)
		if (text_equal(seeded[i], waba_id))
			return true;
	if (seeded_count < WABAS_MAX)
		snprintf(seeded[seeded_count++], WABA_DIGITS_MAX + 1, "%s", waba_id);
	return false;
}

/* Sixteen digits, as Meta's: too many for a double's integers in some languages. */
static const char *
id_make(struct op *op)
{
	return arena_printf(op->arena, "%u%08u", 10000000 + secret_uniform(90000000),
			    secret_uniform(100000000));
}

static const struct sim_template seeds[] = {
	{ .name = "hello_world",
	  .language = "en_US",
	  .category = "UTILITY",
	  .components = "[{\"type\":\"HEADER\",\"format\":\"TEXT\",\"text\":\"Hello World\"},"
			"{\"type\":\"BODY\",\"text\":\"Welcome and congratulations!!\"},"
			"{\"type\":\"FOOTER\",\"text\":\"WhatsApp Business API Team\"}]" },
	{ .name = "order_update",
	  .language = "en",
	  .category = "UTILITY",
	  .components = "[{\"type\":\"BODY\",\"text\":\"Your order {{1}} is on its way.\","
			"\"example\":{\"body_text\":[[\"A-1001\"]]}}]" },
	{ .name = "spring_sale",
	  .language = "en",
	  .category = "MARKETING",
	  .components = "[{\"type\":\"BODY\",\"text\":\"Our spring sale is on!\"},"
			"{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"QUICK_REPLY\","
			"\"text\":\"Stop promotions\"}]}]" },
	{ .name = "login_code",
	  .language = "en",
	  .category = "AUTHENTICATION",
	  .components = "[{\"type\":\"BODY\",\"text\":\"*{{1}}* is your verification code.\","
			"\"add_security_recommendation\":true,"
			"\"example\":{\"body_text\":[[\"123456\"]]}},"
			"{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"URL\","
			"\"text\":\"Copy code\"}]}]" },
};

static void
seed(struct op *op, const char *waba_id)
{
	bool known = is_seeded(waba_id);

	for (size_t i = 0; i < ARRAY_LEN(seeds) && !known; i++) {
		struct sim_template t = seeds[i];

		t.id = id_make(op);
		t.waba_id = waba_id;
		t.status = "APPROVED";
		t.parameter_format = "POSITIONAL";
		(void)add(&t);
	}
}

static bool
is_taken(const struct sim_template *t)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(all[i].t.waba_id, t->waba_id) &&
		    text_equal(all[i].t.name, t->name) &&
		    text_equal(all[i].t.language, t->language))
			return true;
	return false;
}

enum sim_template_place
sim_template_add(struct op *op, struct sim_template *t)
{
	enum sim_template_place place = SIM_TEMPLATE_ADDED;

	t->id = id_make(op);
	pthread_mutex_lock(&lock);
	seed(op, t->waba_id);
	if (is_taken(t))
		place = SIM_TEMPLATE_TAKEN;
	else if (!add(t))
		place = SIM_TEMPLATE_FULL;
	pthread_mutex_unlock(&lock);
	return place;
}

void
sim_template_put(const struct sim_template *t)
{
	struct kept *found;

	pthread_mutex_lock(&lock);
	found = by_id(t->id);
	if (found != NULL)
		fill(found, t);
	pthread_mutex_unlock(&lock);
}

size_t
sim_template_drop(struct op *op, const char *waba_id, const char *name, const char *id)
{
	size_t gone = 0;

	pthread_mutex_lock(&lock);
	seed(op, waba_id);
	for (size_t i = count; i-- > 0;) {
		const struct sim_template *t = &all[i].t;

		if (!text_equal(t->waba_id, waba_id) || !text_equal(t->name, name) ||
		    (id != NULL && !text_equal(t->id, id)))
			continue;
		take_out(i);
		gone++;
	}
	pthread_mutex_unlock(&lock);
	return gone;
}

void
sim_template_walk(struct op *op, const char *waba_id,
		  void (*see)(void *arg, const struct sim_template *t), void *arg)
{
	pthread_mutex_lock(&lock);
	seed(op, waba_id);
	for (size_t i = 0; i < count; i++)
		if (text_equal(all[i].t.waba_id, waba_id))
			see(arg, &all[i].t);
	pthread_mutex_unlock(&lock);
}

bool
sim_template_find(struct op *op, struct sim_template *out, const char *id)
{
	const struct kept *found;

	pthread_mutex_lock(&lock);
	found = by_id(id);
	if (found != NULL)
		*out = copy(op->arena, &found->t);
	pthread_mutex_unlock(&lock);
	return found != NULL;
}

/* ---- review ------------------------------------------------------------------------------ */

struct review {
	struct op *op;
	const char *id;
	uint64_t epoch;
};

static void
tell(struct op *op, const struct sim_template *t)
{
	struct sim_number number;
	struct sim_hook *hook;
	json_t *value = json_new(op);
	int64_t id = 0;

	if (!sim_number_of_waba(op, &number, t->waba_id))
		return;
	expect(text_int(t->id, 1, INT64_MAX, &id));
	json_put(value, "event", t->status);
	json_put_int(value, "message_template_id", id);
	json_put(value, "message_template_name", t->name);
	json_put(value, "message_template_language", t->language);
	json_put(value, "reason", t->reason == NULL ? "NONE" : t->reason);
	json_put(value, "message_template_category", t->category);
	hook = sim_hook_new(&number, "message_template_status_update", value);
	if (hook != NULL)
		sim_hook_send(hook, NULL, NULL);
}

static void
review_end(void *arg)
{
	struct review *r = arg;
	struct sim_template t = { 0 };
	struct kept *found;

	pthread_mutex_lock(&lock);
	found = by_id(r->id);
	if (found != NULL) {
		t = copy(r->op->arena, &found->t);
		t.status = strstr(t.name, "reject") != NULL ? "REJECTED" : "APPROVED";
		t.reason = text_equal(t.status, "REJECTED") ? "INVALID_FORMAT" : NULL;
		fill(found, &t);
	}
	pthread_mutex_unlock(&lock);
	if (found != NULL && r->epoch == sim_ledger_epoch())
		tell(r->op, &t);
	sim_pending_add(-1);
	op_end(r->op);
}

void
sim_template_review(const char *id)
{
	struct op *op = op_begin("simulator");
	struct review *r = arena_alloc(op->arena, sizeof(*r));

	*r = (struct review){ op, arena_dup(op->arena, id), sim_ledger_epoch() };
	sim_pending_add(1);
	net_after(REVIEW_MS, review_end, r);
}
