/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a message: its folded form is words between single blanks, a match names an entry of
 * its kind, and neither shouting nor decoration changes the verdict.
 */
#include "domain/fold.h"
#include "domain/optout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SHORT = 2000 };

static bool
is_folded(const char *words)
{
	size_t n = strlen(words);

	return n > 0 && words[0] == ' ' && words[n - 1] == ' ' && strstr(words, "  ") == NULL &&
	       text_is_utf8(bytes_of(words));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	const char *text;
	struct optout found;

	if (!text_is_utf8(bytes_slice(data, size)))
		return 0;
	arena = arena_new(0);
	text = arena_dupn(arena, data, size);
	expect(is_folded(fold_words(arena, text, size)));
	found = optout_match(arena, text, NULL);
	expect((found.kind == OPTOUT_NONE) == (found.entry == NULL));
	expect(found.entry == NULL || found.entry->kind == found.kind);
	if (size < SHORT)
		expect(optout_match(arena, arena_printf(arena, "\"* %s !! 🙏", text), NULL).kind ==
		       found.kind);
	arena_free(arena);
	return 0;
}
