/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_instances - the list of instances, for people and for programs, and the form of a new one
 *
 * A key that is bound to an instance sees that one alone.
 */
#include "site/view_instances.h"

#include "gateway/manage_instances.h"

const struct field instance_fields[] = {
	FIELD(struct instance_input, name, NEEDED, 1, 60, NULL),
	FIELD(struct instance_input, provider, OPTIONAL, 0, 20, NULL),
	FIELDS_END,
};

const struct field switch_fields[] = {
	FIELD(struct switch_input, what, NEEDED, 1, 20, NULL),
	FIELDS_END,
};

const struct shape instances_page_shape[] = {
	SHAPE_ROWS(struct instances_page, instances, struct instance_view, instance_view_shape),
	SHAPE_SUB(struct instances_page, pager, pager_shape),
	SHAPE(struct instances_page, has_instances),
	SHAPE_END,
};

const struct shape instance_new_page_shape[] = {
	SHAPE(struct instance_new_page, title),
	SHAPE_SUB(struct instance_new_page, name, field_view_shape),
	SHAPE_OPTIONS(struct instance_new_page, providers),
	SHAPE_END,
};

static const struct option_view providers[] = {
	{ .value = "cloud", .label = "WhatsApp Cloud API" },
};

static const struct page instances_page = INSTANCES_PAGE;
static const struct page instance_new_page = INSTANCE_NEW_PAGE;

enum rc
show_instances(struct web *web)
{
	struct instances_page page = { 0 };
	struct page_query query;
	struct list instances;
	const char *next;

	TRY(site_page_query(web, &query, NULL));
	TRY(gateway_list_instances(web->op, &instances, &next, query));
	page.instances = view_instances(web, &instances);
	page.has_instances = instances.n > 0;
	page.pager = view_pager(web, instances.n, "instance", "instances", next);
	return web_page(web, 200, &instances_page, &page);
}

enum rc
show_instance_new(struct web *web)
{
	const struct instance_input *input = web->input;
	struct instance_new_page page = {
		.title = "New instance",
		.name = view_field(web, "name", input != NULL ? input->name : NULL),
		.providers =
			VIEW_OPTIONS(web->op, providers, input != NULL ? input->provider : NULL),
	};

	return web_page(web, 200, &instance_new_page, &page);
}

enum rc
list_instances(struct web *web)
{
	struct op *op = web->op;
	const struct api_key *key = site_key(web);
	struct instance *bound = arena_alloc(op->arena, sizeof(*bound));
	struct page_query query;
	struct list instances = { 1, bound };
	const char *next = NULL;

	TRY(site_page_query(web, &query, "inst"));
	if (key->instance_id != NULL)
		TRY(gateway_find_instance(op, bound, key->instance_id));
	else
		TRY(gateway_list_instances(op, &instances, &next, query));
	return site_list(web, instance_shape, sizeof(struct instance), &instances, next);
}
