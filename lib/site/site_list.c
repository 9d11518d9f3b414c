/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_list - lists of APIs: their shape and how they are paged
 *
 * A cursor is opaque to clients; a limit that is wrong is refused before anything is read.
 */
#include "gateway/engine.h"
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
site_page_query(struct web *web, struct page_query *out)
{
	const char *limit = web_query(web, "limit"), *cursor = web_query(web, "cursor");
	struct page_query page = { .cursor = text_empty(cursor) ? NULL : cursor };

	if (!text_empty(limit) && !text_int(limit, 1, PAGE_LIMIT_MAX, &page.limit)) {
		web->field_errors[0].name = "limit";
		web->field_errors[0].message = "must be from 1 to 200";
		web->field_error_count = 1;
		return op_refuse(web->op, RC_INPUT, refusal_word(REFUSAL_FIELD),
				 "limit must be a number from 1 to %d.", PAGE_LIMIT_MAX);
	}
	*out = page;
	return RC_OK;
}
