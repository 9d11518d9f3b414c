// SPDX-License-Identifier: Apache-2.0
// Sends by @great-detail/whatsapp. Prints what each call gave, as one JSON object: name -> answer.
import Client from "@great-detail/whatsapp";

const { url, key, phone_number_id: phoneNumberID, to } = JSON.parse(process.argv[2]);
const sdk = new Client({ prefixUrl: url, graphVersion: "v23.0", request: { headers: { Authorization: `Bearer ${key}` } } });
const send = async (message) => (await sdk.message.createMessage({ phoneNumberID, to, ...message })).json();

console.log(JSON.stringify({
	text: await send({ type: "text", text: { body: "Hello from another SDK" } }),
	template: await send({ type: "template", template: { name: "hello_world", language: { code: "en_US" } } }),
	image: await send({ type: "image", image: { link: "https://example.com/a.png", caption: "A picture" } }),
	list: await send({ type: "interactive", interactive: { type: "list", body: { text: "Choose" }, action: {
		button: "Menu", sections: [{ title: "Food", rows: [{ id: "1", title: "Soup", description: "hot" }] }] } } }),
}));
