/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_FAKE_H
#define WEB_FAKE_H

/* A transport in memory: a request as CGI variables and a body, the answer as one text. */
#include "unit.h"

#include "web/exchange.h"

struct fake {
	struct transport transport; /* first */
	const char *const *params;  /* name, value, ..., NULL */
	const char *body;
	size_t read; /* bytes of the body that were taken */
	char answer[16384];
	int ended;
	bool gone;   /* the peer takes nothing */
	bool broken; /* the answer ended short of its length */
};

static inline const char *
fake_param(struct transport *t, const char *name)
{
	const char *const *p = ((struct fake *)t)->params;

	for (; *p != NULL; p += 2) {
		if (strcmp(p[0], name) == 0)
			return p[1];
	}
	return NULL;
}

static inline size_t
fake_read(struct transport *t, void *out, size_t n)
{
	struct fake *f = (struct fake *)t;
	size_t left = strlen(f->body) - f->read;

	/* In small pieces, as networks do. */
	n = n < left ? n : left;
	n = n < 7 ? n : 7;
	memcpy(out, f->body + f->read, n);
	f->read += n;
	return n;
}

static inline bool
fake_write(struct transport *t, struct bytes part)
{
	struct fake *f = (struct fake *)t;
	size_t n = strlen(f->answer);

	snprintf(f->answer + n, sizeof(f->answer) - n, "%.*s", (int)part.n,
		 part.n > 0 ? (const char *)part.p : "");
	return !f->gone;
}

static inline void
fake_close(struct transport *t, bool whole)
{
	((struct fake *)t)->broken = !whole;
}

static inline void
fake_end(struct transport *t)
{
	((struct fake *)t)->ended++;
}

/* Serve one request; params end with NULL. The answer is valid until the next one. */
static inline struct fake *
fake_serve(const struct program *program, const struct web_site *site, const char *body,
	   const char *const *params)
{
	static struct fake f;

	f = (struct fake){ .transport = { fake_param, fake_read, fake_write, fake_close, fake_end,
					  true },
			   .params = params,
			   .body = body };
	exchange_serve(program, site, &f.transport);
	assert_int_equal(f.ended, 1);
	return &f;
}

#define PARAMS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static inline void
assert_contains(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("[%s] is not in [%s]", part, text);
}

static inline void
assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part) != NULL)
		fail_msg("[%s] is in [%s]", part, text);
}

#endif
