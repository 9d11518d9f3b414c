/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_FORM_IN_H
#define WEB_FORM_IN_H

#include "web/exchange.h"

/* Inside of forms: what came, whatever the wire format, and where it goes. */

/* Record a message at a field; beyond the 16 that struct web holds they are dropped. */
void form_complain(struct web *web, const char *name, const char *message);

/* Put a value into the form's struct, checked by the field's rules. Texts are put even when
 * they fail, so that a page can show them again. */
void form_put_text(struct web *web, const struct field *field, const char *value);
void form_put_int(struct web *web, const struct field *field, int64_t value);
void form_put_bool(struct web *web, const struct field *field, bool value);
void form_put_texts(struct web *web, const struct field *field, struct texts values);

/* Fill web->input from decoded pairs (form.c) or a JSON object (form_json.c). */
void form_read_pairs(struct web *web, const struct form *form, const struct web_header *pairs,
		     size_t count);
MUST_CHECK enum rc form_read_json(struct web *web, const struct form *form);

#endif
