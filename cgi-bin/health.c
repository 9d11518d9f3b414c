/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health - is it up, can it work, what does it count
 *
 *	GET /healthz    bare    this process answers
 *	GET /readyz     bare    200 or 503, with what is wrong
 *	GET /metrics    bare    Prometheus text: bearer token, or loopback without a proxy's traces
 */
#include "core/secret.h"
#include "core/settings.h"
#include "gateway/engine.h"
#include "site/site.h"

/* What /readyz answers. */
struct readiness {
	bool ready;
	struct list checks;
};

static const struct shape readiness_shape[] = {
	SHAPE(struct readiness, ready),
	SHAPE_ROWS(struct readiness, checks, struct check, check_shape),
	SHAPE_END,
};

static enum rc
get_healthz(struct web *web)
{
	return web_text(web, 200, "ok\n");
}

static enum rc
get_readyz(struct web *web)
{
	struct readiness readiness = { false, { 0, NULL } };

	TRY(gateway_ready(web->op, &readiness.checks, &readiness.ready));
	return web_json(web, readiness.ready ? 200 : 503, readiness_shape, &readiness);
}

/* A request that a proxy passed on shows loopback as well: its headers tell. */
static bool
is_local(const struct web *web)
{
	static const char *const traces[] = { "Forwarded", "X-Forwarded-For", "Via" };

	for (size_t i = 0; i < ARRAY_LEN(traces); i++)
		if (web_header_in(web, traces[i]) != NULL)
			return false;
	return text_starts(web->client, "127.") || text_equal(web->client, "::1") ||
	       text_starts(web->client, "::ffff:127.");
}

static bool
has_token(const struct web *web)
{
	const char *token = settings()->web_metrics_token;
	const char *header = web_header_in(web, "Authorization");

	return !text_empty(token) && header != NULL && text_starts(header, "Bearer ") &&
	       secret_equal(bytes_of(header + strlen("Bearer ")), bytes_of(token));
}

static enum rc
get_metrics(struct web *web)
{
	const char *text;

	if (!has_token(web) && !is_local(web)) {
		web_set(web, "WWW-Authenticate", "Bearer realm=\"wagate\"");
		return web_text(web, 401,
				"Metrics are for loopback, or with the token of [web] "
				"metrics_token as bearer.\n");
	}
	TRY(gateway_metrics(web->op, &text));
	return web_reply(web, 200, "text/plain; version=0.0.4; charset=utf-8", bytes_of(text));
}

static const struct route routes[] = {
	{ "GET", "/healthz", GATE_BARE, NULL, get_healthz, 0 },
	{ "GET", "/readyz", GATE_BARE, NULL, get_readyz, 0 },
	{ "GET", "/metrics", GATE_BARE, NULL, get_metrics, 0 },
};

int
main(int argc, char **argv)
{
	return site_main(argc, argv, &(struct program){ .name = "health", ROUTES(routes) }, NULL);
}
