/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOMAIN_TEMPLATE_SLOTS_H
#define DOMAIN_TEMPLATE_SLOTS_H

#include "core/json.h"
#include "domain/wa_template.h"

enum { TEMPLATE_SLOTS_MAX = 16 };

/* A value that a template asks for: {{1}}, or {{first_name}} of one with named ones. */
struct template_slot {
	const char *name;
	bool in_header;
};

/* What somebody who fills a template in by hand has to know. obstacle: why it cannot be filled in
 * with texts alone, or NULL. */
struct template_slots {
	const char *header, *body, *footer, *obstacle;
	struct template_slot rows[TEMPLATE_SLOTS_MAX];
	size_t n;
};
void template_slots_read(struct op *op, struct template_slots *out, const struct wa_template *t);

/* Meta's template object with these values, one for each slot in their order. */
json_t *template_slots_fill(struct op *op, const struct wa_template *t,
			    const struct template_slots *slots, const char *const *values);

#endif
