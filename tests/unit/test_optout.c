/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_optout - who asked not to be written to, and who only used the word
 */
#include "arena_fixture.h"

#include "domain/optout.h"

static void
check(enum optout_kind want, const char *text)
{
	struct optout found = optout_match(arena, text, NULL);

	if (found.kind != want)
		print_error("\"%s\" gave %d (%s), not %d\n", text, found.kind,
			    found.entry == NULL ? "no entry" : found.entry->text, want);
	assert_int_equal(found.kind, want);
	assert_true((found.kind == OPTOUT_NONE) == (found.entry == NULL));
}

static void
check_all(enum optout_kind want, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		check(want, *texts);
}

static void
every_entry_matches_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < optout_entry_count; i++)
		check(optout_entries[i].kind, optout_entries[i].text);
}

static void
courtesies_alone_are_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; optout_courtesies[i] != NULL; i++)
		check(OPTOUT_NONE, optout_courtesies[i]);
	check(OPTOUT_NONE, "thanks, thank you");
}

static void
words_of_the_law_count(void **state)
{
	static const char *const texts[] = {
		"STOP", "stop",   "Stop",   "StopAll", "stop all", "UNSUBSCRIBE", "cancel", "END",
		"Quit", "revoke", "OPTOUT", "opt out", "Opt-Out",  "remove me",   NULL,
	};

	(void)state;
	check_all(OPTOUT_STOP, texts);
}

static void
dress_of_a_keyword_does_not_matter(void **state)
{
	static const char *const texts[] = {
		"  stop  ",
		"STOP!",
		"\"stop\"",
		".stop.",
		"«Stop»",
		"STOP 🙏",
		"🛑 stop 🛑",
		"stop❗️",
		"Stop, please.",
		"please STOP!!",
		"Pls stop, thank you",
		"stop stop stop",
		"STOP\n",
		"\tstop\r\n",
		"ＳＴＯＰ",
		"𝐒𝐓𝐎𝐏",
		"ⓈⓉⓄⓅ",
		"s\u200bt\u200bo\u200bp",
		"\u202estop\u202c",
		"stop\u2060",
		"＊stop＊",
		"_stop_",
		"~STOP~",
		"stop :)",
		"UNSUB­SCRIBE",
		"bitte stopp, danke!",
		"Lütfen iptal",
		"baja, por favor",
		"من فضلك إيقاف",
		NULL,
	};

	(void)state;
	check_all(OPTOUT_STOP, texts);
}

static void
spellings_of_a_language_are_one(void **state)
{
	static const char *const texts[] = {
		"IPTAL",
		"İPTAL",
		"iptal",
		"ıptal",
		"ÇIKIŞ",
		"cikis",
		"çıkış",
		"CIKIS",
		"ARRÊT",
		"arret",
		"Arrêt",
		"arre\u0302t",
		"DÉSABONNER",
		"desabonner",
		"ايقاف",
		"إيقاف",
		"اِيقَاف",
		"إيقـــاف",
		"الغاء",
		"إلغاء",
		"انهاء",
		"الغاء الاشتراك",
		"СТОП",
		"Отписаться",
		"berhenti",
		"बंद करें",
		"रोकें",
		"بند کریں",
		"بند كريں",
		"cancelar suscripcion",
		"não quero mais receber nada",
		"NAO QUERO MAIS RECEBER",
		"beenden",
		"ENDE.",
		"Afmelden!",
		"disiscrivi",
		NULL,
	};

	(void)state;
	check_all(OPTOUT_STOP, texts);
}

static void
phrases_count_anywhere(void **state)
{
	static const char *const texts[] = {
		"please stop",
		"Do not message me",
		"do not message me again!!",
		"Hi. Please don't message me any more.",
		"don’t text me",
		"dont text me",
		"Could you stop messaging me?",
		"I told you to stop messaging me",
		"Hello, I want to unsubscribe from this",
		"remove me from your list now",
		"take me off this list",
		"Leave me alone!!!",
		"Stop sending me these, thanks",
		"bitte keine Nachrichten mehr an diese Nummer",
		"Melden Sie mich ab, danke",
		"quiero darme de baja de esto",
		"je veux me désabonner",
		"Ne m'écrivez plus jamais",
		"lütfen bana mesaj atmayın artık",
		"beni listeden çıkarın",
		"أريد إلغاء الاشتراك الآن",
		"Пожалуйста, не пишите мне больше",
		"non scrivetemi più!",
		"ik wil geen berichten meer",
		"tolong jangan hubungi saya lagi",
		NULL,
	};

	(void)state;
	check_all(OPTOUT_STOP, texts);
}

