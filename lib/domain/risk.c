/* SPDX-License-Identifier: Apache-2.0 */
/*
 * risk - how much a send looks like mail that nobody asked for
 *
 * Every part grows with its evidence and stops below what would have a message looked at: it takes
 * two kinds of evidence to be reviewed and strong ones to be refused. The numbers are the
 * product's own and stand in its documentation.
 */
#include "domain/risk.h"

#include "domain/fold.h"

#include <inttypes.h>
#include <pthread.h>

enum {
	SCORE_MAX = 100,
	TEXT_MAX = 16 << 10, /* bytes of a text that are looked at: 4,096 characters */
	SAME_TEXT_FIRST = 10,
	SAME_TEXT_FULL = 200, /* people from whom on the part is full */
	SHORTENER_SCORE = 35,
	BURST_FIRST = 10,
	BURST_FROM = 4,  /* times the mean */
	BURST_FULL = 16, /* times the mean */
	WORDS_NAMED = 4,
	BUCKETS = 256
};

/* From `first` at `from` up to the most a part can have at `full`. */
static int64_t
grown(int64_t n, int64_t from, int64_t full, int64_t first)
{
	if (n < from)
		return 0;
	if (n >= full)
		return RISK_PART_MAX;
	return first + (n - from) * (RISK_PART_MAX - first) / (full - from);
}

/* ---- one text, many new people ---- */

static void
judge_same_text(struct arena *arena, struct risk_part *out, const struct risk_facts *facts)
{
	out->score = grown(facts->same_text, RISK_SAME_TEXT_FROM, SAME_TEXT_FULL, SAME_TEXT_FIRST);
	if (out->score > 0)
		out->sentence = arena_printf(arena,
					     "The same text was the first message to %" PRId64
					     " people within 24 hours",
					     facts->same_text);
}

/* ---- links that hide where they lead ---- */

static void
judge_shortener(struct arena *arena, struct risk_part *out, const struct risk_facts *facts)
{
	const char *host = text_empty(facts->text) ? NULL : risk_shortener(facts->text);

	if (host == NULL)
		return;
	out->score = SHORTENER_SCORE;
	out->sentence = arena_printf(arena, "A link to %s hides where it leads", host);
}

/* ---- more new people than usual ---- */

static void
judge_burst(struct arena *arena, struct risk_part *out, const struct risk_facts *facts)
{
	int64_t mean = facts->new_week / RISK_MEAN_HOURS;

	if (facts->new_hour <= RISK_BURST_ABOVE)
		return;
	out->score =
		grown(facts->new_hour / (mean > 0 ? mean : 1), BURST_FROM, BURST_FULL, BURST_FIRST);
	if (out->score > 0)
		out->sentence = arena_printf(
			arena,
			"%" PRId64 " people were written to for the first time within an hour; the "
			"account's mean of the last 7 days is %" PRId64,
			facts->new_hour, mean);
}

/* ---- words of advertising ---- */

/* The table in folded form, by the first word of each entry; made once per process. */
struct entry {
	const char *folded; /* " limited time " */
	int next;           /* of the same bucket; -1: the last */
};

static struct {
	struct entry *entries;
	int buckets[BUCKETS];
} table;
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static const char number[] = " 0 ";

