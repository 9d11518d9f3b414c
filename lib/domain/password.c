/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password - which passwords are too easy
 *
 * Length and a list of what guessers try first (NIST SP 800-63B 5.1.1.2); no rules about kinds of
 * characters, which make people write worse ones. Only words of 8 characters and more are listed,
 * in lower case: shorter ones are refused for their length.
 */
#include "domain/account.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 200 };

/* Blanks separate; in front and behind, so that a whole word can be looked for. */
static const char common[] =
	" 12345678 123456789 1234567890 0123456789 0987654321 987654321 9876543210 87654321 "
	"11111111 111111111 1111111111 00000000 000000000 0000000000 22222222 55555555 66666666 "
	"77777777 88888888 99999999 999999999 12341234 12344321 11223344 1122334455 112233445566 "
	"12121212 123123123 123321123 123454321 1234554321 147258369 741852963 789456123 159753456 "
	"1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y zaq12wsx zaq1zaq1 qazwsxedc "
	"qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwertz123 qwertzuiop "
	"azertyuiop asdfghjk asdfghjkl asdf1234 asdfasdf zxcvbnm123 zxcvbnm1 zxcvzxcv qweasdzxc "
	"abcd1234 abc12345 abcdefgh abcdefghi abcdefg1 a1b2c3d4 a1234567 aa123456 a12345678 "
	"a123456789 abc123456 123456abc 123456789a 1234567a 12345678a 1234qwer qwer1234 123qweasd "
	"123qwe123 q1w2e3r4 q1w2e3r4t5 1a2b3c4d aaaaaaaa aaaaaaaaa xxxxxxxx zzzzzzzz asdasdasd "
	"password password1 password2 password12 password123 password1234 password12345 password! "
	"password1! password123! passw0rd passw0rd1 passw0rd! p@ssw0rd p@ssw0rd1 p@ssw0rd! "
	"p@ssword "
	"p@ssword1 p@$$w0rd pa$$w0rd pa55word passwort passwort1 passwort123 motdepasse contraseña "
	"contrasena parola123 sifre123 wachtwoord password. passpass passpass1 mypassword "
	"newpassword secret123 topsecret letmein1 letmein123 letmeinnow changeme changeme1 "
	"changeme123 changeit default1 default123 welcome1 welcome12 welcome123 welcome1! welcome2 "
	"administrator admin123 admin1234 admin12345 admin123456 admin@123 adminadmin root1234 "
	"rootroot toor1234 user1234 username test1234 testtest test12345 testing1 testing123 "
	"guest123 demo1234 demodemo temp1234 login123 loginlogin master123 operator superman "
	"superman1 batman123 spiderman ironman1 starwars startrek pokemon1 pokemon123 dragon123 "
	"monkey123 football football1 baseball baseball1 basketball basketball1 softball "
	"liverpool liverpool1 barcelona barcelona1 realmadrid juventus chelsea1 arsenal1 "
	"manchester galatasaray fenerbahce besiktas galatasaray1905 iloveyou iloveyou1 iloveyou2 "
	"iloveyou! ilovegod loveyou1 lovelove princess princess1 sunshine sunshine1 sunflower "
	"butterfly butterfly1 chocolate chocolate1 blink182 whatever whatever1 trustno1 computer "
	"computer1 internet internet1 samsung1 samsung123 google123 facebook facebook1 whatsapp "
	"whatsapp1 whatsapp123 linkedin microsoft windows10 jennifer jennifer1 michelle michelle1 "
	"jessica1 michael1 jordan23 charlie1 anthony1 alexander alexander1 christian benjamin "
	"elizabeth nicholas jonathan jonathan1 danielle veronica patricia victoria victoria1 "
	"samantha samantha1 stephanie caroline maverick mustang1 corvette ferrari1 porsche1 "
	"mercedes mercedes1 steelers redskins patriots yankees1 cowboys1 marlboro mountain "
	"swordfish garfield scooter1 thunder1 phoenix1 midnight midnight1 sapphire diamond1 "
	"precious precious1 creative slipknot metallica metallica1 nirvana1 rockstar hello123 "
	"hello1234 hellohello helloworld letmein! qwertyqwerty freedom1 freedom123 bismillah "
	"bismillah1 alhamdulillah allahuakbar mohammed mohammad muhammad mohamed1 istanbul "
	"istanbul34 turkiye1 ankara06 egypt123 saudi123 summer2023 summer2024 summer2025 "
	"summer2026 winter2023 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026 "
	"autumn2024 autumn2025 january1 february november december september correcthorse "
	"correcthorsebatterystaple blahblah nothing1 whoknows access14 access123 fuckyou1 "
	"fuckyou2 fuckyou! asshole1 bullshit shithead dickhead pussycat jesus123 jesuschrist "
	"christ123 blessed1 baby1234 babygirl babygirl1 angel123 tinkerbell strawberry cheese123 "
	"cookie123 peaches1 pineapple snickers popcorn1 qwe123qwe 147852369 963852741 258456258 "
	"31415926 314159265 27182818 10203040 102030405060 19841984 20002000 20202020 20242024 "
	"20252025 20262026 ";

static bool
is_common(const char *password)
{
	char word[64];
	size_t n = strlen(password);

	if (n + 3 > sizeof(word) || strchr(password, ' ') != NULL)
		return false;
	word[0] = ' ';
	for (size_t i = 0; i < n; i++)
		word[i + 1] = password[i] >= 'A' && password[i] <= 'Z'
				      ? (char)(password[i] - 'A' + 'a')
				      : password[i];
	word[n + 1] = ' ';
	word[n + 2] = '\0';
	return strstr(common, word) != NULL;
}

/* The address itself, or what stands before its @. */
static bool
is_email(const char *password, const char *email)
{
	size_t local = email == NULL ? 0 : strcspn(email, "@");

	if (local == 0)
		return false;
	if (text_equal_nocase(password, email))
		return true;
	return strlen(password) == local && strncasecmp(password, email, local) == 0;
}

const char *
password_problem(const char *password, const char *email)
{
	size_t points = text_points(password);

	if (points < PASSWORD_MIN)
		return "The password is too short: use at least 8 characters";
	if (points > PASSWORD_MAX)
		return "The password is too long: use at most 200 characters";
	if (is_email(password, email))
		return "The password is the e-mail address: choose something else";
	if (is_common(password))
		return "The password is one of the most common ones: choose something else";
	return NULL;
}
