/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident - what was the matter, and how often people are told of it
 *
 * An incident is told once when it begins, once more if it gets worse, and once when it is over.
 * The letter that tells waits in the outbox, where it is tried until somebody takes it.
 */
#include "domain/incident.h"

#define CALM_MS (10 * MINUTE_MS)
#define GIVE_UP_MS (3 * DAY_MS)
#define PAUSE_MAX_MS (4 * HOUR_MS)
enum { DOUBLINGS_MAX = 5 };

const struct shape incident_shape[] = {
	SHAPE(struct incident, id),
	SHAPE(struct incident, account_id),
	SHAPE(struct incident, kind),
	SHAPE(struct incident, subject),
	SHAPE(struct incident, name),
	SHAPE(struct incident, state),
	SHAPE(struct incident, text),
	SHAPE(struct incident, outcome),
	SHAPE(struct incident, level),
	SHAPE(struct incident, told),
	SHAPE(struct incident, returns),
	SHAPE(struct incident, since),
	SHAPE(struct incident, opened_at),
	SHAPE(struct incident, ended_at),
	SHAPE_END,
};

const struct shape mail_shape[] = {
	SHAPE(struct mail, id),
	SHAPE(struct mail, account_id),
	SHAPE(struct mail, incident_id),
	SHAPE(struct mail, recipient),
	SHAPE(struct mail, subject),
	SHAPE(struct mail, body),
	SHAPE(struct mail, state),
	SHAPE(struct mail, answer),
	SHAPE(struct mail, tries),
	SHAPE(struct mail, due_at),
	SHAPE(struct mail, created_at),
	SHAPE(struct mail, done_at),
	SHAPE_END,
};

const struct incident_kind incident_kinds[INCIDENT_KINDS] = {
	{ "instance", "A number is closed or restricted" },
	{ "quality", "A number’s quality drops" },
	{ "template", "A template is rejected, paused or disabled" },
	{ "endpoint", "A webhook fails for an hour or is disabled" },
	{ "limit", "80 % of a plan’s limit is used" },
	{ "key", "An API key is about to expire" },
};

const char incident_kind_words[] = "instance, quality, template, endpoint, limit, key";

bool
incident_is_kind(const char *word)
{
	for (size_t i = 0; i < INCIDENT_KINDS; i++)
		if (text_equal(incident_kinds[i].word, word))
			return true;
	return false;
}

static int64_t
calm_ms(const struct incident *last)
{
	return CALM_MS << (last->returns < DOUBLINGS_MAX ? last->returns : DOUBLINGS_MAX);
}

bool
incident_may_open(const struct incident *last, struct instant now)
{
	return last->id == NULL || now.ms >= last->ended_at.ms + calm_ms(last);
}

int64_t
incident_returns(const struct incident *last, struct instant now)
{
	if (last->id == NULL || now.ms >= last->ended_at.ms + 2 * calm_ms(last))
		return 0;
	return last->returns + 1;
}

bool
incident_concerns_operators(const struct incident *i)
{
	return i->level >= INCIDENT_WORSE &&
	       (text_equal(i->kind, "instance") || text_equal(i->kind, "endpoint"));
}

int64_t
mail_wait(int64_t tries, struct instant created, struct instant now)
{
	int64_t ms = MINUTE_MS;

	while (--tries > 0 && ms < PAUSE_MAX_MS)
		ms *= 2;
	ms = ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;
	return now.ms + ms - created.ms > GIVE_UP_MS ? -1 : ms;
}
