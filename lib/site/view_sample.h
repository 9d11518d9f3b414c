/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_VIEW_SAMPLE_H
#define SITE_VIEW_SAMPLE_H

#include "site/view.h"

/* What samples of code say: the reader's own instance and the beginning of the reader's own key,
 * or placeholders. */
struct sample {
	const char *key_hint;      /* "pk_wg_AbCd…"; NULL: there is no key yet */
	const char *key;           /* key_hint or a placeholder */
	const char *instance_slug; /* NULL: there is no instance yet */
	const char *instance;      /* instance_slug or a placeholder */
};
/* Works without a session, too. */
MUST_CHECK enum rc sample_read(struct web *web, struct sample *out);

#endif
