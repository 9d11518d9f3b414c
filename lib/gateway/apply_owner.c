/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply_owner - to which instances an item of a webhook belongs
 *
 * A number belongs to one instance. A change that names no number concerns the whole WhatsApp
 * business account: all instances there, one event for each account that has some. Messages and
 * statuses without a number are anybody's guess, unless the business account has one instance.
 */
#include "gateway/apply_owner.h"
#include "core/secret.h"
#include "gateway/manage_instances.h"
#include "store/instance_store.h"

enum rc
owner_rule_of(struct op *op, struct owner_rule *out, const char *instance_id)
{
	struct instance instance = { 0 };
	enum rc rc;

	*out = (struct owner_rule){ 0 };
	if (instance_id == NULL)
		return RC_OK;
	rc = instance_store_by_id(op, &instance, instance_id);
	if (rc == RC_MISSING) {
		out->nobody = true;
		return RC_OK;
	}
	TRY(rc);
	out->account_id = instance.account_id;
	return gateway_open_credentials(op, &out->credentials, &instance);
}

static bool
is_same(const char *a, const char *b)
{
	return !text_empty(a) && !text_empty(b) && secret_equal(bytes_of(a), bytes_of(b));
}

static bool
is_same_app(const struct credentials *a, const struct credentials *b)
{
	return is_same(a->app_secret, b->app_secret) ||
	       is_same(a->app_secret, b->previous_app_secret) ||
	       is_same(a->previous_app_secret, b->app_secret);
}

static enum rc
may_speak_for(struct op *op, const struct owner_rule *rule, const struct instance *instance,
	      bool *yes)
{
	struct credentials credentials = { 0 };

	*yes = !rule->nobody;
	if (rule->account_id == NULL)
		return RC_OK;
	*yes = text_equal(rule->account_id, instance->account_id);
	if (!*yes)
		return RC_OK;
	TRY(gateway_open_credentials(op, &credentials, instance));
	*yes = is_same_app(&rule->credentials, &credentials);
	return RC_OK;
}

/* Those of the list that the rule lets through, oldest first. */
static enum rc
keep_allowed(struct op *op, struct list *list, const struct owner_rule *rule)
{
	const struct instance *from = list->rows;
	struct instance *kept = arena_array(op->arena, list->n + 1, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		bool yes;

		TRY(may_speak_for(op, rule, &from[i], &yes));
		if (yes)
			kept[n++] = from[i];
	}
	*list = (struct list){ n, kept };
	return RC_OK;
}

static enum rc
by_phone(struct op *op, struct list *out, const char *phone_number_id)
{
	struct instance *instance = arena_alloc(op->arena, sizeof(*instance));
	enum rc rc = instance_store_by_phone(op, instance, phone_number_id);

	if (rc != RC_OK && rc != RC_MISSING)
		return rc;
	*out = (struct list){ rc == RC_OK ? 1 : 0, instance };
	return RC_OK;
}

/* The digits of a number as it is shown. */
static const char *
digits_of(struct op *op, const char *shown)
{
	char *digits = arena_dup(op->arena, shown == NULL ? "" : shown);
	size_t n = 0;

	for (const char *c = digits; *c != '\0'; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	digits[n] = '\0';
	return digits;
}

bool
owner_is_shown_as(struct op *op, const struct instance *instance, const char *number)
{
	const char *digits = digits_of(op, number);

	return *digits != '\0' && text_equal(digits, digits_of(op, instance->display_number));
}

/* Some changes of a business account name one of its numbers as it is shown: instances that are
 * known to be another are not meant. */
static void
keep_shown(struct op *op, struct list *list, const struct happening *h)
{
	const char *number = json_number_text(op, h->item, "display_phone_number");
	struct instance *rows = arena_array(op->arena, list->n + 1, sizeof(*rows));
	const struct instance *all = list->rows;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (number == NULL || text_empty(all[i].display_number) ||
		    owner_is_shown_as(op, &all[i], number))
			rows[n++] = all[i];
	if (n > 0)
		*list = (struct list){ n, rows };
}

/* A partner hears of its customers' business accounts in an entry of its own. */
static enum rc
by_waba(struct op *op, struct list *out, const struct happening *h)
{
	const char *waba = json_string_value(json_at(h->item, "waba_info.waba_id"));

	if (h->entry_id != NULL)
		TRY(instance_store_by_waba(op, out, h->entry_id));
	if (out->n == 0 && h->kind == HAPPENED_OTHER && waba != NULL)
		TRY(instance_store_by_waba(op, out, waba));
	return RC_OK;
}

static enum rc
candidates(struct op *op, struct list *out, const struct happening *h)
{
	*out = (struct list){ 0, NULL };
	if (h->phone_number_id != NULL)
		return by_phone(op, out, h->phone_number_id);
	TRY(by_waba(op, out, h));
	if (h->kind == HAPPENED_OTHER)
		keep_shown(op, out, h);
	else if (out->n > 1)
		out->n = 0;
	return RC_OK;
}

/* The further instances of the same account as the first; those taken are marked. */
static struct list
others_of(struct op *op, const struct list *list, size_t first, bool *taken)
{
	const struct instance *rows = list->rows;
	struct instance *others = arena_array(op->arena, list->n + 1, sizeof(*others));
	size_t n = 0;

	for (size_t i = first + 1; i < list->n; i++) {
		if (!text_equal(rows[i].account_id, rows[first].account_id))
			continue;
		taken[i] = true;
		others[n++] = rows[i];
	}
	return (struct list){ n, others };
}

enum rc
owner_find(struct op *op, struct list *out, const struct owner_rule *rule,
	   const struct happening *h)
{
	const struct instance *rows;
	struct list list;
	struct owner *owners;
	bool *taken;
	size_t n = 0;

	TRY(candidates(op, &list, h));
	TRY(keep_allowed(op, &list, rule));
	rows = list.rows;
	owners = arena_array(op->arena, list.n + 1, sizeof(*owners));
	taken = arena_array(op->arena, list.n + 1, sizeof(*taken));
	for (size_t i = 0; i < list.n; i++)
		if (!taken[i])
			owners[n++] = (struct owner){ &rows[i], others_of(op, &list, i, taken) };
	*out = (struct list){ n, owners };
	return RC_OK;
}