static void
ordinary_sentences_are_left_alone(void **state)
{
	static const char *const texts[] = {
		"Stop by the shop at 5",
		"Please stop by tomorrow",
		"don't stop",
		"Don't stop messaging me!",
		"bus stop",
		"Which stop is it?",
		"cancel my order",
		"Please cancel my appointment",
		"end of month",
		"The End of the road",
		"I quit smoking",
		"one-stop shop",
		"stopwatch",
		"nonstop",
		"non-stop",
		"the weekend",
		"remove the onions",
		"Stop. I will come at 5.",
		"Did you stop messaging me?",
		"you never stop messaging me on time",
		"If you don't message me by five I will call",
		"Do not message me until Monday",
		"dur bakalım",
		"durak",
		"iptal etmeyin",
		"çıkışta görüşürüz",
		"mesaj atma ücreti nedir?",
		"alto y claro",
		"voy a salir a las 5",
		"la planta baja",
		"Ende des Monats",
		"am Ende",
		"Bitte nicht abmelden, ich komme",
		"le bus s'arrête à l'arrêt",
		"la fin",
		"sair de casa",
		"قف عند الباب",
		"توقف المطر",
		"остановка стоп-сигнал",
		"ok",
		"yes",
		"no",
		"oui",
		"ja",
		"evet",
		"5",
		"👍",
		"🛑",
		"!!!",
		"   ",
		"",
		"stop@example.com",
		"https://stop.example/unsubscribe",
		"stop loss at 5",
		"STOPS",
		"st op",
		NULL,
	};

	(void)state;
	check_all(OPTOUT_NONE, texts);
	check(OPTOUT_NONE, NULL);
}

static void
start_words_count_as_whole_messages(void **state)
{
	static const char *const texts[] = {
		"START", "start", "Unstop", "subscribe", "OPT-IN", "please start", "ابدأ", "ابدا",
		"BAŞLA", "basla", "alta",   "Старт",     "mulai",  "शुरू करें",        NULL,
	};
	static const char *const not_texts[] = {
		"start the car", "when do you start?", "kick-start", "restart",
		"subscribers",   "tabla alta",         NULL,
	};

	(void)state;
	check_all(OPTOUT_START, texts);
	check_all(OPTOUT_NONE, not_texts);
}

static void
the_entry_says_what_hit(void **state)
{
	struct optout found = optout_match(arena, "ÇIKIŞ!", NULL);

	(void)state;
	assert_string_equal(found.entry->language, "tr");
	assert_string_equal(found.entry->text, "çıkış");
	assert_int_equal(found.entry->rule, OPTOUT_WORD);
	found = optout_match(arena, "I said: don't message me that way", NULL);
	assert_string_equal(found.entry->text, "don't message me");
	assert_int_equal(found.entry->rule, OPTOUT_PHRASE);
}

static void
long_texts_are_cut_between_letters(void **state)
{
	char text[8192] = "";

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "é", 3);
	check(OPTOUT_NONE, text);
	memcpy(text, "x", 1); /* now every letter begins at an odd place */
	for (size_t i = 1; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "é", 3);
	check(OPTOUT_NONE, text);
	memcpy(text, "leave me alone ", 15);
	check(OPTOUT_STOP, text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_matches_itself),
		cmocka_unit_test(courtesies_alone_are_nothing),
		cmocka_unit_test(words_of_the_law_count),
		cmocka_unit_test(dress_of_a_keyword_does_not_matter),
		cmocka_unit_test(spellings_of_a_language_are_one),
		cmocka_unit_test(phrases_count_anywhere),
		cmocka_unit_test(ordinary_sentences_are_left_alone),
		cmocka_unit_test(start_words_count_as_whole_messages),
		cmocka_unit_test(the_entry_says_what_hit),
		cmocka_unit_test(long_texts_are_cut_between_letters),
	};

	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
