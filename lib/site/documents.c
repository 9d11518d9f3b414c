/* SPDX-License-Identifier: Apache-2.0 */
/*
 * documents - files of docs/ that are part of the program
 *
 * Put in when it is built, so that what is documented and what runs are of one version.
 */
#include "site/documents.h"

static const struct {
	const char *name, *text;
} documents[] = {
#include "documents.inc"
};

const char *
document(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(documents); i++)
		if (text_equal(documents[i].name, name))
			return documents[i].text;
	bug("there is no document %s", name);
}
