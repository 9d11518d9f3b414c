/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider - the drivers of this build, by name
 *
 * An instance names its provider in its row; everything above asks here and stays ignorant of
 * who carries the message.
 */
#include "provider/provider.h"

static const struct provider *const providers[] = { &cloud_provider };

const struct provider *
provider_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(providers); i++)
		if (text_equal(providers[i]->name, name))
			return providers[i];
	return NULL;
}
