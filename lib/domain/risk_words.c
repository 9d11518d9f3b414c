/* SPDX-License-Identifier: Apache-2.0 */
/*
 * risk_words - the words of advertising, per language
 *
 * What an order confirmation, a reminder or an answer hardly ever says. One of them proves little
 * and counts little; a customer's own words ("your discount was applied") stay below everything.
 * Written as people write them: risk.c folds them the way it folds messages, so case, accents and
 * Arabic spellings need no second entry. Turkish words stand in the forms in which they are used.
 */
#include "domain/risk.h"

/* clang-format off */
const char *const risk_marketing_words[] = {
	/* en */
	"sale", "flash sale", "clearance", "discount", "discounts", "0% off", "promo",
	"promo code", "promotion", "promotions", "coupon", "coupons", "voucher", "special offer",
	"special offers", "limited offer", "exclusive offer", "exclusive deal", "best deal",
	"best deals", "hot deals", "best price", "best prices", "limited time", "limited stock",
	"while stocks last", "last chance", "don't miss", "hurry up", "act now", "buy now",
	"shop now", "order now", "buy one get one", "free gift", "free trial", "cashback",
	"black friday", "cyber monday", "deal of the day", "new collection", "new arrivals",
	"win a prize", "lucky winner", "earn money", "work from home", "double your",
	"guaranteed profit", "invest now", "lowest price", "subscribe now", "sign up now",

	/* ar */
	"خصم", "خصومات", "تخفيض", "تخفيضات", "عرض خاص", "عروض خاصة", "عروض حصرية", "عرض حصري",
	"لفترة محدودة", "عرض محدود", "العرض ساري", "أقوى العروض", "أفضل الأسعار", "أفضل سعر",
	"كوبون", "كود الخصم", "كود خصم", "قسيمة", "اشتر الآن", "اشتري الآن", "تسوق الآن",
	"اطلب الآن", "لا تفوت", "لا تفوتوا", "سارع", "سارعوا", "هدية مجانية", "مجانا",
	"اربح", "جوائز", "استرداد نقدي", "الجمعة البيضاء", "تشكيلة جديدة", "وصل حديثا",

	/* tr */
	"indirim", "indirimi", "indirimler", "indirimli", "kampanya", "kampanyası",
	"kampanyalar", "fırsat", "fırsatı", "fırsatlar", "fırsatları", "kaçırma", "kaçırmayın",
	"hemen al", "hemen sipariş", "şimdi al", "sınırlı süre", "kısa süre", "son şans",
	"stoklarla sınırlı", "özel teklif", "size özel", "promosyon", "kupon", "kuponu",
	"hediye çeki", "ücretsiz hediye", "bedava", "en uygun fiyat", "en iyi fiyat",
	"yeni sezon", "yeni koleksiyon", "efsane cuma", "çekiliş", "kazanma şansı",

	/* es */
	"oferta", "ofertas", "oferta especial", "ofertas exclusivas", "descuento", "descuentos",
	"rebajas", "promoción", "promociones", "cupón", "cupones", "código promocional",
	"compra ahora", "compra ya", "aprovecha", "no te lo pierdas", "última oportunidad",
	"últimas unidades", "tiempo limitado", "mejor precio",
	"mejores precios", "regalo gratis", "gana un premio", "sorteo", "viernes negro",
	"nueva colección", "liquidación",

	/* pt */
	"promoção", "promoções", "desconto", "descontos", "oferta imperdível",
	"ofertas imperdíveis", "cupom", "cupons", "compre agora", "compre já", "aproveite",
	"não perca", "última chance", "tempo limitado", "melhor preço", "melhores preços",
	"frete grátis", "brinde grátis", "liquidação", "queima de estoque", "sorteio",
	"nova coleção",

	/* de */
	"rabatt", "rabatte", "rabattcode", "angebot des tages", "sonderangebot",
	"sonderangebote", "aktionspreis", "aktionscode", "gutschein", "gutscheine",
	"gutscheincode", "schnäppchen", "ausverkauf", "räumungsverkauf", "jetzt kaufen",
	"jetzt bestellen", "jetzt zugreifen", "jetzt sparen", "nur für kurze zeit",
	"nur solange der vorrat reicht", "letzte chance", "nicht verpassen", "bester preis",
	"bestpreis", "gratis geschenk", "gewinnspiel", "exklusives angebot",
	"exklusive angebote", "neue kollektion",

	/* fr */
	"offre spéciale", "offres spéciales",
	"offre exclusive", "offres exclusives", "offre limitée", "réduction", "réductions",
	"remise", "remises", "soldes", "bon plan", "bons plans", "code promo",
	"code de réduction", "achetez maintenant", "commandez maintenant", "profitez en",
	"ne manquez pas", "dernière chance", "durée limitée", "meilleur prix",
	"meilleurs prix", "cadeau gratuit", "jeu concours", "ventes privées", "vente privée",
	"nouvelle collection", "déstockage",

	/* it */
	"sconto", "sconti", "saldi", "offerta speciale", "offerte speciali", "codice sconto",
	"acquista ora", "compra ora", "non perdere", "ultima occasione", "tempo limitato",
	"miglior prezzo",

	/* nl */
	"korting", "kortingen", "kortingscode", "uitverkoop", "aanbieding", "aanbiedingen",
	"koop nu", "bestel nu", "laatste kans", "beste prijs",

	/* id */
	"diskon", "promo spesial", "penawaran spesial", "kode promo", "beli sekarang",
	"pesan sekarang", "jangan lewatkan", "harga terbaik", "waktu terbatas", "gratis ongkir",

	/* ru */
	"скидка", "скидки", "скидку", "распродажа", "акция", "акции", "промокод",
	"специальное предложение", "купите сейчас", "только сегодня", "не упустите",
	"лучшая цена", "розыгрыш",

	/* ur */
	"رعایت", "سیل", "خصوصی پیشکش", "محدود وقت", "ابھی خریدیں",

	/* hi */
	"छूट", "विशेष ऑफर", "सीमित समय", "अभी खरीदें",
	NULL,
};
