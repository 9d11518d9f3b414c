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
#include "domain/fold.h"

#include <pthread.h>

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

static const char *
fold_entry(const char *text)
{
	struct arena *scratch = arena_new(0);
	const char *folded = arena_dup(folded_arena, fold_words(scratch, text, TEXT_MAX));

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
	folded = fold_words(arena, text, TEXT_MAX);
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
