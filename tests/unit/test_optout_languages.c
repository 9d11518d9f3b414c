/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_optout_languages - what people write in thirteen languages, and what it asks for
 *
 * One table: N nothing, S no more messages, B messages again ("back"), P possibly no more: somebody
 * has to read it.
 */
#include "arena_fixture.h"

#include "domain/optout.h"

#define N OPTOUT_NONE
#define S OPTOUT_STOP
#define B OPTOUT_START
#define P OPTOUT_POSSIBLE

struct said {
	enum optout_kind want;
	const char *text;
};

/* clang-format off */
static const struct said english[] = {
	{ S, "STOP" }, { S, "Stop." }, { S, "STOP!!!" }, { S, "stop stop" }, { S, "S.T.O.P." }, { S, "s t o p" },
	{ S, "STOP 🛑🛑" }, { S, "‘stop’" }, { S, "“Stop”" }, { S, "(stop)" }, { S, "stop…" }, { S, "stop\u00a0" },
	{ S, "STOPALL" }, { S, "Stop all!" }, { S, "UNSUBSCRIBE" }, { S, "un-subscribe" }, { S, "Unsub" },
	{ S, "cancel" }, { S, "END" }, { S, "quit" }, { S, "Revoke" }, { S, "opt-out" }, { S, "OPT OUT" },
	{ S, "optout" }, { S, "remove" }, { S, "Remove me" }, { S, "remove me please" }, 
	{ S, "please stop" }, { S, "Stop please, thank you" }, { S, "Thanks. STOP" }, { S, "stop messages" },
	{ S, "Stop promotions" }, { S, "STOP SMS" }, { S, "no more messages" }, { S, "Stop now" },
	{ S, "do not message me" }, { S, "Please do not message" }, { S, "don't text me again" },
	{ S, "stop messaging me" }, { S, "Hey, stop texting" }, { S, "I asked you to take me off" },
	{ S, "take me off your list asap" }, { S, "unsubscribe me from this" }, { S, "Leave me alone" },
	{ S, "I'd like to unsubscribe" }, { S, "never contact me again!" }, { S, "No, leave me alone" },
	{ S, "I do not want to receive any more messages from you" }, { S, "stop bothering me please" },
	{ S, "Would you please remove me" }, { S, "stop spamming" }, { S, "I revoke my consent to this" },
	{ B, "START" }, { B, "unstop" }, { B, "Subscribe" }, { B, "opt in" }, { B, "opt-in please" },
	{ B, "Start again" }, { B, "resubscribe" },
	{ N, "Stop by the shop at 5" }, { N, "stop by" }, { N, "don't stop" }, { N, "Don't stop texting me" },
	{ N, "cancel my order" }, { N, "Can I cancel the booking?" }, { N, "end of month" }, { N, "the end" },
	{ N, "The bus stop, message me when you are there" }, { N, "at the end of the day" },
	{ N, "I want to quit my job" }, { N, "remove the second item" }, { N, "remove it from my cart" },
	{ N, "stop sign" }, { N, "full stop" }, { N, "can't stop laughing" }, { N, "When does it stop raining?" },
	{ N, "start the engine" }, { N, "yes" }, { N, "no" }, { N, "Yes please" }, { N, "start at 9" },
	{ N, "do not message him" }, { N, "do not text while driving" }, { N, "don't contact me until Friday" },
	{ N, "did you stop texting me because I was rude?" }, { N, "stopover" }, { N, "nonstop flights" },
	{ N, "my message did not send" }, { N, "Which newsletter is it?" }, { N, "ask him to stop at the shop" },
	{ N, "I never got your messages" }, { N, "Thanks!" }, { N, "OK" }, { N, "stop loss" },
	{ N, "Your message came too late to cancel" }, { N, "see https://a.example/unsubscribe?x=1" },
	{ N, "write to unsubscribe@shop.example" }, { N, "Please stop worrying, I got the message" },
	{ P, "How do I unsubscribe?" }, { P, "unsubscribe link does not work" },
	{ P, "I am so tired of this, could you please make these promotions stop" },
	{ P, "For the last time: stop with the spam or I will report you" },
	{ P, "I have had enough of your ads every single day" }, { P, "how can I opt out of this thing" },
	{ P, "why am I on this mailing list" }, { P, "please remove me from the marketing group" },
	{ P, "We would like all these offers to stop, my husband gets them too" },
};

