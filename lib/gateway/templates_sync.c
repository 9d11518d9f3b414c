/* SPDX-License-Identifier: Apache-2.0 */
/*
 * templates_sync - reading a business account's list of templates into the store
 *
 * Only what differs is written, so that what sends remember stays good; what was not in the list is
 * gone at Meta. A webhook that comes while the list is read is newer than it: rows of a later
 * moment than the beginning are left alone. A failure keeps its reason and waits longer each time,
 * at least as long as Meta asked for; where an account has several instances there, the next try
 * is made with the next one's token.
 */
#include "gateway/templates_sync.h"

#include "gateway/credentials.h"
#include "gateway/manage_instances.h"
#include "store/instance_store.h"

enum { KEYS_AT_ONCE = 1000, PAGES_MAX = 200 /* Meta has room for 6,000 templates, 100 a page */ };

/* ---- beginning --------------------------------------------------------------------------- */

static bool
may_ask(const struct instance *i, const char *account_id)
{
	const struct provider *provider = provider_of(i->provider);

	return text_equal(i->account_id, account_id) && text_equal(i->state, "open") &&
	       provider != NULL && provider->templates_request != NULL;
}

/* The account's instances there that can be asked, oldest first. */
static enum rc
candidates(struct op *op, struct list *out, const char *waba_id)
{
	const struct instance *rows;
	struct instance *kept;
	struct list all;
	size_t n = 0;

	TRY(instance_store_by_waba(op, &all, waba_id));
	rows = all.rows;
	kept = arena_array(op->arena, all.n + 1, sizeof(*kept));
	for (size_t i = 0; i < all.n; i++)
		if (may_ask(&rows[i], op->account_id))
			kept[n++] = rows[i];
	*out = (struct list){ n, kept };
	return RC_OK;
}

static enum rc
claim(struct template_run *run, bool wish, bool nobody)
{
	struct batch *batch = batch_new(run->op);

	if (wish)
		template_store_want(batch, run->waba_id, run->began, false);
	template_store_begin(batch, run->waba_id, run->began);
	if (nobody)
		template_store_rest(batch, run->waba_id, run->began);
	return db_commit(run->op, batch);
}

static enum rc
prepare(struct template_run *run, bool *nobody, bool wish)
{
	const struct instance *rows;
	struct list list;

	TRY(candidates(run->op, &list, run->waba_id));
	rows = list.rows;
	*nobody = list.n == 0;
	TRY(claim(run, wish, *nobody));
	if (*nobody)
		return RC_OK;
	rows += (size_t)run->failures % list.n;
	run->provider = provider_of(rows->provider);
	return credential_open(run->op, &run->credentials.access_token, SEALED_ACCESS_TOKEN,
			       rows->id, rows->access_token);
}

enum rc
template_run_begin(struct op *op, struct template_run **out, const struct template_sync *sync,
		   bool wish)
{
	struct op *own = op_begin(op->actor);
	struct template_run *run = arena_alloc(own->arena, sizeof(*run));
	bool nobody = false;
	enum rc rc;

	own->account_id = arena_dup(own->arena, sync->account_id);
	run->op = own;
	run->waba_id = arena_dup(own->arena, sync->waba_id);
	run->failures = sync->failures;
	run->began = own->now;
	rc = prepare(run, &nobody, wish);
	if (rc != RC_OK && own->why[0] != '\0')
		rc = op_fail(op, rc, "%s", own->why);
	if (rc != RC_OK || nobody)
		template_run_end(run);
	TRY(rc);
	*out = nobody ? NULL : run;
	return RC_OK;
}

void
template_run_ask(struct template_run *run)
{
	struct op *page = op_begin(run->op->actor);

	page->account_id = run->op->account_id;
	db_rest(run->op);
	run->page = page;
	run->answered = false;
	run->provider->templates_request(page, &run->call, &run->credentials, run->waba_id,
					 run->after);
}

void
template_run_end(struct template_run *run)
{
	op_end(run->page);
	op_end(run->op);
}

/* ---- a page ------------------------------------------------------------------------------ */

