// SPDX-License-Identifier: Apache-2.0
// What other people's code says of deliveries. Standard input: [{secret, headers, body: base64}]. Prints, for
// each, verifier -> true or false; null where the delivery has no signature of that kind.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import Client from "@great-detail/whatsapp";
import { verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { Webhook } from "standardwebhooks";
import { WhatsAppAPI } from "whatsapp-api-js";

// Node 18 has what the SDKs take for granted, under another name.
globalThis.crypto ??= webcrypto;

const says = async (ask) => { try { return await ask() !== false; } catch { return false; } };

const verifiers = {
	standardwebhooks: ({ secret, headers, body }) =>
		Boolean(new Webhook(secret, secret.startsWith("whsec_") ? {} : { format: "raw" }).verify(body, headers)),
	"whatsapp-api-js": ({ secret, headers, body }) => new WhatsAppAPI({ token: "t", appSecret: secret, v: "v24.0" })
		.verifyRequestSignature(body.toString(), headers["x-hub-signature-256"]),
	"@great-detail/whatsapp": async ({ secret, headers, body }) => {
		const event = await new Client().webhook.eventNotification({ method: "POST", headers, body: body.toString(), query: {} });
		return event.checkSignature(secret);
	},
	"@kapso/whatsapp-cloud-api": ({ secret, headers, body }) =>
		verifySignature({ appSecret: secret, rawBody: body, signatureHeader: headers["x-hub-signature-256"] }),
};

const told = [];
for (const { secret, headers, body } of JSON.parse(readFileSync(0, "utf8"))) {
	const delivery = { secret, headers, body: Buffer.from(body, "base64") }, row = {};
	for (const [name, verify] of Object.entries(verifiers)) {
		const hub = name !== "standardwebhooks" && !("x-hub-signature-256" in headers);
		row[name] = hub ? null : await says(() => verify(delivery));
	}
	told.push(row);
}
console.log(JSON.stringify(told));
