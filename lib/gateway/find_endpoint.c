/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_endpoint - customers' webhook destinations, looked up
 *
 * Apart from what makes and changes them: those judge addresses, and whoever only shows endpoints
 * does without net/ and its memory.
 */
#include "gateway/endpoints.h"
#include "gateway/manage_instances.h"
#include "store/endpoint_store.h"
#include "store/instance_store.h"

enum rc
gateway_find_endpoint(struct op *op, struct endpoint *out, const char *id)
{
	enum rc rc = endpoint_store_get(op, out, id);

	if (rc == RC_MISSING)
		return op_refuse(op, rc, "endpoint", "There is no endpoint \"%s\" in this account",
				 id);
	return rc;
}

enum rc
gateway_endpoint_instances(struct op *op, struct list *out, const struct endpoint *endpoint)
{
	return instance_store_of_endpoint(op, out, endpoint->id);
}

enum rc
gateway_endpoint_instance(struct op *op, struct instance *out, const struct endpoint *endpoint)
{
	struct list found;

	if (endpoint->all_instances)
		TRY(instance_store_list(op, &found, NULL, 1));
	else
		TRY(instance_store_of_endpoint(op, &found, endpoint->id));
	if (found.n == 0)
		return op_refuse(op, RC_CONFLICT, "endpoint",
				 "There is no instance whose events go to this endpoint");
	*out = *(const struct instance *)found.rows;
	return RC_OK;
}

enum rc
gateway_list_endpoints(struct op *op, struct list *out, const char *instance)
{
	struct instance found = { 0 };

	if (!text_empty(instance))
		TRY(gateway_find_instance(op, &found, instance));
	return endpoint_store_list(op, out, found.id);
}

enum rc
gateway_endpoint_attempts(struct op *op, int64_t *taken, int64_t *refused, const char *id)
{
	struct endpoint_attempts counted = { 0 };

	TRY(endpoint_store_attempts(op, &counted, id));
	*taken = counted.taken;
	*refused = counted.refused;
	return RC_OK;
}
