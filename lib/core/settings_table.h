/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SETTINGS_TABLE_H
#define CORE_SETTINGS_TABLE_H

#include "core/settings.h"

/* For settings.c alone: settings.def as a table, and what one value must be. */

enum setting_kind { SETTING_IS_TEXT, SETTING_IS_INT, SETTING_IS_BOOL, SETTING_IS_WORD };

enum {
	SETTING_SECRET = 1, /* shown as *** */
	SETTING_PATH = 2    /* relative to the folder of the file */
};

struct setting {
	enum setting_kind kind;
	unsigned flags;
	const char *section, *key;
	const char *absent;
	size_t offset;     /* in struct settings */
	int64_t min, max;  /* of an INT */
	const char *words; /* of a WORD, separated by blanks */
	const char *sentence;
};

extern const struct setting setting_table[];
extern const size_t setting_count;

/* The setting of that name, or NULL. */
const struct setting *setting_find(const char *section, const char *key);
bool setting_section_exists(const char *section);

/* What somebody who wrote an unknown name probably meant, as the end of a sentence
 * ("; did you mean \"port\"?"), or "". */
const char *setting_hint_section(struct arena *arena, const char *section);
const char *setting_hint_key(struct arena *arena, const char *section, const char *key);

/* Put the value of a text into its member of *values. NULL when that is done, else what the
 * value must be, with *values untouched. text must live as long as *values. */
const char *setting_store(struct arena *arena, const struct setting *s, const char *text,
			  struct settings *values);

#endif