static void
remember(struct template_run *run, const struct wa_template *t)
{
	struct arena *arena = run->op->arena;
	struct template_key *larger;

	if (run->seen_count == run->seen_room) {
		run->seen_room = run->seen_room == 0 ? 64 : 2 * run->seen_room;
		larger = arena_array(arena, run->seen_room, sizeof(*larger));
		if (run->seen_count > 0)
			memcpy(larger, run->seen, run->seen_count * sizeof(*larger));
		run->seen = larger;
	}
	run->seen[run->seen_count++] =
		(struct template_key){ arena_dup(arena, t->name), arena_dup(arena, t->language) };
}

static enum rc
store_page(struct template_run *run, const struct list *templates)
{
	struct op *op = run->page;
	struct batch *batch = batch_new(op);
	const struct wa_template *rows = templates->rows;
	int last = -1;

	for (size_t i = 0; i < templates->n; i++) {
		struct wa_template t = rows[i];

		t.waba_id = run->waba_id;
		t.as_of = run->began;
		remember(run, &t);
		last = template_store_put(batch, &t, op->now);
	}
	if (last < 0)
		return RC_OK;
	TRY(db_commit(op, batch));
	for (int i = 0; i <= last; i++)
		run->changed += (int64_t)batch_count(batch, i);
	return RC_OK;
}

/* ---- the end ----------------------------------------------------------------------------- */

static int
by_key(const void *a, const void *b)
{
	const struct template_key *x = a, *y = b;
	int name = strcmp(x->name, y->name);

	return name != 0 ? name : strcmp(x->language, y->language);
}

/* Those of the store that the list did not have. */
static enum rc
add_gone(struct template_run *run, struct batch *batch)
{
	struct op *op = run->page;
	struct template_key after = { NULL, NULL };
	const struct template_key *keys;
	struct list list;

	do {
		TRY(template_store_keys(op, &list, run->waba_id, &after, KEYS_AT_ONCE));
		keys = list.rows;
		for (size_t i = 0; i < list.n; i++) {
			struct wa_template t = {
				.waba_id = run->waba_id,
				.name = keys[i].name,
				.language = keys[i].language,
				.as_of = run->began,
			};

			after = keys[i];
			if (run->seen_count > 0 && bsearch(&keys[i], run->seen, run->seen_count,
							   sizeof(*keys), by_key) != NULL)
				continue;
			(void)template_store_gone(batch, &t, op->now);
			run->gone++;
		}
	} while (list.n == KEYS_AT_ONCE);
	return RC_OK;
}

static enum rc
finish(struct template_run *run)
{
	struct op *op = run->page;
	struct batch *batch = batch_new(op);

	if (run->seen_count > 0)
		qsort(run->seen, run->seen_count, sizeof(*run->seen), by_key);
	TRY(add_gone(run, batch));
	template_store_synced(batch, run->waba_id, run->began,
			      clock_after(op->now, TEMPLATE_SYNC_EVERY_MS));
	return db_commit(op, batch);
}

static enum rc
give_up(struct template_run *run, const struct manage_result *result)
{
	struct op *op = run->page;
	struct batch *batch = batch_new(op);
	int64_t pause_ms = template_sync_pause_ms(run->failures + 1);

	if (pause_ms < result->wait_ms)
		pause_ms = result->wait_ms;
	template_store_failed(batch, run->waba_id, run->began, clock_after(op->now, pause_ms),
			      result->words);
	return db_commit(op, batch);
}

/* A list that does not end is a fault of the other side: what it did not show is not gone. */
static void
check_end(struct template_run *run, struct template_page *page)
{
	if (!page->result.done || page->after == NULL || ++run->pages < PAGES_MAX)
		return;
	page->result.done = false;
	page->result.words = "the provider's list of templates does not end";
}

/* A page may be empty though more follow. */
static enum rc
take(struct template_run *run, const struct template_page *page, bool *over)
{
	*over = true;
	if (!page->result.done)
		return give_up(run, &page->result);
	TRY(store_page(run, &page->templates));
	if (page->after == NULL)
		return finish(run);
	run->after = arena_dup(run->op->arena, page->after);
	*over = false;
	return RC_OK;
}

enum rc
template_run_take(struct template_run *run, bool *over, const char **failed)
{
	struct template_page page;
	enum rc rc;

	run->provider->templates_read(run->page, &page, &run->call);
	check_end(run, &page);
	rc = take(run, &page, over);
	*failed = page.result.done ? NULL : arena_dup(run->op->arena, page.result.words);
	if (rc != RC_OK)
		rc = op_fail(run->op, rc, "%s", run->page->why);
	op_end(run->page);
	run->page = NULL;
	return rc;
}
