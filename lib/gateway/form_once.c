/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_once - forms that count once
 *
 * The number is claimed before the verb runs and given back when the verb refuses, so that the form
 * can be corrected and sent again. A process that dies in between leaves it claimed: then nothing
 * may have been made, and the person is told to look.
 */
#include "gateway/form_once.h"

#include "core/ids.h"
#include "store/once_store.h"

static const char noun[] = "once";

const char *
gateway_once_new(struct op *op)
{
	return id_new(op, noun);
}

enum rc
gateway_once_claim(struct op *op, const char *nonce)
{
	struct batch *batch = batch_new(op);

	if (!id_is(nonce, noun))
		return op_refuse(op, RC_INPUT, noun,
				 "This form is not one of ours. Load the page again.");
	once_store_forget(batch, (struct instant){ op->now.ms - DAY_MS });
	once_store_claim(batch, nonce, op->now);
	return db_commit(op, batch);
}

enum rc
gateway_once_release(struct op *op, const char *nonce)
{
	struct batch *batch = batch_new(op);

	once_store_release(batch, nonce);
	return db_commit(op, batch);
}
