/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_SIM_DOOR_H
#define SITE_SIM_DOOR_H

#include "gateway/simulator.h"
#include "web/form.h"

/* The simulator's answers over HTTP, and its chat page. */

/* Give the answer, parking the request until it is ready. answer lives in the request's arena. */
MUST_CHECK enum rc sim_door_answer(struct web *web, struct sim_answer *answer);

/* A call of the Graph API, whatever its address; with the headers that Meta's answers carry. */
enum { SIM_DOOR_BODY_MAX = 131072 };
MUST_CHECK enum rc sim_door_graph(struct web *web);

/* The headers that Meta's answers carry; how the caller addressed the simulator. */
void sim_door_mark(struct web *web, const char *version);
const char *sim_door_base(struct web *web);

/* Media: an upload, and the bytes behind an object's url (sim_media_door.c). */
MUST_CHECK enum rc sim_door_upload(struct web *web);
MUST_CHECK enum rc sim_door_download(struct web *web);

extern const struct page sim_door_pages[1];
MUST_CHECK enum rc sim_door_page(struct web *web);
MUST_CHECK enum rc sim_door_chat(struct web *web);

extern const struct form sim_door_say_form;
MUST_CHECK enum rc sim_door_say(struct web *web);

#endif