static const struct said arabic[] = {
	{ S, "إيقاف" }, { S, "ايقاف" }, { S, "إيقــاف" }, { S, "إِيقَاف" }, { S, "توقف" }, { S, "وقف" }, { S, "قف" },
	{ S, "إلغاء" }, { S, "الغاء" }, { S, "إنهاء" }, { S, "انهاء" }, { S, "إيقاف من فضلك" }, { S, "لو سمحت ايقاف" },
	{ S, "إلغاء الاشتراك" }, { S, "أريد الغاء الاشتراك" }, { S, "لا ترسل" }, { S, "لو سمحت لا ترسل" },
	{ S, "لا ترسلوا لي رسائل" }, { S, "احذفني" }, { S, "رجاء احذفوني" }, { S, "لا رسائل" },
	{ S, "توقفوا عن مراسلتي" }, { S, "\u200fإيقاف\u200f" },
	{ B, "ابدأ" }, { B, "إبدأ" }, { B, "اشتراك" }, { B, "تفعيل" },
	{ N, "لا ترسل الطلب اليوم" }, { N, "أريد إلغاء الطلب" }, { N, "قف عند الباب" }, { N, "توقف المطر" },
	{ N, "متى تبدأ؟" }, { N, "شكرا" }, { N, "نعم" }, { N, "كم سعر الاشتراك؟" }, { N, "مرحبا" },
	{ P, "أرجوكم توقفوا، رسائلكم كثيرة جدا وأنا متعب منها" },
};

static const struct said turkish[] = {
	{ S, "dur" }, { S, "DUR!" }, { S, "durdur" }, { S, "iptal" }, { S, "İPTAL" }, { S, "IPTAL" }, { S, "ıptal" },
	{ S, "ret" }, { S, "RET" }, { S, "çık" }, { S, "ÇIK" }, { S, "cik" }, { S, "çıkış" }, { S, "CIKIS" },
	{ S, "lütfen iptal" }, { S, "Lutfen dur" }, { S, "abonelikten çık" }, { S, "mesaj atma" },
	{ S, "Bana mesaj atmayın" }, { S, "artık bana mesaj göndermeyin lütfen" }, { S, "beni listeden çıkar" },
	{ S, "beni listenizden çıkarın" }, { S, "aboneliği iptal et" }, { S, "numaramı silin" }, { S, "STOP" },
	{ S, "mesaj almak istemiyorum" }, { S, "teşekkürler, iptal" },
	{ B, "başla" }, { B, "BAŞLAT" }, { B, "abone ol" }, { B, "Basla" },
	{ N, "dur bakalım" }, { N, "Dur bir dakika" }, { N, "siparişimi iptal et" }, { N, "iptal etmeyin" },
	{ N, "aboneliğimi iptal etmeyin" }, { N, "çıkışta bekliyorum" }, { N, "durakta bekliyorum" },
	{ N, "evet" }, { N, "hayır" }, { N, "tamam" }, { N, "kaçta çıkarsınız" }, { N, "mesaj attım" },
	{ P, "Yeter artık, her gün reklam geliyor" }, { P, "şu mesajları durdurun artık" },
};

static const struct said spanish[] = {
	{ S, "baja" }, { S, "BAJA" }, { S, "Alto" }, { S, "parar" }, { S, "Cancelar" }, { S, "salir" }, { S, "detener" },
	{ S, "baja por favor" }, { S, "Por favor, baja. Gracias" }, { S, "darme de baja" }, { S, "quiero darme de baja ya" },
	{ S, "no me escriban" }, { S, "No me escriban más, por favor" }, { S, "por favor no enviar más" },
	{ S, "cancelar suscripción" }, { S, "CANCELAR SUSCRIPCION" }, { S, "no quiero recibir mensajes" },
	{ S, "Eliminen mi número" }, { S, "¡BAJA!" }, { S, "dejen de escribirme" },
	{ B, "alta" }, { B, "iniciar" }, { B, "Suscribir" }, { B, "¡Alta!" },
	{ N, "voy a cancelar el pedido" }, { N, "planta baja" }, { N, "la talla más baja" }, { N, "alto ahí" },
	{ N, "vamos a salir" }, { N, "no quiero darme de baja" }, { N, "sí" }, { N, "no" }, { N, "gracias" },
	{ N, "es de alta calidad" }, { N, "¿cuándo puedo iniciar?" }, { N, "no enviar más de dos cajas" },
	{ P, "Ya basta de tanta publicidad, no la pedí" }, { P, "paren con las ofertas, me tienen cansada" },
};

