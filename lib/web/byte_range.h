/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_BYTE_RANGE_H
#define WEB_BYTE_RANGE_H

#include "web/web.h"

/* The part of a file that a request asks for. */
struct byte_range {
	int64_t at, end; /* its bytes: at to end - 1 */
	int status;      /* 200: all of it, 206: a part, 416: there is no such part */
};

/* Of a Range header (NULL: none) and a file's size: one range of bytes; any other header is
 * ignored, as RFC 9110 14.2 allows. */
struct byte_range byte_range_read(struct arena *arena, const char *header, int64_t size);

/* Answer with that part: status and Content-Range as they have to be, the bytes from the source. */
void byte_range_reply(struct web *web, const struct byte_range *range, int64_t size,
		      const char *type, web_source *source, void *arg);

#endif
