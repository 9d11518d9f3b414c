// SPDX-License-Identifier: Apache-2.0
// Sends by whatsapp-api-js, whose host is fixed: fetch takes the calls elsewhere. Prints what each gave.
import { WhatsAppAPI } from "whatsapp-api-js";
import { ActionButtons, Body, Button, Interactive, Language, Template, Text } from "whatsapp-api-js/messages";

const { url, key, phone_number_id, to } = JSON.parse(process.argv[2]);
const elsewhere = (address, init) => fetch(String(address).replace("https://graph.facebook.com", url), init);
const api = new WhatsAppAPI({ token: key, secure: false, v: "v24.0", ponyfill: { fetch: elsewhere } });
const send = (message) => api.sendMessage(phone_number_id, to, message);

console.log(JSON.stringify({
	text: await send(new Text("Hello from a third SDK")),
	template: await send(new Template("hello_world", new Language("en_US"))),
	buttons: await send(new Interactive(new ActionButtons(new Button("y", "Yes"), new Button("n", "No")), new Body("Sure?"))),
}));
