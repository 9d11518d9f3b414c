/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media - files to and from WhatsApp
 *
 *	POST   /v1/wa/media                      send key   upload, proxy dialect
 *	GET    /v1/wa/media/:media_id            read key   the bytes
 *	POST   /vN.M/:phone_number_id/media      send key   upload, Graph dialect
 *	GET    /vN.M/:media_id                   read key   Meta's object, its url one of ours
 *	DELETE /vN.M/:media_id                   send key   removed at Meta
 *	GET    /media/:token                     bare       the bytes behind such a url
 *	GET    /media/inbound/:id                user       the file of a message from a person
 *	GET, POST /vN.M/:media_id                           another object of the account's
 *
 * A Graph id may also name a phone number, a business account or a template: those that are the
 * caller's are answered as such. A transfer keeps its thread, so this program has threads of its
 * own ([web] media_threads); none holds more of a file than a buffer.
 */
#include "site/media_door.h"
#include "site/media_form.h"

static const struct route routes[] = {
	{ "POST", "/v1/wa/media", GATE_KEY_SEND, NULL, media_post, MEDIA_BODY_MAX },
	{ "GET", "/v1/wa/media/:media_id", GATE_KEY_READ, NULL, media_bytes, 0 },
	{ "POST", "/vN.M/:phone_number_id/media", GATE_KEY_SEND, NULL, media_post, MEDIA_BODY_MAX },
	{ "GET", "/vN.M/:media_id", GATE_KEY_READ, NULL, media_object_get, 0 },
	{ "POST", "/vN.M/:media_id", GATE_KEY_CONFIGURE, NULL, media_object_post, 0 },
	{ "DELETE", "/vN.M/:media_id", GATE_KEY_SEND, NULL, media_object_delete, 0 },
	{ "GET", "/media/:token", GATE_BARE, NULL, media_linked, 0 },
	{ "GET", "/media/inbound/:id", GATE_USER, NULL, media_received, 0 },
};

int
main(int argc, char **argv)
{
	static const struct program program = { .name = "media", ROUTES(routes), .streams = true };

	return site_main(argc, argv, &program, &gateway_outward);
}
