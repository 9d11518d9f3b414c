/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold - the form in which what people write is compared
 *
 * Whoever looks for words in a text looks for them in this form, on both sides: spellings that a
 * reader takes for the same word are the same bytes, and words are found by the blanks around
 * them. Every send is folded, so plain ASCII, which most texts are, takes a short way.
 */
#include "domain/fold.h"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

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
fold_case(struct arena *arena, const char *text, size_t length, size_t *n)
{
	uint8_t *plain, *folded;

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

static const char *
fold_unicode(struct arena *arena, const char *text, size_t length)
{
	size_t n, out = 0;
	const uint8_t *folded = fold_case(arena, text, length, &n);
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

/* A letter or digit of a word, or a blank. */
static char
plain_ascii(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : ' ';
}

/* What the above makes of it, without asking for each letter what it is. */
static const char *
fold_ascii(struct arena *arena, const char *text, size_t length)
{
	char *words = arena_alloc(arena, length + 3);
	size_t out = 0;

	words[out++] = ' ';
	for (size_t i = 0; i < length; i++) {
		char c = plain_ascii(text[i]);

		if (c != ' ' || (text[i] != '\'' && words[out - 1] != ' '))
			words[out++] = c;
	}
	if (words[out - 1] != ' ')
		words[out++] = ' ';
	words[out] = '\0';
	return words;
}

const char *
fold_words(struct arena *arena, const char *text, size_t max)
{
	size_t length = strnlen(text, max);

	while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] >= 0x80)
			return fold_unicode(arena, text, length);
	return fold_ascii(arena, text, length);
}