static const struct said french[] = {
	{ S, "arret" }, { S, "ARRÊT" }, { S, "Arrêter" }, { S, "stop" }, { S, "désabo" }, { S, "DESABO" },
	{ S, "désabonner" }, { S, "désinscrire" }, { S, "stop s'il vous plaît" }, { S, "STOP SVP merci" },
	{ S, "Stop pub" }, { S, "je souhaite me désabonner" }, { S, "me désinscrire svp" }, { S, "je veux ne plus recevoir" },
	{ S, "ne plus recevoir vos messages" }, { S, "plus de messages" }, { S, "ne m’écrivez plus" },
	{ S, "désabonnez-moi" }, { S, "Laissez-moi tranquille !" },
	{ B, "start" }, { B, "reprendre" }, { B, "abonner" }, { B, "réabonner" },
	{ N, "l'arrêt de bus" }, { N, "il faut arrêter de fumer" }, { N, "oui" }, { N, "non" }, { N, "d'accord merci" },
	{ P, "Je ne veux pas me désabonner" }, { N, "le prix de l'abonnement ?" }, { N, "reprendre rendez-vous" },
	{ N, "je ne reçois plus de messages de confirmation" }, { N, "bonjour" },
	{ P, "Arrêtez un peu avec vos publicités, c'est tous les jours" }, { P, "comment se désabonner de cette liste ?" },
};

static const struct said german[] = {
	{ S, "stopp" }, { S, "STOP" }, { S, "Abmelden" }, { S, "abbestellen" }, { S, "ENDE" }, { S, "Beenden." },
	{ S, "bitte abmelden" }, { S, "Bitte STOPP, danke" }, { S, "keine Nachrichten mehr" },
	{ S, "Ich möchte keine Nachrichten mehr bekommen" }, { S, "bitte aus der Liste" },
	{ S, "Schreiben Sie mir nicht mehr!" }, { S, "aus dem Verteiler nehmen" }, { S, "Löschen Sie meine Nummer" },
	{ S, "Tragen Sie mich aus" }, { S, "Keine Werbung mehr!" }, { S, "Ich widerrufe meine Einwilligung" },
	{ B, "start" }, { B, "Anmelden" }, { B, "Wieder anmelden" },
	{ N, "am Ende" }, { N, "Ende des Monats" }, { N, "ich muss mich im Hotel abmelden" }, { N, "Stoppuhr" },
	{ N, "bitte nicht abmelden" }, { N, "ja" }, { N, "nein" }, { N, "Danke" }, { N, "wo ist die Liste?" },
	{ N, "Warum bekomme ich keine Nachrichten mehr von euch?" },
	{ N, "die Zeitung abbestellen" }, { N, "Kann ich mich noch anmelden?" }, { N, "zwei Artikel aus der Liste bestellen" },
	{ P, "Jetzt ist aber Schluss mit der Werbung hier" }, { P, "Könnt ihr bitte mal aufhören, mir zu schreiben" },
};

static const struct said portuguese[] = {
	{ S, "sair" }, { S, "SAIR" }, { S, "parar" }, { S, "Pare!" }, { S, "cancelar" }, { S, "remover" },
	{ S, "descadastrar" }, { S, "sair por favor" }, { S, "obrigado, sair" }, { S, "me remova" },
	{ S, "Por favor me remova da lista" }, { S, "não quero receber" }, { S, "nao quero receber mensagens" },
	{ S, "cancelar inscrição" }, { S, "CANCELAR INSCRICAO" }, { S, "favor parar de enviar" },
	{ S, "parem de me mandar isso" }, { S, "me tirem da lista" }, { S, "Apague meu número" },
	{ B, "iniciar" }, { B, "voltar" }, { B, "inscrever" },
	{ N, "vou sair agora" }, { N, "quero cancelar o pedido" }, { N, "não pare" }, { N, "sim" }, { N, "não" },
	{ N, "quando posso voltar?" }, { N, "remover o primeiro item" }, { N, "não quero receber o pedido hoje" },
	{ N, "obrigada" }, { N, "bom dia" },
	{ P, "chega, são propagandas demais, todo dia uma mensagem e mais mensagens" },
};

