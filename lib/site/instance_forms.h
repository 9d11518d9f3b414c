/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_INSTANCE_FORMS_H
#define SITE_INSTANCE_FORMS_H

#include "web/form.h"

/* What the buttons of an instance's page do; the instance is the route's :id. */

/* Ask the provider how the number is. */
MUST_CHECK enum rc check_instance(struct web *web);

/* What the form of the settings tab sends. */
extern const struct form settings_form;
MUST_CHECK enum rc save_settings(struct web *web);

#endif
