/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page - lists in pages
 *
 * The row too many tells that there is another page, so that nothing is ever counted; the cursor
 * is the id that the next page comes after.
 */
#include "gateway/engine.h"

static int64_t
limit_of(struct page_query page)
{
	if (page.limit <= 0)
		return PAGE_LIMIT;
	return page.limit > PAGE_LIMIT_MAX ? PAGE_LIMIT_MAX : page.limit;
}

int64_t
page_rows(struct page_query page)
{
	return limit_of(page) + 1;
}

const char *
page_cut(struct list *list, size_t size, struct page_query page)
{
	size_t limit = (size_t)limit_of(page);

	if (list->n <= limit)
		return NULL;
	list->n = limit;
	return *(const char *const *)((const char *)list->rows + (limit - 1) * size);
}
