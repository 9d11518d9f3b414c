/* SPDX-License-Identifier: Apache-2.0 */
/*
 * optout_words - the words and phrases of opt-out and opt-in, per language
 *
 * Short words count only as the whole message, because "stop", "end" and "baja" stand in ordinary
 * sentences too. Phrases count anywhere, so a phrase must say whose messages are to stop. Words
 * that only say yes are no opt-in. Written as people write them: optout.c folds them the way it
 * folds messages, so accents, case, hyphens and Arabic spellings need no second entry.
 */
#include "domain/optout.h"

#define STOP(language, text)                             \
	{                                                \
		language, OPTOUT_STOP, OPTOUT_WORD, text \
	}
#define SAYS(language, text)                               \
	{                                                  \
		language, OPTOUT_STOP, OPTOUT_PHRASE, text \
	}
#define START(language, text)                             \
	{                                                 \
		language, OPTOUT_START, OPTOUT_WORD, text \
	}

/* clang-format off */
const struct optout_entry optout_entries[] = {
	STOP("en", "stop"), STOP("en", "stopall"), STOP("en", "stop all"),
	STOP("en", "unsubscribe"), STOP("en", "cancel"), STOP("en", "end"), STOP("en", "quit"),
	STOP("en", "revoke"), STOP("en", "optout"), STOP("en", "opt out"), STOP("en", "remove"),
	STOP("en", "remove me"), STOP("en", "stop messages"), STOP("en", "stop messaging"),
	STOP("en", "stop texting"), STOP("en", "stop promotions"), STOP("en", "no more messages"),
	SAYS("en", "unsubscribe me"), SAYS("en", "want to unsubscribe"),
	SAYS("en", "want to opt out"), SAYS("en", "opt me out"),
	SAYS("en", "remove me from your list"), SAYS("en", "remove me from this list"),
	SAYS("en", "remove me from the list"), SAYS("en", "remove my number"),
	SAYS("en", "take me off your list"), SAYS("en", "take me off this list"),
	SAYS("en", "take me off the list"), SAYS("en", "stop messaging me"),
	SAYS("en", "stop texting me"), SAYS("en", "stop contacting me"),
	SAYS("en", "stop writing to me"), SAYS("en", "stop writing me"),
	SAYS("en", "stop sending me messages"), SAYS("en", "stop sending me texts"),
	SAYS("en", "stop sending me these"), SAYS("en", "stop sending messages"),
	SAYS("en", "stop sending these messages"), SAYS("en", "stop these messages"),
	SAYS("en", "do not message me"), SAYS("en", "don't message me"),
	SAYS("en", "do not text me"), SAYS("en", "don't text me"),
	SAYS("en", "do not contact me"), SAYS("en", "don't contact me"),
	SAYS("en", "do not write to me"), SAYS("en", "don't write to me"),
	SAYS("en", "do not send me messages"), SAYS("en", "don't send me messages"),
	SAYS("en", "do not send me any more messages"),
	SAYS("en", "don't send me any more messages"), SAYS("en", "leave me alone"),
	START("en", "start"), START("en", "unstop"), START("en", "subscribe"),
	START("en", "optin"), START("en", "opt in"), START("en", "start again"),

	STOP("ar", "إيقاف"), STOP("ar", "توقف"), STOP("ar", "وقف"), STOP("ar", "قف"),
	STOP("ar", "أوقف"), STOP("ar", "إلغاء"), STOP("ar", "إنهاء"), STOP("ar", "لا ترسل"),
	STOP("ar", "لا ترسل لي"), STOP("ar", "لا رسائل"), STOP("ar", "إيقاف الرسائل"),
	SAYS("ar", "إلغاء الاشتراك"), SAYS("ar", "إلغاء اشتراكي"), SAYS("ar", "لا ترسل لي رسائل"),
	SAYS("ar", "لا ترسلوا لي رسائل"), SAYS("ar", "لا تراسلني"), SAYS("ar", "لا تراسلوني"),
	SAYS("ar", "أوقف الرسائل"), SAYS("ar", "أوقفوا الرسائل"), SAYS("ar", "لا أريد رسائل"),
	SAYS("ar", "احذفني"), SAYS("ar", "احذفوني"), SAYS("ar", "احذف رقمي"),
	START("ar", "ابدأ"), START("ar", "اشتراك"), START("ar", "اشترك"), START("ar", "تفعيل"),

	STOP("tr", "dur"), STOP("tr", "durdur"), STOP("tr", "iptal"), STOP("tr", "ret"),
	STOP("tr", "çık"), STOP("tr", "çıkış"), STOP("tr", "abonelikten çık"),
	STOP("tr", "mesaj atma"), STOP("tr", "mesaj gönderme"),
	SAYS("tr", "bana mesaj atma"), SAYS("tr", "mesaj atmayın"),
	SAYS("tr", "bana mesaj gönderme"), SAYS("tr", "mesaj göndermeyin"),
	SAYS("tr", "bana yazmayın"), SAYS("tr", "mesaj istemiyorum"),
	SAYS("tr", "beni listeden çıkar"), SAYS("tr", "beni listeden çıkarın"),
	SAYS("tr", "aboneliği iptal et"), SAYS("tr", "aboneliğimi iptal"),
	START("tr", "başla"), START("tr", "başlat"), START("tr", "abone ol"),

	STOP("es", "baja"), STOP("es", "alto"), STOP("es", "parar"), STOP("es", "cancelar"),
	STOP("es", "salir"), STOP("es", "detener"), STOP("es", "dar de baja"),
	SAYS("es", "darme de baja"), SAYS("es", "no me escriban"), SAYS("es", "no me escriba más"),
	SAYS("es", "no me escribas más"), SAYS("es", "no me manden mensajes"),
	SAYS("es", "no enviar más mensajes"), SAYS("es", "no me envíen mensajes"),
	SAYS("es", "no quiero recibir mensajes"), SAYS("es", "no quiero recibir más"),
	SAYS("es", "cancelar suscripción"), SAYS("es", "cancelar mi suscripción"),
	SAYS("es", "dejen de escribirme"), SAYS("es", "deja de escribirme"),
	START("es", "alta"), START("es", "iniciar"), START("es", "suscribir"),
	START("es", "suscribirme"),

	STOP("fr", "arrêt"), STOP("fr", "arrêter"), STOP("fr", "désabo"), STOP("fr", "désabonner"),
	STOP("fr", "désinscrire"), STOP("fr", "désinscription"), STOP("fr", "plus de messages"),
	SAYS("fr", "me désabonner"), SAYS("fr", "me désinscrire"),
	SAYS("fr", "ne plus recevoir de messages"), SAYS("fr", "ne plus recevoir vos messages"),
	SAYS("fr", "arrêtez de m'écrire"), SAYS("fr", "arrêtez de m'envoyer"),
	SAYS("fr", "ne m'écrivez plus"), SAYS("fr", "ne m'envoyez plus de messages"),
	START("fr", "reprendre"), START("fr", "abonner"), START("fr", "me réabonner"),

	STOP("de", "stopp"), STOP("de", "abmelden"), STOP("de", "abbestellen"), STOP("de", "ende"),
	STOP("de", "beenden"), STOP("de", "abmeldung"),
	SAYS("de", "bitte abmelden"), SAYS("de", "melden sie mich ab"),
	SAYS("de", "keine nachrichten mehr"), SAYS("de", "schreiben sie mir nicht mehr"),
	SAYS("de", "schreibt mir nicht mehr"), SAYS("de", "schreib mir nicht mehr"),
	SAYS("de", "von der liste streichen"), SAYS("de", "aus der liste streichen"),
	SAYS("de", "aus der liste entfernen"), SAYS("de", "aus dem verteiler"),
	SAYS("de", "löschen sie meine nummer"),
	START("de", "anmelden"), START("de", "wieder anmelden"),

	STOP("pt", "sair"), STOP("pt", "parar"), STOP("pt", "pare"), STOP("pt", "cancelar"),
	STOP("pt", "remover"), STOP("pt", "descadastrar"),
	SAYS("pt", "me remova"), SAYS("pt", "me tire da lista"),
	SAYS("pt", "não quero receber mensagens"), SAYS("pt", "não quero mais receber"),
	SAYS("pt", "cancelar inscrição"), SAYS("pt", "parar de enviar mensagens"),
	SAYS("pt", "pare de enviar mensagens"), SAYS("pt", "parem de me enviar"),
	SAYS("pt", "pare de me enviar"), SAYS("pt", "pare de me mandar mensagens"),
	START("pt", "iniciar"), START("pt", "voltar"), START("pt", "inscrever"),

	STOP("it", "annulla"), STOP("it", "disiscrivi"), STOP("it", "disiscrivimi"),
	STOP("it", "cancellami"), STOP("it", "basta"),
	SAYS("it", "annulla iscrizione"), SAYS("it", "cancellami dalla lista"),
	SAYS("it", "non scrivetemi più"), SAYS("it", "non scrivermi più"),
	SAYS("it", "non voglio più ricevere"), SAYS("it", "smettete di scrivermi"),
	SAYS("it", "basta messaggi"),
	START("it", "inizia"), START("it", "iscrivimi"),

	STOP("nl", "stoppen"), STOP("nl", "afmelden"), STOP("nl", "uitschrijven"),
	SAYS("nl", "geen berichten meer"), SAYS("nl", "schrijf me uit"), SAYS("nl", "meld me af"),
	SAYS("nl", "stuur me geen berichten"), SAYS("nl", "haal me van de lijst"),
	START("nl", "aanmelden"), START("nl", "inschrijven"),

	STOP("id", "berhenti"), STOP("id", "berhenti berlangganan"),
	SAYS("id", "jangan kirim pesan"), SAYS("id", "jangan kirimi saya pesan"),
	SAYS("id", "jangan hubungi saya"),
	START("id", "mulai"),

	STOP("hi", "बंद"), STOP("hi", "रोकें"), STOP("hi", "रोको"), STOP("hi", "बंद करें"),
	STOP("hi", "बंद करो"), STOP("hi", "बंद कर दो"),
	SAYS("hi", "मुझे मैसेज मत करो"), SAYS("hi", "मुझे मैसेज मत भेजो"),
	SAYS("hi", "मुझे संदेश न भेजें"), SAYS("hi", "मैसेज बंद करें"), SAYS("hi", "संदेश बंद करें"),
	START("hi", "शुरू"), START("hi", "शुरू करें"),

	STOP("ur", "بند کریں"), STOP("ur", "بند کرو"), STOP("ur", "روکیں"), STOP("ur", "بند"),
	SAYS("ur", "مجھے میسج نہ کریں"), SAYS("ur", "میسج نہ بھیجیں"), SAYS("ur", "پیغام نہ بھیجیں"),
	SAYS("ur", "میسج بند کریں"),
	START("ur", "شروع"), START("ur", "شروع کریں"),

	STOP("ru", "стоп"), STOP("ru", "отписаться"), STOP("ru", "отмена"), STOP("ru", "отписка"),
	STOP("ru", "отпишите"),
	SAYS("ru", "не пишите мне"), SAYS("ru", "отпишите меня"), SAYS("ru", "больше не пишите"),
	SAYS("ru", "не присылайте мне"), SAYS("ru", "не шлите мне"),
	SAYS("ru", "удалите меня из"), SAYS("ru", "удалите мой номер"),
	START("ru", "старт"), START("ru", "подписаться"),
};

const char *const optout_courtesies[] = {
	"please", "pls", "plz", "kindly", "thanks", "thank you", "thx", "thank u",
	"من فضلك", "لو سمحت", "شكرا",
	"lütfen", "teşekkürler", "sağol",
	"por favor", "gracias", "obrigado", "obrigada",
	"s'il vous plaît", "svp", "stp", "merci",
	"bitte", "danke",
	"per favore", "grazie",
	"alstublieft", "aub", "graag", "bedankt",
	"tolong", "terima kasih",
	"कृपया", "धन्यवाद",
	"براہ کرم", "شکریہ",
	"пожалуйста", "спасибо",
	NULL,
};
/* clang-format on */

const size_t optout_entry_count = ARRAY_LEN(optout_entries);
