/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings as data: names, kinds, bounds, and how a text becomes a value.
 *
 * The table is made of settings.def and of nothing else; there is no code for any single
 * setting. Names are ASCII and at most NAME_MAX_LEN long; hints are for typing errors and
 * keep quiet when nothing is near.
 */
#include "core/settings_table.h"

#define NAME_MAX_LEN 40
#define NEAR 2 /* edits between a wrong name and the one that is suggested */

#define MEMBER(section, key) offsetof(struct settings, section##_##key)
#define ROW(kind, section, key, absent, min, max, words, flags, sentence) \
	{ kind, flags, #section, #key, absent, MEMBER(section, key), min, max, words, sentence },
#define SETTING_TEXT(section, key, absent, flags, sentence) \
	ROW(SETTING_IS_TEXT, section, key, absent, 0, 0, "", flags, sentence)
#define SETTING_INT(section, key, absent, min, max, flags, sentence) \
	ROW(SETTING_IS_INT, section, key, #absent, min, max, "", flags, sentence)
#define SETTING_BOOL(section, key, absent, flags, sentence) \
	ROW(SETTING_IS_BOOL, section, key, #absent, 0, 0, "", flags, sentence)
#define SETTING_WORD(section, key, absent, words, flags, sentence) \
	ROW(SETTING_IS_WORD, section, key, absent, 0, 0, words, flags, sentence)

const struct setting setting_table[] = {
#include "core/settings.def"
};
const size_t setting_count = ARRAY_LEN(setting_table);

const struct setting *
setting_find(const char *section, const char *key)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *s = &setting_table[i];

		if (text_equal(s->section, section) && text_equal(s->key, key))
			return s;
	}
	return NULL;
}

bool
setting_section_exists(const char *section)
{
	for (size_t i = 0; i < setting_count; i++) {
		if (text_equal(setting_table[i].section, section))
			return true;
	}
	return false;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance; names that are too long are far from everything. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LEN + 1];
	size_t n = strlen(b);

	if (strlen(a) > NAME_MAX_LEN || n > NAME_MAX_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = least(change, row[j + 1] + 1, row[j] + 1);
		}
	}
	return row[n];
}

/* Keep the nearer of two names; a short name is not the near miss of another short one. */
static void
nearer(const char *wrong, const char *name, const char **best, size_t *best_distance)
{
	size_t d = distance(wrong, name);

	if (d < *best_distance && d < strlen(name)) {
		*best = name;
		*best_distance = d;
	}
}

static const char *
hint(struct arena *arena, const char *best)
{
	return best ? arena_printf(arena, "; did you mean \"%s\"?", best) : "";
}

const char *
setting_hint_section(struct arena *arena, const char *section)
{
	const char *best = NULL;
	size_t best_distance = NEAR + 1;

	for (size_t i = 0; i < setting_count; i++)
		nearer(section, setting_table[i].section, &best, &best_distance);
	return hint(arena, best);
}

const char *
setting_hint_key(struct arena *arena, const char *section, const char *key)
{
	const char *best = NULL;
	size_t best_distance = NEAR + 1;

	for (size_t i = 0; i < setting_count; i++) {
		if (text_equal(setting_table[i].section, section))
			nearer(key, setting_table[i].key, &best, &best_distance);
	}
	for (size_t i = 0; i < setting_count && !best; i++) {
		if (text_equal(setting_table[i].key, key))
			return arena_printf(arena, "; there is one in [%s]",
					    setting_table[i].section);
	}
	return hint(arena, best);
}

static bool
read_bool(const char *text, bool *out)
{
	static const char *const words[][2] = {
		{ "false", "true" },
		{ "no", "yes" },
		{ "off", "on" },
		{ "0", "1" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		for (int value = 0; value < 2; value++) {
			if (text_equal(text, words[i][value])) {
				*out = value == 1;
				return true;
			}
		}
	}
	return false;
}

static bool
is_one_of(const char *text, const char *words)
{
	size_t n = strlen(text);

	for (const char *p = words; *p && n > 0;) {
		size_t length = strcspn(p, " ");

		if (length == n && memcmp(p, text, n) == 0)
			return true;
		p += length + strspn(p + length, " ");
	}
	return false;
}

const char *
setting_store(struct arena *arena, const struct setting *s, const char *text,
	      struct settings *values)
{
	void *member = (char *)values + s->offset;

	switch (s->kind) {
	case SETTING_IS_INT:
		if (!text_int(text, s->min, s->max, member))
			return arena_printf(arena, "must be a number from %lld to %lld",
					    (long long)s->min, (long long)s->max);
		return NULL;
	case SETTING_IS_BOOL:
		return read_bool(text, member) ? NULL : "must be true or false";
	case SETTING_IS_WORD:
		if (!is_one_of(text, s->words))
			return arena_printf(arena, "must be one of: %s", s->words);
		break;
	case SETTING_IS_TEXT:
		break;
	}
	*(const char **)member = text;
	return NULL;
}
