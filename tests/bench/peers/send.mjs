/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a Node programmer would write instead of wagate's POST /api/send-message: key, suppression,
 * a durable record before and after the call to Meta, the answer as JSON. Statements are prepared
 * once, connections to Meta are kept. Packages: package.json beside this file.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import Fastify from "fastify";
import { Pool } from "undici";

const db = new Database(process.env.PEER_DATABASE, { timeout: 30000 });
db.pragma("synchronous = FULL");
const findKey = db.prepare("SELECT account_id FROM api_key WHERE hash = ? AND revoked_at IS NULL");
const findInstance = db.prepare("SELECT * FROM instance WHERE id = ? AND account_id = ?");
const findSuppression = db.prepare("SELECT 1 FROM suppression WHERE account_id = ? AND recipient = ?");
const insert = db.prepare(`INSERT INTO message
	(id, account_id, instance_id, recipient, purpose, payload, status, created_at)
	VALUES (?, ?, ?, ?, ?, ?, 'sending', ?)`);
const update = db.prepare("UPDATE message SET status = ?, provider_id = ?, done_at = ? WHERE id = ?");

const meta = new Pool(process.env.PEER_UPSTREAM, {
	connections: 256,
	pipelining: 1,
	headersTimeout: 30000,
	connect: { ca: readFileSync(process.env.PEER_CA), timeout: 5000 },
});
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"]);

/* [status, Meta's id or null]: unknown whenever Meta may have the message. */
async function callMeta(instance, payload) {
	try {
		const { statusCode, body } = await meta.request({
			method: "POST",
			path: `/v23.0/${instance.phone_number_id}/messages`,
			headers: { "content-type": "application/json", authorization: `Bearer ${instance.access_token}` },
			body: payload,
		});
		const answer = await body.json();
		if (statusCode !== 200)
			return [statusCode >= 500 ? "unknown" : "failed", null];
		const id = answer.messages?.[0]?.id ?? null;
		return [id ? "sent" : "unknown", id];
	} catch (error) {
		return [NOT_SENT.has(error.code) ? "failed" : "unknown", null];
	}
}

const app = Fastify();
const HTTP_STATUS = { sent: 200, unknown: 202, failed: 502 };
const refuse = (reply, status, error) => reply.code(status).send({ success: false, error });

app.post("/api/send-message", {
	schema: {
		body: {
			type: "object",
			required: ["instance_id", "phone", "message", "message_purpose"],
			properties: {
				instance_id: { type: "string", minLength: 1 },
				phone: { type: "string", minLength: 1, maxLength: 32 },
				message: { type: "string", minLength: 1, maxLength: 4096 },
				message_purpose: { enum: ["transactional", "operational", "support", "internal_team", "authentication"] },
			},
		},
		response: {
			"2xx": {
				type: "object",
				properties: {
					success: { type: "boolean" }, id: { type: "string" }, status: { type: "string" },
					message_id: { type: "string", nullable: true },
				},
			},
		},
	},
}, async (request, reply) => {
	const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "");
	const key = bearer && findKey.get(createHash("sha256").update(bearer[1]).digest("hex"));
	if (!key)
		return refuse(reply, 401, "invalid_api_key");
	const recipient = request.body.phone.replace(/[^0-9]/g, "");
	if (!/^[1-9][0-9]{6,14}$/.test(recipient))
		return refuse(reply, 400, "invalid_phone");
	const instance = findInstance.get(request.body.instance_id, key.account_id);
	if (!instance)
		return refuse(reply, 404, "instance_not_found");
	if (findSuppression.get(key.account_id, recipient))
		return refuse(reply, 403, "recipient_suppressed");

	const id = "msg_" + randomBytes(13).toString("hex");
	const payload = JSON.stringify({ messaging_product: "whatsapp", to: recipient, type: "text",
		text: { body: request.body.message }, biz_opaque_callback_data: id });
	insert.run(id, key.account_id, instance.id, recipient, request.body.message_purpose, payload, Date.now());
	const [status, providerId] = await callMeta(instance, payload);
	update.run(status, providerId, Date.now(), id);
	return reply.code(HTTP_STATUS[status]).send({ success: status !== "failed", id, status, message_id: providerId });
});

await app.listen({ host: "127.0.0.1", port: Number(process.env.PEER_PORT), backlog: 4096 });