static const struct said italian[] = {
	{ S, "annulla" }, { S, "Annulla, grazie" }, { S, "disiscrivi" }, { S, "DISISCRIVIMI" }, { S, "cancellami" },
	{ S, "stop" }, { S, "basta" }, { S, "per favore basta" }, { S, "cancellami dalla lista" },
	{ S, "Non scrivetemi più!" }, { S, "non scrivetemi piu" }, { S, "non voglio più ricevere niente" },
	{ S, "voglio disiscrivermi" }, { S, "Lasciatemi in pace" }, { S, "basta messaggi" },
	{ B, "inizia" }, { B, "iscrivimi" }, { B, "START" },
	{ N, "annulla l'ordine" }, { N, "basta così per oggi con la pasta" }, { N, "sì" }, { N, "no grazie" },
	{ N, "quando inizia?" }, { N, "ho cancellato" }, { N, "ciao" }, { N, "non voglio disiscrivermi" },
	{ P, "smettetela con queste offerte" },
};

static const struct said dutch[] = {
	{ S, "stop" }, { S, "Stoppen" }, { S, "afmelden" }, { S, "AFMELDEN AUB" }, { S, "uitschrijven" },
	{ S, "graag uitschrijven" }, { S, "geen berichten meer" }, { S, "Ik wil geen berichten meer ontvangen" },
	{ S, "schrijf me uit" }, { S, "Stuur mij geen berichten" }, { S, "haal me van de lijst" },
	{ S, "verwijder mijn nummer" },
	{ B, "aanmelden" }, { B, "inschrijven" }, { B, "start" },
	{ N, "ik wil stoppen met roken" }, { N, "ik moet mijn kind afmelden" }, { N, "ja" }, { N, "nee" },
	{ N, "bedankt" }, { N, "waar is de bushalte" }, { N, "kan ik me nog inschrijven?" },
	{ P, "kunnen jullie eens ophouden met die reclame" },
};

static const struct said indonesian[] = {
	{ S, "berhenti" }, { S, "BERHENTI" }, { S, "tolong berhenti" }, { S, "stop" }, { S, "unreg" },
	{ S, "berhenti berlangganan" }, { S, "saya mau berhenti berlangganan" }, { S, "jangan kirim pesan lagi" },
	{ S, "jangan hubungi saya" }, { S, "hapus nomor saya" }, { S, "berhenti, terima kasih" }, { S, "hentikan" },
	{ B, "mulai" }, { B, "MULAI" }, { B, "mulai lagi" },
	{ N, "bus berhenti di mana?" }, { N, "jangan lupa" }, { N, "mulai jam berapa" }, { N, "ya" }, { N, "tidak" },
	{ N, "terima kasih" }, { N, "saya keluar sebentar" },
	{ P, "tolong hentikan semua iklan ini, saya capek" },
};

static const struct said hindi[] = {
	{ S, "बंद" }, { S, "बंद करें" }, { S, "बन्द करो" }, { S, "रोकें" }, { S, "रोको" }, { S, "कृपया बंद करें" },
	{ S, "STOP" }, { S, "स्टॉप" }, { S, "मुझे मैसेज मत करो" }, { S, "मैसेज बंद करो" }, { S, "मुझे संदेश न भेजें" },
	{ S, "mujhe message mat karo" }, { S, "band karo" }, { S, "मेरा नंबर हटा दो" }, { S, "बंद करें 🙏" },
	{ B, "शुरू" }, { B, "शुरू करें" },
	{ N, "दुकान कब बंद होती है?" }, { N, "दुकान बंद है" }, { N, "हाँ" }, { N, "नहीं" }, { N, "धन्यवाद" },
	{ N, "कब शुरू होगा" }, { N, "ऑर्डर रोको मत" },
	{ P, "यह सब मैसेज भाई अब बंद होने चाहिए" },
};

static const struct said urdu[] = {
	{ S, "بند" }, { S, "بند کریں" }, { S, "بند كريں" }, { S, "روکیں" }, { S, "براہ کرم بند کریں" }, { S, "STOP" },
	{ S, "مجھے میسج نہ کریں" }, { S, "میسج نہ بھیجیں" }, { S, "میسج بند کریں" }, { S, "میرا نمبر ہٹا دیں" },
	{ S, "بند کر دیں شکریہ" }, { S, "اسٹاپ" },
	{ B, "شروع" }, { B, "شروع کریں" },
	{ N, "دکان کب بند ہوتی ہے" }, { N, "ہاں" }, { N, "نہیں" }, { N, "شکریہ" }, { N, "کب شروع ہوگا" },
	{ P, "یہ روز کے میسج اب بند ہونے چاہئیں" },
};

