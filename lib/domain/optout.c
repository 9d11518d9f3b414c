/* SPDX-License-Identifier: Apache-2.0 */
/*
 * optout - whether a message asks not to be written to any more
 *
 * A message and the table's entries are brought into one folded form and compared word by word:
 * keywords with the whole message, phrases with any run of its words. Too eager a match silences
 * someone who wanted an answer; too shy a one writes to someone who said no. So "Stop by the shop
 * at 5" and "don't stop messaging me" must not match, and "please STOP!!" must. What an account
 * has added counts first; what it has switched off does not count.
 */
#include "domain/optout.h"
#include "domain/fold.h"

#include <pthread.h>

enum { TEXT_MAX = 4096, SPELLED_LEAST = 4 };

/* Said right before or after a phrase, these turn it round or make it a matter of time. */
static const char *const reversed_before[] = {
	" dont ",        " not ",     " never ",    " didnt ",     " doesnt ",     " wont ",
	" if you ",      " did you ", " have you ", " has he ",    " they ",       " cant ",
	" cannot ",      " nicht ",   " wenn sie ", " no quiero ", " nao quero ",  " non voglio ",
	" ne veux pas ", " не ",      " не хочу ",  " bekomme ",   " erhalte ",    " bekomme ich ",
	" erhalte ich ", " ontvang ", " krijg ",    " krijg ik ",  " ontvang ik ", " sudah ",
};
static const char *const reversed_after[] = {
	" until ", " till ",  " before ",  " after ", " by ",
	" bis ",   " hasta ", " etmeyin ", " etme ",
};

/* The tables in folded form, made once per process. */
static struct arena *folded_arena;
static const char **folded_entries, **folded_courtesies;
static pthread_once_t folded_once = PTHREAD_ONCE_INIT;

const struct shape keyword_shape[] = {
	SHAPE(struct keyword, language),
	SHAPE(struct keyword, kind),
	SHAPE(struct keyword, rule),
	SHAPE(struct keyword, text),
	SHAPE_HIDDEN(struct keyword, folded),
	SHAPE(struct keyword, off),
	SHAPE(struct keyword, created_by),
	SHAPE(struct keyword, created_at),
	SHAPE_END,
};

const char *
optout_rule_text(enum optout_rule rule)
{
	static const char *const texts[] = { "word", "phrase", "ending" };

	return texts[rule];
}

const char *
optout_kind_text(enum optout_kind kind)
{
	static const char *const texts[] = { "none", "stop", "start", "possible" };

	return texts[kind];
}

/* ---- folded forms ------------------------------------------------------------------------ */

/* Letters one by one, as in "S T O P" or "s.t.o.p", are one word. */
static const char *
join_letters(struct arena *arena, const char *folded)
{
	size_t letters = 0, out = 1;
	char *joined;

	for (const char *p = folded; *p != '\0'; p++) {
		if (*p == ' ')
			continue;
		if (p[-1] != ' ' && ((unsigned char)*p & 0xC0) != 0x80)
			return folded;
		letters += p[-1] == ' ';
	}
	if (letters < SPELLED_LEAST)
		return folded;
	joined = arena_dup(arena, folded);
	for (const char *p = folded; *p != '\0'; p++)
		if (*p != ' ')
			joined[out++] = *p;
	joined[out++] = ' ';
	joined[out] = '\0';
	return joined;
}

const char *
optout_fold(struct arena *arena, const char *text)
{
	return join_letters(arena, fold_words(arena, text, TEXT_MAX));
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

const struct optout_entry *
optout_builtin(const char *folded, const char *language)
{
	pthread_once(&folded_once, fold_tables);
	for (size_t i = 0; i < optout_entry_count; i++)
		if (text_equal(folded_entries[i], folded) &&
		    (language == NULL || text_equal(optout_entries[i].language, language)))
			return &optout_entries[i];
	return NULL;
}

/* ---- rules ------------------------------------------------------------------------------- */

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

bool
optout_is_reversed(const char *folded, const char *at, size_t n)
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
has_phrase(const char *folded, const char *phrase, bool at_end)
{
	size_t n = strlen(phrase);

	for (const char *p = folded; (p = strstr(p, phrase)) != NULL; p++) {
		if (at_end && skip_courtesies(p + n - 1)[1] != '\0')
			continue;
		if (!optout_is_reversed(folded, p, n))
			return true;
	}
	return false;
}

/* A message in hand. */
struct judged {
	const char *folded;
	const char *first; /* its first word that is no courtesy */
	const struct optout_rules *rules;
};

static bool
fits(const struct judged *j, enum optout_rule rule, const char *folded)
{
	if (rule == OPTOUT_WORD)
		return is_keyword(j->first, folded);
	return has_phrase(j->folded, folded, rule == OPTOUT_ENDING);
}

/* ---- an account's own list, and the built-in one ------------------------------------------ */

static struct optout
match_own(struct arena *arena, const struct judged *j, enum optout_kind kind)
{
	const struct keyword *own = j->rules->own.rows;

	for (size_t i = 0; i < j->rules->own.n; i++) {
		enum optout_rule rule =
			text_equal(own[i].rule, "phrase") ? OPTOUT_PHRASE : OPTOUT_WORD;
		struct optout_entry *entry;

		if (own[i].off || !text_equal(own[i].kind, optout_kind_text(kind)) ||
		    !fits(j, rule, own[i].folded))
			continue;
		entry = arena_alloc(arena, sizeof(*entry));
		*entry = (struct optout_entry){ own[i].language, kind, rule, own[i].text, false };
		return (struct optout){ kind, entry };
	}
	return (struct optout){ OPTOUT_NONE, NULL };
}

static bool
is_off(const struct judged *j, size_t index)
{
	const struct keyword *own = j->rules->own.rows;
	const struct optout_entry *entry = &optout_entries[index];

	if (j->rules->pressed && entry->answer)
		return true;
	for (size_t i = 0; i < j->rules->own.n; i++)
		if (own[i].off && text_equal(own[i].language, entry->language) &&
		    text_equal(own[i].folded, folded_entries[index]))
			return true;
	return false;
}

static struct optout
match_builtin(const struct judged *j)
{
	for (size_t i = 0; i < optout_entry_count; i++) {
		const struct optout_entry *entry = &optout_entries[i];

		if (fits(j, entry->rule, folded_entries[i]) && !is_off(j, i))
			return (struct optout){ entry->kind, entry };
	}
	return (struct optout){ OPTOUT_NONE, NULL };
}

struct optout
optout_match(struct arena *arena, const char *text, const struct optout_rules *rules)
{
	static const struct optout_rules plain = { { 0, NULL }, false };
	struct judged j = { .rules = rules == NULL ? &plain : rules };
	struct optout found = { OPTOUT_NONE, NULL };

	if (text_empty(text))
		return found;
	pthread_once(&folded_once, fold_tables);
	j.folded = optout_fold(arena, text);
	j.first = skip_courtesies(j.folded);
	found = match_own(arena, &j, OPTOUT_STOP);
	if (found.kind == OPTOUT_NONE)
		found = match_builtin(&j);
	if (found.kind == OPTOUT_NONE)
		found = match_own(arena, &j, OPTOUT_START);
	if (found.kind == OPTOUT_NONE && !j.rules->pressed)
		found = optout_hint(arena, text);
	return found;
}
