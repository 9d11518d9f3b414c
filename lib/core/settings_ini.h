/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SETTINGS_INI_H
#define CORE_SETTINGS_INI_H

#include "core/text.h"

/* For settings.c alone: the lines of an INI text, without knowing any name. */

/* What is told about each line that says something; see gets its arg back. */
struct ini_reader {
	void (*section)(void *arg, size_t line, const char *name);
	void (*value)(void *arg, size_t line, const char *key, const char *value);
	void (*broken)(void *arg, size_t line, const char *sentence);
	void *arg;
};

/* Lines are "[section]", "key = value", blank, or a comment whose first character is '#' or
 * ';'. A value goes to the end of its line, so that secrets may hold any character. A byte
 * order mark and carriage returns are tolerated. Texts live in the arena. */
void ini_read(struct arena *arena, struct bytes text, const struct ini_reader *reader);

#endif
