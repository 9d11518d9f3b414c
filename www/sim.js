// SPDX-License-Identifier: Apache-2.0
// The simulator's chat: asks once a second what is new and draws it, and sends without leaving
// the page. Without this file the page works by its forms.
(function () {
	"use strict";

	const EVERY_MS = 1000;
	const app = document.getElementById("sim");
	if (!app)
		return;
	const list = document.getElementById("conversations");
	const lines = document.getElementById("lines");
	const write = document.getElementById("write");
	const state = document.getElementById("state");
	const number = app.dataset.number;
	const person = app.dataset.with;
	let drawn = "";

	function element(name, attributes, ...children) {
		const e = document.createElement(name);
		for (const [key, value] of Object.entries(attributes))
			e.setAttribute(key, value);
		e.append(...children.filter((child) => child !== null));
		return e;
	}

	function localTime(at) {
		return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
	}

	function time(at) {
		return element("time", { datetime: at }, localTime(at));
	}

	function conversation(c) {
		const query = new URLSearchParams({ phone_number_id: number, with: c.with });
		const link = element("a", { href: "/_sim/?" + query },
			element("span", { class: "sim-face", "aria-hidden": "true" }),
			element("span", { class: "sim-who" }, element("strong", {}, "+" + c.with), time(c.at)),
			element("span", { class: "sim-last" }, c.text));
		if (c.with === person)
			link.setAttribute("aria-current", "true");
		return element("li", {}, link);
	}

	function line(l) {
		const meta = element("span", { class: "sim-meta" }, time(l.at));
		if (!l.is_mine)
			meta.append(element("span", { class: "sim-tick sim-tick-" + l.status, title: l.status },
				element("span", { class: "unseen" }, l.status)));
		if (!l.is_mine && l.error)
			meta.append(element("span", { class: "sim-error" }, l.error));
		const taps = l.buttons.map((b) => element("button",
			{ class: "sim-tap", type: "button", "data-message": b.message }, b.title));
		return element("li", { class: "sim-line" + (l.is_mine ? " sim-mine" : "") },
			element("p", {}, l.text), ...taps, meta);
	}

	function draw(chat) {
		list.replaceChildren(...chat.conversations.map(conversation));
		if (!lines)
			return;
		const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 60;
		lines.replaceChildren(...chat.lines.map(line));
		if (atEnd)
			lines.scrollTop = lines.scrollHeight;
	}

	async function refresh() {
		const query = new URLSearchParams({ phone_number_id: number, with: person });
		const answer = await fetch("/_sim/chat?" + query);
		const text = await answer.text();
		if (!answer.ok || text === drawn)
			return;
		const chat = JSON.parse(text);
		// The first message of a chat that was empty: the page itself has to change.
		if (!person && chat.has_with) {
			location.assign("/_sim/?" + new URLSearchParams({ phone_number_id: number, with: chat.with }));
			return;
		}
		drawn = text;
		draw(chat);
	}

	function say(words, wrong) {
		state.textContent = words;
		state.toggleAttribute("data-wrong", Boolean(wrong));
	}

	async function send(content) {
		const body = { phone_number_id: number, from: person, ...content };
		const name = write.elements.name.value.trim();
		if (name)
			body.name = name;
		const answer = await fetch("/_sim/inbound", { method: "POST", body: JSON.stringify(body),
			headers: { "Content-Type": "application/json" } });
		const told = await answer.json();
		if (!answer.ok)
			throw new Error(told.error);
		if (told.webhook_status === 200)
			say("");
		else
			say("The gateway did not take the webhook (" + (told.webhook_status || "no answer") +
				"). It is sent again.", true);
		await refresh();
	}

	function trying(work) {
		work().catch((error) => say("That did not work: " + error.message, true));
	}

	if (write) {
		const text = write.elements.text;
		write.addEventListener("submit", (event) => {
			event.preventDefault();
			const words = text.value;
			if (!words.trim())
				return;
			text.value = "";
			trying(() => send({ text: words }));
		});
		text.addEventListener("keydown", (event) => {
			if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
				event.preventDefault();
				write.requestSubmit();
			}
		});
		lines.addEventListener("click", (event) => {
			const tap = event.target.closest("[data-message]");
			if (tap)
				trying(() => send({ message: JSON.parse(tap.dataset.message) }));
		});
		lines.scrollTop = lines.scrollHeight;
	}

	for (const t of document.querySelectorAll("time"))
		t.textContent = localTime(t.dateTime);
	setInterval(() => {
		if (!document.hidden)
			refresh().catch(() => {});
	}, EVERY_MS);
})();
