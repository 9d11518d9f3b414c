/* SPDX-License-Identifier: Apache-2.0 */
/*
 * optout_texts - what is answered to a stop or a start, in each language of the table
 *
 * One message that confirms and offers nothing: 47 CFR 64.1200(a)(12) lets a sender confirm an
 * opt-out once, without marketing. Each stop text names a start word of its language, so that the
 * way back is known to who pressed by mistake.
 */
#include "domain/optout.h"

/* clang-format off */
static const struct {
	const char *language, *stop, *start;
} texts[] = {
	{ "en", "You are unsubscribed and will get no more messages from us here. Reply START to get them again.",
	  "You are subscribed again and will get messages from us here. Reply STOP to end them." },
	{ "ar", "تم إلغاء اشتراكك ولن تصلك رسائل منا هنا. أرسل ابدأ لاستلامها من جديد.",
	  "تم تفعيل اشتراكك من جديد وستصلك رسائلنا هنا. أرسل إيقاف لإيقافها." },
	{ "tr", "Aboneliğiniz sona erdi; buradan size artık mesaj göndermeyeceğiz. Yeniden almak için BAŞLA yazın.",
	  "Aboneliğiniz yeniden başladı; buradan mesaj alacaksınız. Durdurmak için DUR yazın." },
	{ "es", "Su baja está confirmada: no recibirá más mensajes nuestros por aquí. Responda ALTA para volver a recibirlos.",
	  "Su alta está confirmada: volverá a recibir nuestros mensajes por aquí. Responda BAJA para dejar de recibirlos." },
	{ "fr", "Vous êtes désabonné et ne recevrez plus de messages de notre part ici. Répondez START pour les recevoir à nouveau.",
	  "Vous êtes à nouveau abonné et recevrez nos messages ici. Répondez STOP pour ne plus les recevoir." },
	{ "de", "Sie sind abgemeldet, wir schreiben Ihnen hier nicht mehr. Mit START erhalten Sie wieder Nachrichten.",
	  "Sie sind wieder angemeldet und erhalten hier Nachrichten von uns. Mit STOPP beenden Sie das." },
	{ "pt", "O seu cadastro foi cancelado: não enviaremos mais mensagens por aqui. Responda INICIAR para voltar a recebê-las.",
	  "O seu cadastro foi reativado: você voltará a receber mensagens por aqui. Responda SAIR para cancelar." },
	{ "it", "La disiscrizione è confermata: non riceverà più nostri messaggi qui. Risponda INIZIA per riceverli di nuovo.",
	  "L'iscrizione è di nuovo attiva: riceverà i nostri messaggi qui. Risponda STOP per non riceverli più." },
	{ "nl", "U bent afgemeld; wij sturen u hier niets meer. Antwoord START om weer berichten te ontvangen.",
	  "U bent weer aangemeld en ontvangt hier berichten van ons. Antwoord STOP om ze te stoppen." },
	{ "id", "Anda sudah berhenti berlangganan dan tidak akan menerima pesan dari kami di sini. Balas MULAI untuk menerimanya lagi.",
	  "Anda berlangganan lagi dan akan menerima pesan dari kami di sini. Balas BERHENTI untuk menghentikannya." },
	{ "hi", "आपकी सदस्यता समाप्त हो गई है, अब यहाँ हमारे संदेश नहीं आएँगे। फिर से पाने के लिए शुरू लिखें।",
	  "आपकी सदस्यता फिर से चालू है, यहाँ हमारे संदेश आएँगे। रोकने के लिए बंद लिखें।" },
	{ "ur", "آپ کی رکنیت ختم کر دی گئی ہے، اب یہاں ہمارے پیغامات نہیں آئیں گے۔ دوبارہ پانے کے لیے شروع لکھیں۔",
	  "آپ کی رکنیت دوبارہ شروع ہو گئی ہے، یہاں ہمارے پیغامات آئیں گے۔ روکنے کے لیے بند لکھیں۔" },
	{ "ru", "Вы отписаны и больше не будете получать здесь наши сообщения. Ответьте СТАРТ, чтобы получать их снова.",
	  "Вы снова подписаны и будете получать здесь наши сообщения. Ответьте СТОП, чтобы отписаться." },
};
/* clang-format on */

const char *
optout_confirmation(enum optout_kind kind, const char *language)
{
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (text_equal(texts[i].language, language))
			at = i;
	return kind == OPTOUT_START ? texts[at].start : texts[at].stop;
}
