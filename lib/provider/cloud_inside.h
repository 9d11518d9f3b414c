/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROVIDER_CLOUD_INSIDE_H
#define PROVIDER_CLOUD_INSIDE_H

#include "provider/cloud_error.h"

/* Between the files of the Cloud API's driver; nobody else includes this. */

/* The Graph API's address of an object; rest begins with "/" or "?". */
const char *cloud_address(struct op *op, const char *object, const char *rest);

/* A call with what every call has: token, user agent, content type of a POST. Body and timeout are
 * the caller's to set. */
struct net_call cloud_call(struct op *op, const char *method, const char *url,
			   const struct credentials *credentials);

/* One more header; a header of that name before it is replaced. */
void cloud_call_header(struct net_call *call, const char *name, const char *value);

/* The call without our token in its answer: Meta repeats it in addresses of further pages, wherever
 * in the answer these stand, and in errors about it; callers have no right to it. */
struct net_call cloud_heard(struct op *op, const struct net_call *call);

/* The answer as a tree, NULL when it is no whole JSON document. */
const json_t *cloud_answer(struct op *op, const struct net_call *call);

/* What came of a finished call. accept is asked about a 2xx without an error: it fills in what was
 * accepted, or says SEND_UNKNOWN with words where that is not there. */
typedef void cloud_accept(struct op *op, struct send_result *out, const json_t *root);
void cloud_outcome(struct op *op, struct send_result *out, const struct net_call *call,
		   cloud_accept *accept);

/* ---- cloud_media.c ---- */
void cloud_upload_request(struct op *op, struct net_call *out, const struct instance *instance,
			  const struct credentials *credentials, const struct media_upload *upload);
void cloud_upload_read(struct op *op, struct send_result *out, const struct net_call *call);
void cloud_media_request(struct op *op, struct net_call *out, const struct instance *instance,
			 const struct credentials *credentials, const char *method, const char *id);
void cloud_media_read(struct op *op, struct send_result *out, struct media_object *object,
		      const struct net_call *call);
bool cloud_fetch_request(struct op *op, struct net_call *out, const struct credentials *credentials,
			 const char *url, const char *range);
void cloud_fetch_read(struct op *op, struct send_result *out, const struct net_call *call);

/* ---- management calls (cloud_manage.c, cloud_template.c) ---- */
void
cloud_manage_request(struct op *op, struct net_call *out, const struct credentials *credentials,
		     const struct manage_request *request);
void cloud_manage_read(struct op *op, struct manage_result *out, const struct net_call *call);
void
cloud_templates_request(struct op *op, struct net_call *out, const struct credentials *credentials,
			const char *waba_id, const char *after);
void cloud_templates_read(struct op *op, struct template_page *out, const struct net_call *call);

#endif
