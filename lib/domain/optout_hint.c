/* SPDX-License-Identifier: Apache-2.0 */
/*
 * optout_hint - a text that may ask for no more messages, in words that no list has
 *
 * Nothing is decided here: somebody is asked to read the text, and marketing waits until then. So
 * that they are not asked all day, a word that only opting out has ("unsubscribe") is enough, but
 * an ordinary one ("stop") has to stand near what is to stop (messages, spam, writing), and not as
 * a place, a noun or half of another verb ("the bus stop", "stop by"). Addresses are left out: a
 * link to unsubscribe is in every newsletter that people pass on.
 */
#include "domain/fold.h"
#include "domain/optout.h"

#include <pthread.h>

enum { TEXT_MAX = 4096, NEAR_WORDS = 10 };

#define STRONG(language, text)                                        \
	{                                                             \
		language, OPTOUT_POSSIBLE, OPTOUT_PHRASE, text, false \
	}
#define WEAK(language, text)                                       \
	{                                                          \
		language, OPTOUT_POSSIBLE, OPTOUT_WORD, text, true \
	}

/* clang-format off */
static const struct optout_entry hints[] = {
	STRONG("en", "unsubscribe"), STRONG("en", "unsubscribed"), STRONG("en", "opt out"),
	STRONG("en", "optout"), STRONG("en", "opting out"), STRONG("en", "mailing list"),
	STRONG("en", "remove me from"), STRONG("en", "take me off"), STRONG("en", "spamming me"),
	STRONG("de", "abmelden vom"), STRONG("de", "austragen"), STRONG("de", "belastigung"),
	STRONG("fr", "desabonner"), STRONG("fr", "desabonnez"), STRONG("fr", "desinscrire"),
	STRONG("fr", "desinscription"), STRONG("fr", "desabonnement"),
	STRONG("es", "desuscribir"), STRONG("es", "desuscribirme"), STRONG("es", "lista de difusion"),
	STRONG("pt", "descadastrar"), STRONG("pt", "descadastro"), STRONG("pt", "me descadastrar"),
	STRONG("it", "disiscrivermi"), STRONG("it", "disiscrivere"), STRONG("it", "disiscrizione"),
	STRONG("nl", "uitschrijven"), STRONG("nl", "uitgeschreven"),
	STRONG("tr", "abonelikten"), STRONG("tr", "spam yapmayin"),
	STRONG("ru", "отписаться"), STRONG("ru", "отписаться от"), STRONG("ru", "отпишите"),
	STRONG("id", "berhenti berlangganan"), STRONG("hi", "अनसब्सक्राइब"), STRONG("ur", "ان سبسکرائب"),
	STRONG("ar", "الغاء الاشتراك"),
	WEAK("en", "stop"), WEAK("en", "quit"), WEAK("en", "cease"), WEAK("en", "enough of"),
	WEAK("en", "fed up"), WEAK("en", "leave me"),
	WEAK("de", "stopp"), WEAK("de", "aufhoren"), WEAK("de", "hort auf"), WEAK("de", "schluss"),
	WEAK("de", "unterlassen"), WEAK("de", "abmelden"),
	WEAK("fr", "arretez"), WEAK("fr", "arreter"), WEAK("fr", "arrete"), WEAK("fr", "cessez"),
	WEAK("es", "paren"), WEAK("es", "parar"), WEAK("es", "dejen"), WEAK("es", "basta"),
	WEAK("es", "baja"),
	WEAK("pt", "parem"), WEAK("pt", "pare"), WEAK("pt", "chega"),
	WEAK("it", "smettete"), WEAK("it", "smettetela"), WEAK("it", "smettila"),
	WEAK("nl", "stoppen"), WEAK("nl", "ophouden"), WEAK("nl", "afmelden"),
	WEAK("tr", "durdur"), WEAK("tr", "durdurun"), WEAK("tr", "yeter"), WEAK("tr", "kesin"),
	WEAK("ru", "прекратите"), WEAK("ru", "хватит"), WEAK("ru", "перестаньте"), WEAK("ru", "стоп"),
	WEAK("id", "berhenti"), WEAK("id", "hentikan"), WEAK("id", "jangan"),
	WEAK("hi", "बंद"), WEAK("hi", "रोको"), WEAK("ur", "بند"), WEAK("ur", "روکیں"),
	WEAK("ar", "توقفوا"), WEAK("ar", "توقف"), WEAK("ar", "اوقفوا"), WEAK("ar", "كفي"),
};