/* FNV-1a of the word behind the blank at p. */
static size_t
bucket_of(const char *p)
{
	uint32_t hash = 2166136261U;

	for (p++; *p != ' ' && *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	return hash % BUCKETS;
}

static void
make_table(void)
{
	struct arena *arena = arena_new(0);
	size_t n = 0;

	while (risk_marketing_words[n] != NULL)
		n++;
	table.entries = arena_array(arena, n, sizeof(*table.entries));
	for (size_t i = 0; i < BUCKETS; i++)
		table.buckets[i] = -1;
	for (size_t i = 0; i < n; i++) {
		const char *folded = fold_words(arena, risk_marketing_words[i], TEXT_MAX);
		size_t bucket = bucket_of(folded);

		table.entries[i] = (struct entry){ folded, table.buckets[bucket] };
		table.buckets[bucket] = (int)i;
	}
}

/* What follows the word behind the blank at p. */
static const char *
next_word(const char *p)
{
	return p + 1 + strcspn(p + 1, " ");
}

struct found {
	size_t n;
	int which[WORDS_NAMED]; /* the first of them */
};

static void
note(struct found *found, int entry)
{
	for (size_t i = 0; i < found->n && i < WORDS_NAMED; i++)
		if (found->which[i] == entry)
			return;
	if (found->n < WORDS_NAMED)
		found->which[found->n] = entry;
	found->n++;
}

/* The longest entry whose first word is `word` and whose others stand at `rest`, or `best` where
 * none is longer; *end is what follows it. */
static int
look_up(int best, const char **end, const char *word, const char *rest)
{
	for (int i = table.buckets[bucket_of(word)]; i >= 0; i = table.entries[i].next) {
		const char *entry = table.entries[i].folded, *others = next_word(entry);
		const char *after = rest + strlen(others) - 1;

		if (strncmp(word, entry, (size_t)(others - entry) + 1) != 0 ||
		    !text_starts(rest, others) || (best >= 0 && after <= *end))
			continue;
		best = i;
		*end = after;
	}
	return best;
}

/* A place in the text counts once: "flash sale" is not a sale beside it. */
static struct found
find_words(const char *folded)
{
	struct found found = { 0 };
	const char *end;

	for (const char *p = folded; p[1] != '\0'; p = end) {
		const char *rest = next_word(p);
		int best = look_up(-1, &end, p, rest);

		if (p + 1 + strspn(p + 1, "0123456789") == rest)
			best = look_up(best, &end, number, rest);
		if (best >= 0)
			note(&found, best);
		else
			end = rest;
	}
	return found;
}

static void
judge_words(struct arena *arena, struct risk_part *out, const struct risk_facts *facts)
{
	static const int64_t scores[] = { 0, 20, 35, RISK_PART_MAX };
	const char *names = "";
	struct found found;

	if (text_empty(facts->text) || text_equal(facts->purpose, "marketing"))
		return;
	pthread_once(&table_once, make_table);
	found = find_words(fold_words(arena, facts->text, TEXT_MAX));
	if (found.n == 0)
		return;
	out->score = scores[found.n < ARRAY_LEN(scores) ? found.n : ARRAY_LEN(scores) - 1];
	for (size_t i = 0; i < found.n && i < WORDS_NAMED; i++)
		names = arena_printf(arena, "%s%s\"%s\"", names, i == 0 ? "" : ", ",
				     risk_marketing_words[found.which[i]]);
	out->sentence = arena_printf(arena, "Words of advertising under the purpose %s: %s",
				     facts->purpose, names);
}

/* ---- all of it ---- */

static const struct {
	const char *word;
	void (*judge)(struct arena *arena, struct risk_part *out, const struct risk_facts *facts);
} kinds[RISK__MAX] = {
	[RISK_SAME_TEXT] = { "same_text", judge_same_text },
	[RISK_SHORTENER] = { "shortener", judge_shortener },
	[RISK_BURST] = { "burst", judge_burst },
	[RISK_MARKETING_WORDS] = { "marketing_words", judge_words },
};

void
risk_judge(struct arena *arena, struct risk *out, const struct risk_facts *facts)
{
	*out = (struct risk){ 0 };
	for (size_t i = 0; i < RISK__MAX; i++) {
		kinds[i].judge(arena, &out->parts[i], facts);
		expect(out->parts[i].score <= RISK_PART_MAX);
		out->score += out->parts[i].score;
	}
	if (out->score > SCORE_MAX)
		out->score = SCORE_MAX;
}

const char *
risk_word(enum risk_kind kind)
{
	return kinds[kind].word;
}

const char *
risk_parts_text(struct arena *arena, const struct risk *risk)
{
	struct json_out out;

	if (risk->score == 0)
		return NULL;
	json_out_init(&out, arena);
	json_out_open(&out, NULL);
	for (size_t i = 0; i < RISK__MAX; i++) {
		if (risk->parts[i].score == 0)
			continue;
		json_out_open(&out, kinds[i].word);
		json_out_int(&out, "score", risk->parts[i].score);
		json_out_text(&out, "reason", risk->parts[i].sentence);
		json_out_close(&out);
	}
	json_out_close(&out);
	return json_out_end(&out);
}

const char *
risk_action(int64_t score, int64_t review, int64_t block)
{
	if (score >= block)
		return "block";
	return score >= review ? "review" : "allow";
}
