/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_ONCE_H
#define SITE_ONCE_H

#include "site/site.h"

/*
 * A POST that makes something, from a form with the hidden field "once" ({{once}} of the frame):
 * `make` runs for the first one. The same form again is shown the first one's answer, where this
 * process still has it, or told with 409 that it counts once. A form without the field is taken as
 * often as it comes.
 */
MUST_CHECK enum rc site_once(struct web *web, web_handler *make);

#endif