static const struct said russian[] = {
	{ S, "стоп" }, { S, "СТОП!" }, { S, "Отписаться" }, { S, "отмена" }, { S, "отписка" }, { S, "стоп, пожалуйста" },
	{ S, "не пишите мне" }, { S, "Больше не пишите мне" }, { S, "отпишите меня" }, { S, "Отпишите меня от рассылки" },
	{ S, "хочу отписаться" }, { S, "перестаньте мне писать" }, { S, "удалите мой номер" }, { S, "Спасибо, стоп" },
	{ S, "не хочу получать рассылку" },
	{ B, "старт" }, { B, "СТАРТ" }, { B, "подписаться" },
	{ N, "стоп-кран" }, { N, "отмена заказа" }, { N, "на старт внимание марш" }, { N, "да" }, { N, "нет" },
	{ N, "спасибо" }, { N, "остановка автобуса" }, { N, "можно отменить заказ?" }, { N, "не отправляйте мне заказ сегодня" }, { N, "я не хочу отписаться" },
	{ P, "Хватит уже, каждый день эта реклама" }, { P, "как мне отписаться от вас?" },
};
/* clang-format on */

static void
check(const struct said *said, size_t n)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		struct optout found = optout_match(arena, said[i].text, NULL);

		if (found.kind == said[i].want)
			continue;
		print_error("\"%s\": %s by \"%s\", not %s\n", said[i].text,
			    optout_kind_text(found.kind),
			    found.entry == NULL ? "" : found.entry->text,
			    optout_kind_text(said[i].want));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

#define LANGUAGE(name)                                 \
	static void name##_is_understood(void **state) \
	{                                              \
		(void)state;                           \
		check(name, ARRAY_LEN(name));          \
	}

LANGUAGE(english)
LANGUAGE(arabic)
LANGUAGE(turkish)
LANGUAGE(spanish)
LANGUAGE(french)
LANGUAGE(german)
LANGUAGE(portuguese)
LANGUAGE(italian)
LANGUAGE(dutch)
LANGUAGE(indonesian)
LANGUAGE(hindi)
LANGUAGE(urdu)
LANGUAGE(russian)

static void
every_language_has_words_and_confirmations(void **state)
{
	(void)state;
	for (const struct optout_language *l = optout_languages; l->code != NULL; l++) {
		const char *stop = optout_confirmation(OPTOUT_STOP, l->code);
		const char *start = optout_confirmation(OPTOUT_START, l->code);
		size_t stops = 0, phrases = 0, starts = 0;

		for (size_t i = 0; i < optout_entry_count; i++) {
			if (!text_equal(optout_entries[i].language, l->code))
				continue;
			starts += optout_entries[i].kind == OPTOUT_START;
			stops += optout_entries[i].kind == OPTOUT_STOP;
			phrases += optout_entries[i].rule == OPTOUT_PHRASE;
		}
		assert_true(stops > 5 && phrases > 3 && starts > 0);
		assert_true(text_is_utf8(bytes_of(stop)) && text_is_utf8(bytes_of(start)));
		assert_true(text_equal(l->code, "en") ||
			    !text_equal(stop, optout_confirmation(OPTOUT_STOP, "en")));
		assert_string_not_equal(stop, start);
	}
	assert_string_equal(optout_confirmation(OPTOUT_STOP, "xx"),
			    optout_confirmation(OPTOUT_STOP, "en"));
}

/* A confirmation that came back to us must not be taken for a choice. */
static void
our_own_confirmations_say_neither(void **state)
{
	(void)state;
	for (const struct optout_language *l = optout_languages; l->code != NULL; l++) {
		const char *texts[] = { optout_confirmation(OPTOUT_STOP, l->code),
					optout_confirmation(OPTOUT_START, l->code) };

		for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
			enum optout_kind kind = optout_match(arena, texts[i], NULL).kind;

			if (kind == OPTOUT_STOP || kind == OPTOUT_START)
				fail_msg("\"%s\" is taken for a choice", texts[i]);
		}
	}
}

static void
accents_and_marks_never_matter(void **state)
{
	static const struct said said[] = {
		{ S, "s\u200dt\u200co\ufeffp" },
		{ S, "STOP\ufe0f" },
		{ S, "s\u0335t\u0335o\u0335p\u0335" },
	};

	(void)state;
	check(said, ARRAY_LEN(said));
}

