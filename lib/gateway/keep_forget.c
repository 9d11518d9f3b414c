/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_forget - letting files go whose days are over
 *
 * A content goes with the last row that needs it: first the file, then the rows, so that whoever
 * dies in between leaves rows that are found again and no file that nobody knows. Portions are
 * small, so that the rest of the worker's work goes on in between.
 */
#include "core/settings.h"
#include "gateway/keep_folder.h"
#include "gateway/keep_inside.h"
#include "store/inbound_media_store.h"

enum { PORTION = 500 };

/* Rows that were told to go at once have their retention begin at 1. */
static struct instant
oldest_kept(const struct op *op)
{
	int64_t days = settings()->retention_media_days;
	int64_t until = op->now.ms - days * DAY_MS;

	return (struct instant){ days == 0 || until < 1 ? 1 : until };
}

static enum rc
let_go(struct op *op, const struct inbound_media *row, struct instant until)
{
	bool needed = true;

	if (row->hash == NULL || keep_is_coming(row->hash))
		return RC_OK;
	TRY(inbound_media_store_needs(op, &needed, row->hash, until));
	return needed ? RC_OK : keep_folder_remove(op, row->hash);
}

enum rc
gateway_forget_media(struct op *op, int64_t *n)
{
	struct instant until = oldest_kept(op);
	struct batch *batch = batch_new(op);
	const struct inbound_media *rows;
	struct list aged;

	TRY(inbound_media_store_aged(op, &aged, until, PORTION));
	rows = aged.rows;
	for (size_t i = 0; i < aged.n; i++) {
		TRY(let_go(op, &rows[i], until));
		inbound_media_store_forget(batch, rows[i].id);
	}
	*n = (int64_t)aged.n;
	return aged.n == 0 ? RC_OK : db_commit(op, batch);
}
