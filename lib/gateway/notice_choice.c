/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_choice - which notices an account wants, and those it had
 *
 * What is kept is the list of kinds that are off, so that a kind which comes with a new version is
 * on.
 */
#include "gateway/notices.h"
#include "gateway/people.h"
#include "store/account_store.h"
#include "store/incident_store.h"

enum rc
gateway_list_incidents(struct op *op, struct list *out, const char **next_cursor, bool open,
		       struct page_query page)
{
	TRY(incident_store_list(op, out, open, page.cursor, page_rows(page)));
	*next_cursor = page_cut(out, sizeof(struct incident), page);
	return RC_OK;
}

const char *
notices_switch(struct op *op, const char *notices_off, const char *kind, bool on)
{
	const char *off[INCIDENT_KINDS];
	size_t n = 0;

	if (!incident_is_kind(kind))
		return NULL;
	for (size_t i = 0; i < INCIDENT_KINDS; i++) {
		const char *word = incident_kinds[i].word;

		if (text_equal(word, kind) ? !on : text_list_has(notices_off, word))
			off[n++] = word;
	}
	return text_join(op->arena, off, n, ",");
}

static enum rc
check_kinds(struct op *op, const char *notices_off)
{
	size_t n;
	const char **words = text_split(op->arena, notices_off, ',', &n);

	for (size_t i = 0; i < n; i++)
		if (!incident_is_kind(words[i]))
			return op_refuse(op, RC_INPUT, "notices",
					 "There are no notices of \"%s\": %s", words[i],
					 incident_kind_words);
	return RC_OK;
}

enum rc
gateway_set_own(struct op *op, const char *time_zone, const char *notices_off)
{
	struct batch *batch = batch_new(op);
	struct account account = { 0 };
	int minutes;

	TRY(account_store_get(op, &account));
	if (!clock_zone_offset(time_zone, op->now, &minutes))
		return op_refuse(op, RC_INPUT, "time_zone",
				 "There is no time zone \"%s\": use a name like Europe/Istanbul",
				 time_zone);
	TRY(check_kinds(op, notices_off));
	if (!text_equal(account.time_zone, time_zone))
		audit_add(op, batch, "account.set", account.id,
			  arena_printf(op->arena, "time_zone = %s", time_zone));
	if (!text_equal(account.notices_off, notices_off))
		audit_add(op, batch, "account.set", account.id,
			  arena_printf(op->arena, "notices off = %s",
				       text_empty(notices_off) ? "none" : notices_off));
	account_store_set_own(batch, time_zone, notices_off);
	return db_commit(op, batch);
}
