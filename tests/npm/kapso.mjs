// SPDX-License-Identifier: Apache-2.0
// Every kind of message through @kapso/whatsapp-cloud-api, which knows nothing but an address, a token and
// Meta's API. Prints what each call gave, as one JSON object: name -> answer.
import { WhatsAppClient, buildTemplateSendPayload } from "@kapso/whatsapp-cloud-api";

const { url, key, phone_number_id: phoneNumberId, waba_id: businessAccountId, to, user_id: recipient } =
	JSON.parse(process.argv[2]);
const client = new WhatsAppClient({ accessToken: key, baseUrl: url, graphVersion: "v23.0" });
const one = { phoneNumberId, to };
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=", "base64");

const told = {};
const ask = async (name, promise) => { told[name] = await promise; return told[name]; };

await ask("text", client.messages.sendText({ ...one, body: "Hello from an SDK", previewUrl: false }));
await ask("user_id", client.messages.sendText({ phoneNumberId, recipient, body: "Hello by user id" }));
await ask("template", client.messages.sendTemplate({ ...one, template: buildTemplateSendPayload({
	name: "order_update", language: "en", body: [{ type: "text", text: "A-1" }] }) }));
const upload = await ask("upload", client.media.upload({ phoneNumberId, type: "image/png", fileName: "dot.png",
	file: new Blob([png], { type: "image/png" }) }));
await ask("image", client.messages.sendImage({ ...one, image: { id: upload.id, caption: "A dot" } }));
await ask("document", client.messages.sendDocument({ ...one, document: { link: "https://example.com/a.pdf",
	filename: "a.pdf" } }));
await ask("buttons", client.messages.sendInteractiveButtons({ ...one, bodyText: "Pick one", footerText: "Footer",
	buttons: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] }));
await ask("cta_url", client.messages.sendInteractiveCtaUrl({ ...one, bodyText: "Tap",
	parameters: { displayText: "See", url: "https://example.com" } }));
await ask("location", client.messages.sendLocation({ ...one, location: { latitude: 41.01, longitude: 28.97,
	name: "Office", address: "Street 1" } }));
await ask("reaction", client.messages.sendReaction({ ...one, reaction: { messageId: told.text.messages[0].id,
	emoji: "👍" } }));
await ask("read", client.messages.markRead({ phoneNumberId, messageId: told.text.messages[0].id,
	typingIndicator: { type: "text" } }));
await ask("media", client.media.get({ mediaId: upload.id }));
told.bytes = Buffer.from(await client.media.download({ mediaId: upload.id })).equals(png);
await ask("deleted", client.media.delete({ mediaId: upload.id }));
await ask("templates", client.templates.list({ businessAccountId, limit: 2 }));
told.refused = await client.messages.sendText({ ...one, to: "1555000131026", body: "refused" })
	.then(() => "sent", (error) => ({ code: error.code, status: error.httpStatus ?? error.status, message: error.message }));
console.log(JSON.stringify(told));
