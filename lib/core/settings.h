/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include "core/op.h"

/*
 * One INI file, each key declared once in core/settings.def, each overridable by
 * WAGATE_<SECTION>_<KEY> in the environment (set but empty: the empty value). Read once
 * per process, never changed afterwards.
 */
struct settings {
#define SETTING_TEXT(section, key, absent, flags, sentence) const char *section##_##key;
#define SETTING_INT(section, key, absent, min, max, flags, sentence) int64_t section##_##key;
#define SETTING_BOOL(section, key, absent, flags, sentence) bool section##_##key;
#define SETTING_WORD(section, key, absent, words, flags, sentence) const char *section##_##key;
#include "core/settings.def"
#undef SETTING_TEXT
#undef SETTING_INT
#undef SETTING_BOOL
#undef SETTING_WORD
	const char *file; /* where they were read; "" when there is none */
};

/* In force in this process. Valid after settings_load said RC_OK. */
const struct settings *settings(void);

/*
 * Read path (NULL: $WAGATE_CONFIG; neither, or "": defaults and environment only). Every
 * problem is one line of *problems, "FILE:LINE: what is wrong and what to do" or
 * "WAGATE_SECTION_KEY: ..."; "" when there is none; RC_INPUT when there is one. Relative
 * paths in values are relative to the file's folder and come out absolute; an empty one
 * stays empty. Before threads start: it ends what the reading before it gave out.
 */
MUST_CHECK enum rc settings_load(const char *path, const char **problems);

/* For `wagate config show|check` and docs/SETTINGS.md: walk all settings. Secret values
 * are "***" (or "" when empty). Before settings_load: the defaults as declared. */
struct setting_info {
	const char *section, *key, *value, *absent, *sentence,
		*origin; /* default, file, environment */
	bool secret;
};
void settings_walk(void (*see)(void *arg, const struct setting_info *info), void *arg);

#endif
