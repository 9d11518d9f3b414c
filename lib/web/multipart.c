/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart/form-data while it arrives (RFC 7578, RFC 2046).
 *
 * A part ends at CR LF, two dashes and the boundary. CR stands nowhere else in that delimiter, so
 * after a mismatch the search goes on at the very byte that did not fit, and the bytes that had
 * fitted were the part's: they are given from the delimiter itself and need no memory. Where a
 * piece is cut makes no difference. Names and types leave here as UTF-8 without controls.
 */
#include "web/multipart.h"

#include "core/text.h"

static const char line_end[] = "\r\n", dashes[] = "--";

enum { DELIMITER_MAX = 2 + 2 + MULTIPART_BOUNDARY_MAX };

enum place { IN_PREAMBLE, IN_DELIMITER, IN_HEAD, IN_PART, AT_END };

struct multipart {
	struct op *op;
	const struct multipart_taker *taker;
	void *arg;
	enum place place;
	char delimiter[DELIMITER_MAX + 1];
	size_t delimiter_n, matched;
	size_t lent;  /* bytes of the match that came before the part, with its head */
	char tail[3]; /* behind a delimiter: dashes, or a line's end */
	size_t tail_n;
	char head[MULTIPART_HEAD_MAX];
	size_t head_n;
	size_t parts;
};

static enum rc
refuse(struct multipart *m, const char *sentence)
{
	return op_refuse(m->op, RC_INPUT, "body", "The multipart body cannot be read: %s",
			 sentence);
}

/* ---- parameters of a header: form-data; name="file"; filename="a.pdf" ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Browsers send the backslashes of a path as they are. */
static bool
is_escape(const char *at)
{
	return at[0] == '\\' && (at[1] == '"' || at[1] == '\\');
}

/* The quote that ends what begins at `at`; NULL: none does. */
static const char *
quote_end(const char *at)
{
	for (; *at != '"'; at++) {
		if (*at == '\0')
			return NULL;
		at += is_escape(at);
	}
	return at;
}

/* The value at *p, quoted or not, behind which *p points then; NULL: its quote never ends. It
 * takes no more memory than it is long: a head may hold a thousand. */
static const char *
parameter_value(struct arena *arena, const char **p)
{
	const char *at = *p, *end;
	size_t n = 0;
	char *out;

	if (*at != '"') {
		n = strcspn(at, "; \t");
		*p = at + n;
		return arena_dupn(arena, at, n);
	}
	end = quote_end(++at);
	if (end == NULL)
		return NULL;
	out = arena_alloc(arena, (size_t)(end - at) + 1);
	for (; at < end; at++) {
		at += is_escape(at);
		out[n++] = *at;
	}
	*p = end + 1;
	return out;
}

/* The next parameter from *p; false at the end, with *name NULL, or where it is broken. */
static bool
parameter_next(struct arena *arena, const char **p, const char **name, const char **value)
{
	size_t n;

	*name = NULL;
	while (is_blank(**p) || **p == ';')
		++*p;
	n = strcspn(*p, "=; \t");
	if (n == 0 && **p == '\0')
		return false;
	*name = arena_dupn(arena, *p, n);
	*p += n;
	if (n == 0 || **p != '=')
		return false;
	++*p;
	*value = parameter_value(arena, p);
	return *value != NULL && (**p == '\0' || **p == ';' || is_blank(**p));
}

/* Does the header's value begin with this word? Then *p is behind it. */
static bool
value_begins(struct arena *arena, const char **p, const char *word)
{
	size_t n = strlen(word);

	if (!text_equal_nocase(arena_dupn(arena, *p, strcspn(*p, "; \t")), word))
		return false;
	*p += n;
	return true;
}

/* ---- a part's head ---- */

static bool
is_plain(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}

static enum rc
read_disposition(struct multipart *m, struct multipart_part *part, const char *value)
{
	struct arena *arena = m->op->arena;
	const char *name, *text;

	if (!value_begins(arena, &value, "form-data"))
		return refuse(m, "a part is not form-data");
	while (parameter_next(arena, &value, &name, &text)) {
		if (text_equal_nocase(name, "name"))
			part->name = text;
		else if (text_equal_nocase(name, "filename"))
			part->filename = text;
	}
	return name == NULL ? RC_OK : refuse(m, "a part's Content-Disposition is broken");
}

static enum rc
read_line(struct multipart *m, struct multipart_part *part, const char *line)
{
	struct arena *arena = m->op->arena;
	const char *colon = strchr(line, ':'), *name, *value;

	if (colon == NULL || colon == line || is_blank(line[0]))
		return refuse(m, "a part's head holds a line that is no header");
	name = arena_dupn(arena, line, (size_t)(colon - line));
	value = text_trim(arena, colon + 1);
	if (text_equal_nocase(name, "Content-Disposition"))
		return read_disposition(m, part, value);
	if (text_equal_nocase(name, "Content-Type"))
		part->type = value;
	return RC_OK;
}

static enum rc
read_head(struct multipart *m, struct multipart_part *out)
{
	struct arena *arena = m->op->arena;
	struct multipart_part part = { .name = NULL };
	struct bytes head = bytes_slice(m->head, m->head_n);
	const char *line;

	if (!text_is_utf8(head))
		return refuse(m, "a part's head is not UTF-8");
	for (line = arena_dupn(arena, head.p, head.n); *line != '\0';) {
		const char *end = strstr(line, line_end);
		const char *one = arena_dupn(arena, line, (size_t)(end - line));

		if (!is_plain(one))
			return refuse(m, "a part's head holds control characters");
		if (*one != '\0')
			TRY(read_line(m, &part, one));
		line = end + strlen(line_end);
	}
	if (part.name == NULL)
		return refuse(m, "a part has no name");
	*out = part;
	return RC_OK;
}

