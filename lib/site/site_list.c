/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_list - lists of APIs: their shape and how they are paged
 *
 * A cursor is opaque to clients; a limit that is wrong is refused before anything is read.
 */
#include "core/ids.h"
#include "gateway/engine.h"
#include "gateway/manage_instances.h"
#include "site/site.h"

enum rc
site_list(struct web *web, const struct shape *shape, size_t size, const struct list *list,
	  const char *next_cursor)
{
	return site_items(web, json_of_list(web->op, shape, size, list), next_cursor);
}

enum rc
site_items(struct web *web, json_t *items, const char *next_cursor)
{
	json_t *body = json_new(web->op);

	json_object_set(body, "items", items);
	json_put(body, "next_cursor", next_cursor);
	return web_json_value(web, 200, body);
}

enum rc
site_refuse_member(struct web *web, const char *name, const char *reason)
{
	web->field_errors[0].name = name;
	web->field_errors[0].message = reason;
	web->field_error_count = 1;
	return op_refuse(web->op, RC_INPUT, refusal_word(REFUSAL_FIELD), "%s %s", name, reason);
}

enum rc
site_page_query(struct web *web, struct page_query *out, const char *noun)
{
	const char *limit = web_query(web, "limit"), *cursor = web_query(web, "cursor");
	struct page_query page = { .cursor = text_empty(cursor) ? NULL : cursor };

	if (!text_empty(limit) && !text_int(limit, 1, PAGE_LIMIT_MAX, &page.limit))
		return site_refuse_member(web, "limit", "must be a number from 1 to 200");
	if (noun != NULL && page.cursor != NULL && !id_is(cursor, noun))
		return site_refuse_member(web, "cursor",
					  "must be the next_cursor of the page before");
	*out = page;
	return RC_OK;
}

enum rc
site_time_query(struct web *web, struct instant *out, const char *name)
{
	const char *text = web_query(web, name);
	struct instant at = { 0 };

	if (!text_empty(text) && !clock_parse(text, &at))
		return site_refuse_member(web, name, "must be a time such as 2026-05-08T10:00:00Z");
	*out = at;
	return RC_OK;
}

enum rc
site_instance_named(struct web *web, const char **out, const char *ref)
{
	const struct api_key *key = site_key(web);
	const char *id = key->instance_id;

	TRY(gateway_filter_instance(web->op, &id, ref));
	if (id != NULL && !api_key_covers(key, id))
		return site_refuse_member(web, "instance",
					  "must be the one that this API key is bound to");
	*out = id;
	return RC_OK;
}

enum rc
site_instance_query(struct web *web, const char **out)
{
	return site_instance_named(web, out, web_query(web, "instance"));
}
