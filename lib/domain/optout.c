/* SPDX-License-Identifier: Apache-2.0 */
/*
 * optout - whether a message asks not to be written to any more
 *
 * A message and the table's entries are brought into one folded form and compared word by word:
 * keywords with the whole message, phrases with any run of its words. Too eager a match silences
 * someone who wanted an answer; too shy a one writes to someone who said no. So "Stop by the shop
 * at 5" and "don't stop messaging me" must not match, and "please STOP!!" must.
 */
#include "domain/optout.h"

#include <pthread.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { TEXT_MAX = 4096 };

/* Said right before or after a phrase, these turn it round or make it a matter of time. */
static const char *const reversed_before[] = {
	" dont ",   " not ",     " never ",    " didnt ",  " doesnt ", " wont ",
	" if you ", " did you ", " have you ", " has he ", " they ",
};
static const char *const reversed_after[] = { " until ", " till ", " before ", " after ", " by " };

/* The tables in folded form, made once per process. */
static struct arena *folded_arena;
static const char **folded_entries, **folded_courtesies;
static pthread_once_t folded_once = PTHREAD_ONCE_INIT;

/* Letters that are one for a reader, although Unicode keeps them apart. */
static ucs4_t
plain_letter(ucs4_t c)
{
	static const struct {
		ucs4_t letter, plain;
	} letters[] = {
		{ 0x0131, 'i' },    /* Turkish dotless i */
		{ 0x0671, 0x0627 }, /* Arabic alef wasla */
		{ 0x0649, 0x064A }, /* alef maksura: yeh */
		{ 0x06CC, 0x064A }, /* Farsi yeh */
		{ 0x0629, 0x0647 }, /* teh marbuta: heh */
		{ 0x06C1, 0x0647 }, /* heh goal */
		{ 0x06BE, 0x0647 }, /* heh doachashmee */
		{ 0x06A9, 0x0643 }, /* keheh: kaf */
	};

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (letters[i].letter == c)
			return letters[i].plain;
	return c;
}

/* What vanishes without parting a word: invisible characters, the marks over Latin, Greek,
 * Cyrillic and Arabic letters, tatweel, apostrophes. The vowel signs of Indic scripts stay. */
static bool
vanishes(ucs4_t c)
{
	static const struct {
		ucs4_t first, last;
	} ranges[] = {
		{ '\'', '\'' },     { 0x02BC, 0x02BC }, { 0x0300, 0x036F }, { 0x0610, 0x061A },
		{ 0x0640, 0x0640 }, { 0x064B, 0x065F }, { 0x0670, 0x0670 }, { 0x2018, 0x2019 },
	};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return uc_is_property_default_ignorable_code_point(c) ||
	       uc_is_general_category(c, UC_FORMAT);
}

static bool
is_wordly(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N |
							   UC_CATEGORY_MASK_Mn |
							   UC_CATEGORY_MASK_Mc);
}

/* Compatibility form, case folded, taken apart into letters and marks. The results belong to
 * libunistring's allocator and end with the arena. */
static const uint8_t *
fold_case(struct arena *arena, const char *text, size_t *n)
{
	uint8_t *plain, *folded;
	size_t length = strnlen(text, TEXT_MAX);

	while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	plain = u8_normalize(UNINORM_NFKC, (const uint8_t *)text, length, NULL, &length);
	if (plain == NULL)
		fatal("no memory to normalize a text");
	arena_defer(arena, free, plain);
	folded = u8_casefold(plain, length, NULL, UNINORM_NFKD, NULL, n);
	if (folded == NULL)
		fatal("no memory to fold a text");
	arena_defer(arena, free, folded);
	return folded;
}

const char *
optout_fold(struct arena *arena, const char *text)
{
	size_t n, out = 0;
	const uint8_t *folded = fold_case(arena, text, &n);
	char *words = arena_alloc(arena, 2 * n + 3);

	words[out++] = ' ';
	for (size_t i = 0; i < n;) {
		ucs4_t c;

		i += (size_t)u8_mbtouc(&c, folded + i, n - i);
		if (vanishes(c))
			continue;
		if (is_wordly(c))
			out += (size_t)u8_uctomb((uint8_t *)words + out, plain_letter(c), 6);
		else if (words[out - 1] != ' ')
			words[out++] = ' ';
	}
	if (words[out - 1] != ' ')
		words[out++] = ' ';
	words[out] = '\0';
	return words;
}

static const char *
fold_entry(const char *text)
{
	struct arena *scratch = arena_new(0);
	const char *folded = arena_dup(folded_arena, optout_fold(scratch, text));

	arena_free(scratch);
	return folded;
}

static void
fold_tables(void)
{
	size_t n = 0;

	folded_arena = arena_new(0);
	folded_entries = arena_array(folded_arena, optout_entry_count, sizeof(*folded_entries));
	for (size_t i = 0; i < optout_entry_count; i++)
		folded_entries[i] = fold_entry(optout_entries[i].text);
	while (optout_courtesies[n] != NULL)
		n++;
	folded_courtesies = arena_array(folded_arena, n + 1, sizeof(*folded_courtesies));
	for (size_t i = 0; i < n; i++)
		folded_courtesies[i] = fold_entry(optout_courtesies[i]);
}

/* Does the folded text at p begin with the folded words? Both begin and end with a blank, so that
 * a match covers whole words. */
static bool
begins(const char *p, const char *words)
{
	return strncmp(p, words, strlen(words)) == 0;
}

/* Steps over courtesies; stays on the blank before the next word. */
static const char *
skip_courtesies(const char *p)
{
	for (size_t i = 0; folded_courtesies[i] != NULL;)
		if (begins(p, folded_courtesies[i])) {
			p += strlen(folded_courtesies[i]) - 1;
			i = 0;
		} else {
			i++;
		}
	return p;
}

/* From its first word that is no courtesy, the message is the keyword, said once or several times,
 * and courtesies. */
static bool
is_keyword(const char *p, const char *word)
{
	if (!begins(p, word))
		return false;
	while (begins(p, word))
		p = skip_courtesies(p + strlen(word) - 1);
	return p[1] == '\0';
}

static bool
is_reversed(const char *folded, const char *at, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(reversed_before); i++) {
		size_t before = strlen(reversed_before[i]) - 1;

		if ((size_t)(at - folded) >= before && begins(at - before, reversed_before[i]))
			return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(reversed_after); i++)
		if (begins(at + n - 1, reversed_after[i]))
			return true;
	return false;
}

static bool
has_phrase(const char *folded, const char *phrase)
{
	for (const char *p = folded; (p = strstr(p, phrase)) != NULL; p++)
		if (!is_reversed(folded, p, strlen(phrase)))
			return true;
	return false;
}

struct optout
optout_match(struct arena *arena, const char *text)
{
	const char *folded, *first;

	if (text_empty(text))
		return (struct optout){ OPTOUT_NONE, NULL };
	pthread_once(&folded_once, fold_tables);
	folded = optout_fold(arena, text);
	first = skip_courtesies(folded);
	for (size_t i = 0; i < optout_entry_count; i++) {
		const struct optout_entry *entry = &optout_entries[i];
		bool found = entry->rule == OPTOUT_WORD ? is_keyword(first, folded_entries[i])
							: has_phrase(folded, folded_entries[i]);

		if (found)
			return (struct optout){ entry->kind, entry };
	}
	return (struct optout){ OPTOUT_NONE, NULL };
}
