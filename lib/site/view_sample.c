/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_sample - names for samples of code, so that they run after one paste
 *
 * A sample shows the beginning of a key only: enough to recognize it, of no use to anybody else.
 */
#include "site/view_sample.h"

#include "domain/instance.h"
#include "gateway/keys.h"
#include "gateway/manage_instances.h"

enum { KEYS_LOOKED_AT = 20 };

/* The newest key that may send for real, else the newest that may be used at all. */
static const struct api_key *
choose_key(const struct list *keys, struct instant now)
{
	const struct api_key *rows = keys->rows, *chosen = NULL;

	for (size_t i = 0; i < keys->n; i++) {
		bool usable = rows[i].revoked_at.ms == 0 &&
			      (rows[i].expires_at.ms == 0 || rows[i].expires_at.ms > now.ms);

		if (usable && text_equal(rows[i].environment, "production"))
			return &rows[i];
		if (usable && chosen == NULL)
			chosen = &rows[i];
	}
	return chosen;
}

static const struct instance *
choose_instance(const struct list *instances)
{
	const struct instance *rows = instances->rows;

	for (size_t i = 0; i < instances->n; i++)
		if (text_equal(rows[i].state, "open"))
			return &rows[i];
	return instances->n > 0 ? &rows[0] : NULL;
}

enum rc
sample_read(struct web *web, struct sample *out)
{
	struct op *op = web->op;
	struct list keys, instances;
	const struct api_key *key;
	const struct instance *instance;
	const char *next;

	*out = (struct sample){ .key = "YOUR_API_KEY", .instance = "demo-support-line" };
	if (site_session(web) == NULL)
		return RC_OK;
	TRY(gateway_list_keys(op, &keys, &next, (struct page_query){ NULL, KEYS_LOOKED_AT }));
	TRY(gateway_list_instances(op, &instances, &next, (struct page_query){ NULL, 0 }));
	key = choose_key(&keys, op->now);
	instance = choose_instance(&instances);
	if (key != NULL)
		out->key = out->key_hint = arena_printf(op->arena, "%s…", key->prefix);
	if (instance != NULL)
		out->instance = out->instance_slug = instance->slug;
	return RC_OK;
}