static const struct keyword own_rows[] = {
	{ .language = "en",
	  .kind = "stop",
	  .rule = "word",
	  .text = "Basta ya",
	  .folded = " basta ya " },
	{ .language = "en",
	  .kind = "stop",
	  .rule = "phrase",
	  .text = "no gracias",
	  .folded = " no gracias " },
	{ .language = "en", .kind = "start", .rule = "word", .text = "Hola", .folded = " hola " },
	{ .language = "en",
	  .kind = "stop",
	  .rule = "word",
	  .text = "cancel",
	  .folded = " cancel ",
	  .off = true },
	{ .language = "tr",
	  .kind = "stop",
	  .rule = "word",
	  .text = "iptal",
	  .folded = " iptal ",
	  .off = true },
};

static void
an_account_adds_and_switches_off(void **state)
{
	struct optout_rules rules = { .own = { ARRAY_LEN(own_rows), own_rows } };
	struct optout found = optout_match(arena, "¡BASTA YA!", &rules);

	(void)state;
	assert_int_equal(found.kind, S);
	assert_string_equal(found.entry->text, "Basta ya");
	assert_int_equal(found.entry->rule, OPTOUT_WORD);
	assert_int_equal(optout_match(arena, "ahora no gracias amigo", &rules).kind, S);
	assert_int_equal(optout_match(arena, "hola", &rules).kind, B);
	assert_int_equal(optout_match(arena, "hola amigo", &rules).kind, N);
	assert_int_equal(optout_match(arena, "Cancel", &rules).kind, N);
	assert_int_equal(optout_match(arena, "İptal", &rules).kind, N);
	assert_int_equal(optout_match(arena, "cancelar", &rules).kind, S);
	assert_int_equal(optout_match(arena, "stop", &rules).kind, S);
	assert_int_equal(optout_match(arena, "basta ya", NULL).kind, N);
}

static void
what_is_pressed_may_be_an_answer(void **state)
{
	struct optout_rules pressed = { .pressed = true };

	(void)state;
	assert_int_equal(optout_match(arena, "Cancel", &pressed).kind, N);
	assert_int_equal(optout_match(arena, "iptal", &pressed).kind, N);
	assert_int_equal(optout_match(arena, "Start", &pressed).kind, N);
	assert_int_equal(optout_match(arena, "STOP", &pressed).kind, S);
	assert_int_equal(optout_match(arena, "Stop promotions", &pressed).kind, S);
	assert_int_equal(optout_match(arena, "STOP_PROMOTIONS", &pressed).kind, S);
	assert_int_equal(optout_match(arena, "Unsubscribe", &pressed).kind, S);
	assert_int_equal(optout_match(arena, "UNSTOP", &pressed).kind, B);
	assert_int_equal(optout_match(arena, "How do I unsubscribe?", &pressed).kind, N);
}

static void
builtin_words_are_found_by_their_folded_form(void **state)
{
	const struct optout_entry *entry = optout_builtin(optout_fold(arena, "IPTAL"), NULL);

	(void)state;
	assert_non_null(entry);
	assert_string_equal(entry->language, "tr");
	assert_true(entry->answer);
	assert_null(optout_builtin(optout_fold(arena, "iptal"), "en"));
	assert_null(optout_builtin(optout_fold(arena, "no such word"), NULL));
	assert_true(optout_has_language("ur") && !optout_has_language("xx"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_is_understood),
		cmocka_unit_test(arabic_is_understood),
		cmocka_unit_test(turkish_is_understood),
		cmocka_unit_test(spanish_is_understood),
		cmocka_unit_test(french_is_understood),
		cmocka_unit_test(german_is_understood),
		cmocka_unit_test(portuguese_is_understood),
		cmocka_unit_test(italian_is_understood),
		cmocka_unit_test(dutch_is_understood),
		cmocka_unit_test(indonesian_is_understood),
		cmocka_unit_test(hindi_is_understood),
		cmocka_unit_test(urdu_is_understood),
		cmocka_unit_test(russian_is_understood),
		cmocka_unit_test(every_language_has_words_and_confirmations),
		cmocka_unit_test(our_own_confirmations_say_neither),
		cmocka_unit_test(accents_and_marks_never_matter),
		cmocka_unit_test(an_account_adds_and_switches_off),
		cmocka_unit_test(what_is_pressed_may_be_an_answer),
		cmocka_unit_test(builtin_words_are_found_by_their_folded_form),
	};

	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
