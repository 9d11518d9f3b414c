/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stretch - lists that are looked through a stretch at a time
 *
 * Where a filter has no index, a page of what is rare would cost the whole table. So a question
 * looks at so many rows and no more: a first statement reads of the index alone where they end, and
 * the page lies before that.
 */
#include "store/stretch.h"

#include "core/id_range.h"

const char *
stretch_before(struct op *op, const char *prefix, const char *last, struct instant until)
{
	const char *end = until.ms != 0 ? id_least(op, prefix, until) : id_beyond(op, prefix);

	return last != NULL && strcmp(last, end) < 0 ? last : end;
}

const char *
stretch_from(struct op *op, const char *prefix, const char *from, struct instant since)
{
	return from != NULL ? from : id_least(op, prefix, since);
}

struct edge {
	const char *id;
};

static const struct shape edge_shape[] = {
	SHAPE(struct edge, id),
	SHAPE_END,
};

enum rc
stretch_edge(struct op *op, const char **out, const struct stmt *stmt, const struct bind *binds,
	     size_t n)
{
	struct edge edge = { NULL };
	enum rc rc = db_one(op, &edge, edge_shape, stmt, binds, n);

	if (rc == RC_OK)
		*out = edge.id;
	return rc == RC_MISSING ? RC_OK : rc;
}
