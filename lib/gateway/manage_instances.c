/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manage_instances - finding, switching and removing WhatsApp numbers
 *
 * pause is the customer's switch, suspend (nothing goes out) and isolate (nothing comes in) are
 * the operator's; all three survive restarts and none knows of the others.
 */
#include "gateway/manage_instances.h"

#include "gateway/instance_state.h"
#include "gateway/people.h"
#include "store/instance_store.h"
#include "store/state_store.h"

enum rc
gateway_find_instance(struct op *op, struct instance *out, const char *ref)
{
	enum rc rc = instance_store_by_ref(op, out, ref);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, "invalid_instance",
				 "There is no instance \"%s\" in this account, or several of that "
				 "name",
				 ref);
	return rc;
}

enum rc
gateway_filter_instance(struct op *op, const char **id, const char *ref)
{
	struct instance instance = { 0 };
	enum rc rc;

	if (text_empty(ref))
		return RC_OK;
	rc = instance_store_by_ref(op, &instance, ref);
	if (rc == RC_MISSING)
		return op_refuse(op, RC_INPUT, "instance",
				 "instance names no instance of this account");
	TRY(rc);
	*id = instance.id;
	return RC_OK;
}

enum rc
gateway_list_instances(struct op *op, struct list *out, const char **next_cursor,
		       struct page_query page)
{
	TRY(instance_store_list(op, out, page.cursor, page_rows(page)));
	*next_cursor = page_cut(out, sizeof(struct instance), page);
	return RC_OK;
}

static enum rc
tell_deleted(struct op *op, struct batch *batch, const struct instance *instance)
{
	struct instance gone = *instance;

	gone.state = "closed";
	return instance_announce(op, batch, &gone, instance->state, "deleted");
}

enum rc
gateway_delete_instance(struct op *op, const char *ref)
{
	struct batch *batch = batch_new(op);
	struct instance instance = { 0 };

	TRY(gateway_find_instance(op, &instance, ref));
	instance_store_delete(batch, instance.id, op->now);
	if (!text_equal(instance.state, "draft"))
		TRY(tell_deleted(op, batch, &instance));
	audit_add(op, batch, "instance.delete", instance.id, instance.name);
	return db_commit(op, batch);
}

/* What each word of gateway_switch_instance does. */
static const struct {
	const char *word;
	bool on;
	void (*set)(struct batch *batch, const char *id, struct instant at);
} switches[] = {
	{ "pause", true, instance_store_pause },
	{ "resume", false, instance_store_pause },
	{ "suspend", true, instance_store_suspend },
	{ "unsuspend", false, instance_store_suspend },
	{ "isolate", true, instance_store_isolate },
	{ "unisolate", false, instance_store_isolate },
	{ "release", false, instance_store_pause },
	{ "release", false, instance_store_suspend },
	{ "release", false, instance_store_isolate },
};

enum rc
gateway_switch_instance(struct op *op, const char *ref, const char *what)
{
	struct batch *batch = batch_new(op);
	struct instance instance = { 0 };
	bool known = false;

	TRY(gateway_find_instance(op, &instance, ref));
	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		if (!text_equal(switches[i].word, what))
			continue;
		switches[i].set(batch, instance.id,
				switches[i].on ? op->now : (struct instant){ 0 });
		known = true;
	}
	if (!known)
		return op_refuse(op, RC_INPUT, "what", "An instance cannot be told to \"%s\"",
				 what);
	audit_add(op, batch, arena_printf(op->arena, "instance.%s", what), instance.id,
		  instance.name);
	batch_wakes_worker(batch);
	return db_commit(op, batch);
}

enum rc
gateway_switch(struct op *op, const char *what)
{
	struct batch *batch = batch_new(op);
	bool resume = text_equal(what, "resume");

	if (resume || text_equal(what, "suspend"))
		state_store_set(batch, "suspended", !resume, op->now);
	if (resume || text_equal(what, "isolate"))
		state_store_set(batch, "isolated", !resume, op->now);
	if (!resume && !text_equal(what, "suspend") && !text_equal(what, "isolate"))
		return op_refuse(op, RC_INPUT, "what", "The gateway cannot be told to \"%s\"",
				 what);
	audit_add(op, batch, arena_printf(op->arena, "gateway.%s", what), "gateway", NULL);
	batch_wakes_worker(batch);
	return db_commit(op, batch);
}

enum rc
gateway_switches(struct op *op, bool *suspended, bool *isolated)
{
	bool is_suspended;

	TRY(state_store_is_on(op, "suspended", &is_suspended));
	TRY(state_store_is_on(op, "isolated", isolated));
	*suspended = is_suspended;
	return RC_OK;
}
