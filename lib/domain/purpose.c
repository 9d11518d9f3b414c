/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purpose - why a message is sent
 *
 * The sender states it on the guarded API; elsewhere it is derived from what is sent. The words of
 * both lists are the product's vocabulary and stand in its documentation.
 */
#include "domain/message.h"

/* What Meta's categories of templates mean, and which purposes may be stated for one. No purpose
 * of marketing may be stated. */
static const struct {
	const char *category, *purpose;
	const char *fitting;
} categories[] = {
	{ "MARKETING", "marketing", "" },
	{ "UTILITY", "transactional", "transactional, operational, support, internal_team" },
	{ "AUTHENTICATION", "authentication", "authentication" },
};

static const struct {
	const char *word;
	enum purpose_class class;
} purposes[] = {
	{ "transactional", PURPOSE_ALLOWED },   { "operational", PURPOSE_ALLOWED },
	{ "support", PURPOSE_ALLOWED },         { "internal_team", PURPOSE_ALLOWED },
	{ "authentication", PURPOSE_ALLOWED },  { "marketing", PURPOSE_FORBIDDEN },
	{ "promotion", PURPOSE_FORBIDDEN },     { "cold_outreach", PURPOSE_FORBIDDEN },
	{ "bulk_campaign", PURPOSE_FORBIDDEN }, { "political", PURPOSE_FORBIDDEN },
};

enum purpose_class
purpose_class(const char *purpose)
{
	for (size_t i = 0; i < ARRAY_LEN(purposes); i++)
		if (text_equal(purposes[i].word, purpose))
			return purposes[i].class;
	return PURPOSE_UNKNOWN;
}

const char *
purpose_allowed_list(void)
{
	return "transactional, operational, support, internal_team, authentication";
}

const char *
purpose_of_category(const char *category)
{
	for (size_t i = 0; i < ARRAY_LEN(categories); i++)
		if (text_equal(categories[i].category, category))
			return categories[i].purpose;
	return NULL;
}

const char *
purpose_fitting_list(const char *category)
{
	for (size_t i = 0; i < ARRAY_LEN(categories); i++)
		if (text_equal(categories[i].category, category))
			return categories[i].fitting;
	return purpose_allowed_list();
}
