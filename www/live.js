/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that stay true while one looks at them: parts marked data-live are asked for again every
 * few seconds. "replace": the part as it is now, by its id. "prepend": rows that are newer than the
 * first (its data-id), put above it. Nothing outside those parts is touched, so what somebody types
 * stays; nothing is asked while the page is hidden, and less often while the gateway is away.
 */
"use strict";

(() => {
	const EVERY_MS = 3000, SLOWEST_MS = 60000, ROWS_MAX = 200;
	let wait = EVERY_MS, timer = 0, looking = false;

	function wanted(part) {
		return !part.dataset.liveIf || part.querySelector(part.dataset.liveIf);
	}

	function parts(kind) {
		return [...document.querySelectorAll(`[data-live="${kind}"]`)].filter(wanted);
	}

	/* Something in it is in use: it waits for the next time. */
	function inUse(part) {
		const focus = document.activeElement;

		return (focus !== part && part.contains(focus)) || part.querySelector(":popover-open");
	}

	/* What grows at its end is shown from there. */
	function toEnd() {
		for (const part of document.querySelectorAll("[data-live-end]"))
			part.scrollTop = part.scrollHeight;
	}

	function put(part, now) {
		const focused = part === document.activeElement, scrolled = part.scrollTop;
		const atEnd = scrolled + part.clientHeight >= part.scrollHeight - 8;

		part.replaceWith(document.adoptNode(now));
		now.scrollTop = atEnd ? now.scrollHeight : scrolled;
		if (focused)
			now.focus({ preventScroll: true });
	}

	/* The page at an address; null when nothing is new. A sign-in page is an end. */
	async function ask(url) {
		const answer = await fetch(url, { redirect: "error", headers: { "X-Live": "1" } });

		if (answer.status === 204)
			return null;
		if (!answer.ok)
			throw new Error(answer.status);
		return new DOMParser().parseFromString(await answer.text(), "text/html");
	}

	async function replace(all) {
		const page = await ask(location.href);

		for (const part of all) {
			const now = page?.getElementById(part.id);

			if (now && now.outerHTML !== part.outerHTML && !inUse(part))
				put(part, now);
		}
	}

	function announce(text) {
		const live = document.getElementById("live-news");

		if (live)
			live.textContent = text;
	}

	/* The first rows take the place of the words that there are none. */
	function uncover(part) {
		part.closest(".none")?.classList.remove("none");
		document.querySelector("[data-live-none]")?.remove();
	}

	async function prepend(part) {
		const url = new URL(location.href), rows = () => [...part.querySelectorAll("[data-id]")];
		const known = new Set(rows().map((row) => row.dataset.id));

		url.searchParams.set("after", [part.dataset.liveAfter, ...known].sort().pop());
		const page = await ask(url);
		const all = [...page?.getElementById(part.id)?.querySelectorAll("[data-id]") ?? []];
		const fresh = all.filter((row) => !known.has(row.dataset.id));

		if (fresh.length === 0)
			return;
		uncover(part);
		part.prepend(...fresh.map((row) => {
			row.classList.add("is-new");
			return document.adoptNode(row);
		}));
		rows().slice(ROWS_MAX).forEach((row) => row.remove());
		announce(part.dataset.liveNews?.replace("{n}", fresh.length) ?? "");
	}

	async function look() {
		const replaced = parts("replace");

		if (looking)
			return;
		looking = true;
		try {
			if (replaced.length > 0)
				await replace(replaced);
			for (const part of parts("prepend"))
				await prepend(part);
			wait = EVERY_MS;
		} catch {
			wait = Math.min(wait * 2, SLOWEST_MS);
		}
		looking = false;
		plan();
	}

	function plan() {
		clearTimeout(timer);
		if (!document.hidden && document.querySelector("[data-live]"))
			timer = setTimeout(look, wait);
	}

	document.addEventListener("visibilitychange", () => {
		clearTimeout(timer);
		if (!document.hidden)
			look();
	});
	toEnd();
	plan();
})();