/* What is to stop. */
static const char *const matters[] = {
	"message", "messages", "messaging", "msg", "msgs", "text me", "texts", "texting", "sms",
	"spam", "spamming", "ads", "advertising", "advertisement", "advertisements", "promo",
	"promos", "promotion", "promotions", "marketing", "newsletter", "offers", "bothering",
	"harassing", "sending me", "writing me", "contacting", "contact me", "notifications",
	"subscription", "whatsapp",
	"nachrichten", "werbung", "angebote", "schreiben", "belastigen", "verteiler",
	"mensajes", "publicidad", "promociones", "ofertas", "escribirme", "molestar",
	"publicite", "publicites", "promotions", "offres", "ecrire", "m envoyer", "menvoyer",
	"mensagens", "propaganda", "promocoes", "anuncios",
	"messaggi", "pubblicita", "offerte", "scrivermi",
	"berichten", "reclame", "aanbiedingen", "appjes",
	"mesaj", "mesajlar", "mesajlari", "reklam", "reklamlar", "kampanya",
	"сообщения", "сообщении", "рассылка", "рассылку", "реклама", "рекламу", "писать", "спам",
	"pesan", "iklan", "promosi", "chat",
	"मैसेज", "संदेश", "विज्ञापन", "message bhej",
	"میسج", "پیغام", "پیغامات", "اشتہار",
	"رسائل", "الرسائل", "رسائلكم", "اعلانات", "ازعاج", "ارسال",
	NULL,
};

/* Before a stop that is a thing, and after one that is another verb. */
static const char *const things[] = {
	"the", "a", "bus", "train", "tram", "metro", "next", "last", "first", "non", "full", "one",
	"this", "that", "which", "what", "your", "our", "my", "at", "pit", "short", "never", NULL,
};
static const char *const other_verbs[] = {
	"by", "at", "over", "in", "off", "sign", "loss", "watch", "light", "working", "worrying", NULL,
};
/* clang-format on */

/* The tables in folded form, made once per process. */
static struct arena *folded_arena;
static const char **folded_hints, **folded_matters;
static pthread_once_t folded_once = PTHREAD_ONCE_INIT;

static void
fold_tables(void)
{
	folded_arena = arena_new(0);
	folded_hints = arena_array(folded_arena, ARRAY_LEN(hints), sizeof(*folded_hints));
	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		folded_hints[i] = fold_words(folded_arena, hints[i].text, TEXT_MAX);
	folded_matters = arena_array(folded_arena, ARRAY_LEN(matters), sizeof(*folded_matters));
	for (size_t i = 0; matters[i] != NULL; i++)
		folded_matters[i] = fold_words(folded_arena, matters[i], TEXT_MAX);
}

/* Without what is an address. */
static const char *
without_addresses(struct arena *arena, const char *text)
{
	char *out = arena_dupn(arena, text, strnlen(text, TEXT_MAX));

	for (char *p = out; *p != '\0';) {
		size_t n = strcspn(p, " \t\r\n");
		bool address = memmem(p, n, "://", 3) != NULL || memchr(p, '@', n) != NULL ||
			       strncmp(p, "www.", 4) == 0;

		if (address)
			memset(p, ' ', n);
		p += n;
		p += strspn(p, " \t\r\n");
	}
	return out;
}

/* Is one of the words right before `at`, or right at it? Both on blanks. */
static bool
ends_with_any(const char *text, const char *at, const char *const *words)
{
	for (; *words != NULL; words++) {
		size_t n = strlen(*words);

		if ((size_t)(at - text) > n && at[-(ptrdiff_t)n - 1] == ' ' &&
		    strncmp(at - n, *words, n) == 0)
			return true;
	}
	return false;
}

static bool
begins_with_any(const char *at, const char *const *words)
{
	for (; *words != NULL; words++) {
		size_t n = strlen(*words);

		if (strncmp(at + 1, *words, n) == 0 && at[1 + n] == ' ')
			return true;
	}
	return false;
}

/* Is something that could stop within so many words of `at`? */
static bool
is_near(const char *text, const char *at)
{
	const char *first = at, *last = at;

	for (int n = 0; n < NEAR_WORDS && first > text;)
		n += *--first == ' ';
	for (int n = 0; n <= NEAR_WORDS && *last != '\0'; last++)
		n += *last == ' ';
	for (size_t i = 0; folded_matters[i] != NULL; i++) {
		const char *found = strstr(first, folded_matters[i]);

		if (found != NULL && found < last)
			return true;
	}
	return false;
}

static bool
says(const char *text, const struct optout_entry *hint, const char *words)
{
	size_t n = strlen(words);

	for (const char *p = text; (p = strstr(p, words)) != NULL; p++) {
		if (optout_is_reversed(text, p, n))
			continue;
		if (!hint->answer)
			return true;
		if (!ends_with_any(text, p, things) && !begins_with_any(p + n - 1, other_verbs) &&
		    is_near(text, p))
			return true;
	}
	return false;
}

struct optout
optout_hint(struct arena *arena, const char *text)
{
	const char *words;

	pthread_once(&folded_once, fold_tables);
	words = fold_words(arena, without_addresses(arena, text), TEXT_MAX);

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (says(words, &hints[i], folded_hints[i]))
			return (struct optout){ OPTOUT_POSSIBLE, &hints[i] };
	return (struct optout){ OPTOUT_NONE, NULL };
}
