/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comfort on top of pages that work without it: copy buttons, the light and dark switch without a
 * reload, forms that are sent once, filters that apply when chosen, menus that close.
 */
"use strict";

(() => {
	const root = document.documentElement;

	function announce(text) {
		let live = document.getElementById("live");

		if (!live) {
			live = document.createElement("p");
			live.id = "live";
			live.className = "unseen";
			live.setAttribute("role", "status");
			document.body.append(live);
		}
		live.textContent = text;
	}

	/* Over plain http from another machine there is no clipboard: select the text instead. */
	async function copy(button) {
		const source = document.getElementById(button.dataset.copy);
		const text = source.value ?? source.textContent;
		const label = button.querySelector("[data-label]") ?? button;
		const before = label.textContent;

		try {
			await navigator.clipboard.writeText(text);
			label.textContent = "Copied";
		} catch {
			if (source.select)
				source.select();
			else
				getSelection().selectAllChildren(source);
			label.textContent = "Press Ctrl+C";
		}
		announce(label.textContent);
		setTimeout(() => { label.textContent = before; }, 2000);
	}

	/* The server keeps the choice in a cookie, so that the next page arrives in these colours. */
	function switchTheme(form, button) {
		const focus = button === document.activeElement;

		fetch(form.action, { method: "POST", keepalive: true, redirect: "manual",
			body: new URLSearchParams(new FormData(form, button)) });
		root.dataset.theme = button.value;
		if (focus)
			form.querySelector(`[name=theme]:not([value=${button.value}])`).focus();
	}

	function sendOnce(event) {
		const form = event.target;

		if (form.method !== "post" || event.defaultPrevented)
			return;
		if (form.dataset.sent) {
			event.preventDefault();
			return;
		}
		form.dataset.sent = "1";
		event.submitter?.setAttribute("aria-busy", "true");
	}

	/* Back from the next page the form may be sent again. */
	addEventListener("pageshow", () => {
		for (const form of document.querySelectorAll("form[data-sent]"))
			delete form.dataset.sent;
		for (const button of document.querySelectorAll("[aria-busy]"))
			button.removeAttribute("aria-busy");
	});

	document.addEventListener("submit", (event) => {
		if (event.target.matches("[data-theme-form]")) {
			event.preventDefault();
			switchTheme(event.target, event.submitter);
			return;
		}
		sendOnce(event);
	});

	document.addEventListener("click", (event) => {
		const button = event.target.closest("[data-copy]");

		if (button)
			copy(button);
		for (const menu of document.querySelectorAll("details.menu[open]"))
			if (!menu.contains(event.target))
				menu.open = false;
	});

	document.addEventListener("keydown", (event) => {
		const menu = document.querySelector("details.menu[open]");

		if (event.key === "Escape" && menu) {
			menu.open = false;
			menu.querySelector("summary").focus();
		}
	});

	document.addEventListener("change", (event) => {
		if (event.target.matches("form.filters select, form.filters [type=checkbox]"))
			event.target.form.requestSubmit();
	});

	for (const element of document.querySelectorAll("[data-copy][hidden]"))
		element.hidden = false;
})();
