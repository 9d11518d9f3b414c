/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flash - what the step before has to say on the page after a redirect
 *
 * Kept in a cookie of a minute, read once. What is in it comes back from the browser and is
 * shown as text only.
 */
#include "site/visitor.h"

enum { FLASH_SECONDS = 60, FLASH_MAX = 400 };

static const char *const levels[] = { "good", "warning", "danger" };

static const char *
level_known(const char *level)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (text_equal(level, levels[i]))
			return levels[i];
	return NULL;
}

void
site_flash(struct web *web, const char *level, const char *text)
{
	struct arena *arena = web->op->arena;

	expect(level_known(level) != NULL);
	web_set_cookie(web, COOKIE_FLASH,
		       arena_printf(arena, "%s:%s", level, text_urlencode(arena, text)),
		       FLASH_SECONDS);
}

enum rc
site_done(struct web *web, const char *location, const char *level, const char *text)
{
	site_flash(web, level, text);
	return web_see_other(web, location);
}

const char *
flash_take(struct web *web, const char **level)
{
	const char *cookie = web_cookie(web, COOKIE_FLASH), *colon, *text;

	if (text_empty(cookie))
		return NULL;
	web_set_cookie(web, COOKIE_FLASH, "", 0);
	colon = strchr(cookie, ':');
	if (colon == NULL || strlen(colon) > FLASH_MAX)
		return NULL;
	*level = level_known(arena_dupn(web->op->arena, cookie, (size_t)(colon - cookie)));
	if (*level == NULL || !text_urldecode(web->op->arena, bytes_of(colon + 1), false, &text))
		return NULL;
	return text;
}