/* ---- places; each takes at least one byte, or leaves its place or its match ---- */

static enum rc
give(struct multipart *m, struct bytes piece)
{
	return m->place == IN_PART && piece.n > 0 ? m->taker->data(m->arg, piece) : RC_OK;
}

static enum rc
match_delimiter(struct multipart *m, struct bytes piece, size_t *used)
{
	bool was_part = m->place == IN_PART;
	size_t i = 0, matched, lent = m->lent;

	while (i < piece.n && m->matched < m->delimiter_n &&
	       piece.p[i] == (unsigned char)m->delimiter[m->matched]) {
		i++;
		m->matched++;
	}
	*used = i;
	matched = m->matched;
	if (matched == m->delimiter_n) {
		m->matched = m->lent = m->tail_n = 0;
		m->place = IN_DELIMITER;
		return was_part ? m->taker->end(m->arg) : RC_OK;
	}
	if (i == piece.n)
		return RC_OK;
	m->matched = m->lent = 0;
	return give(m, bytes_slice(m->delimiter + lent, matched - lent));
}

static enum rc
take_content(struct multipart *m, struct bytes piece, size_t *used)
{
	const unsigned char *end;

	if (m->matched > 0)
		return match_delimiter(m, piece, used);
	end = memchr(piece.p, m->delimiter[0], piece.n);
	*used = end == NULL ? piece.n : (size_t)(end - piece.p);
	if (*used > 0)
		return give(m, bytes_slice(piece.p, *used));
	return match_delimiter(m, piece, used);
}

/* Behind a delimiter: two dashes for the last one, else blanks and the line's end. */
static enum rc
take_tail(struct multipart *m, struct bytes piece, size_t *used)
{
	char c = (char)piece.p[0];

	*used = 1;
	if (m->tail_n == 0 && is_blank(c))
		return RC_OK;
	m->tail[m->tail_n++] = c;
	if (memcmp(m->tail, dashes, m->tail_n) == 0)
		m->place = m->tail_n == 2 ? AT_END : IN_DELIMITER;
	else if (memcmp(m->tail, line_end, m->tail_n) == 0)
		m->place = m->tail_n == 2 ? IN_HEAD : IN_DELIMITER;
	else
		return refuse(m, "a boundary is not at the end of its line");
	m->head_n = 0;
	return RC_OK;
}

static bool
head_is_whole(const struct multipart *m)
{
	const char *end = m->head + m->head_n;

	return (m->head_n == 2 && memcmp(end - 2, "\r\n", 2) == 0) ||
	       (m->head_n >= 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0);
}

static enum rc
take_head(struct multipart *m, struct bytes piece, size_t *used)
{
	struct multipart_part part;

	*used = 1;
	if (m->head_n == sizeof(m->head))
		return refuse(m, "a part's head is too long");
	m->head[m->head_n++] = (char)piece.p[0];
	if (!head_is_whole(m))
		return RC_OK;
	if (++m->parts > MULTIPART_PARTS_MAX)
		return refuse(m, "it has too many parts");
	TRY(read_head(m, &part));
	/* An empty part's delimiter follows the head's own line end. */
	m->place = IN_PART;
	m->matched = m->lent = strlen(line_end);
	return m->taker->begin(m->arg, &part);
}

static enum rc
take(struct multipart *m, struct bytes piece, size_t *used)
{
	switch (m->place) {
	case IN_PREAMBLE:
	case IN_PART:
		return take_content(m, piece, used);
	case IN_DELIMITER:
		return take_tail(m, piece, used);
	case IN_HEAD:
		return take_head(m, piece, used);
	case AT_END:
		*used = piece.n;
		return RC_OK;
	}
	bug("no place %d", (int)m->place);
}

enum rc
multipart_feed(struct multipart *m, struct bytes piece)
{
	while (piece.n > 0) {
		size_t used = 0;

		TRY(take(m, piece, &used));
		piece = bytes_slice(piece.p + used, piece.n - used);
	}
	return RC_OK;
}

enum rc
multipart_end(struct multipart *m)
{
	return m->place == AT_END ? RC_OK : refuse(m, "it ends before its last boundary");
}

/* ---- the beginning ---- */

static const char *
boundary_of(struct arena *arena, const char *content_type)
{
	const char *name, *value;

	if (content_type == NULL || !value_begins(arena, &content_type, "multipart/form-data"))
		return NULL;
	while (parameter_next(arena, &content_type, &name, &value))
		if (text_equal_nocase(name, "boundary"))
			return value;
	return NULL;
}

enum rc
multipart_new(struct op *op, struct multipart **out, const char *content_type,
	      const struct multipart_taker *taker, void *arg)
{
	struct multipart *m = arena_alloc(op->arena, sizeof(*m));
	const char *boundary = boundary_of(op->arena, content_type);

	m->op = op;
	m->taker = taker;
	m->arg = arg;
	if (text_empty(boundary) || strlen(boundary) > MULTIPART_BOUNDARY_MAX ||
	    !is_plain(boundary))
		return refuse(m, "Content-Type must be multipart/form-data and name a boundary");
	m->delimiter_n = (size_t)snprintf(m->delimiter, sizeof(m->delimiter), "%s%s%s", line_end,
					  dashes, boundary);
	/* The first one may stand at the very beginning. */
	m->matched = m->lent = strlen(line_end);
	*out = m;
	return RC_OK;
}
