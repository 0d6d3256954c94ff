"""The closed classes of words that facts are made with: months, weekdays, currencies, scales, units, number words, titles.

Frozen tables, no decisions: `news.dates`, `news.numbers`, `news.names` and `news.quotations` read them. Why they lie in the
core and not in package data is told in docs/decisions/0002-fact-lexicon-in-core.md. Keys are folded (`news.folding.folded`:
lower case, no accents); a Cyrillic key is a stem that stands for its endings. Months and weekdays follow CLDR.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from news.folding import folded

LONGEST_ENDING = 4  # letters that a stem may be followed by


@dataclass(frozen=True, slots=True)
class WordTable:
    """Folded words, and stems that stand for their endings, with what they mean."""

    words: Mapping[str, str]
    stems: Mapping[str, str]
    stem_starts: frozenset[str]  # their first three letters

    def get(self, word: str) -> str | None:
        """What a folded word means here; None where it is not in the table."""
        meaning = self.words.get(word)
        if meaning is None and len(word) > 2 and word[:3] in self.stem_starts:
            for end in range(len(word), 2, -1):
                meaning = self.stems.get(word[:end])
                if meaning is not None and len(word) - end <= LONGEST_ENDING:
                    return meaning
        return meaning


def _spread(rows: str) -> WordTable:
    """Rows of `value: word stem* …` as a table."""
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    for row in rows.strip().splitlines():
        value, _, listed = row.partition(":")
        for word in listed.split():
            table = stems if word.endswith("*") else words
            table[folded(word.removesuffix("*"))] = value.strip()
    return WordTable(MappingProxyType(words), MappingProxyType(stems), frozenset(stem[:3] for stem in stems))


def _words(rows: str) -> frozenset[str]:
    """Words parted by white space."""
    return frozenset(rows.split())


def _phrases(rows: str) -> tuple[str, ...]:
    """Phrases parted by commas and lines."""
    return tuple(phrase.strip() for row in rows.strip().splitlines() for phrase in row.split(",") if phrase.strip())


MONTHS = _spread("""
01: january jan январ* янв січ* january januar enero janvier janeiro gennaio januari styczen stycznia leden ledna ocak januari ianuarie ιανουαρι* يناير ינואר जनवरी janv ene
02: february feb феврал* фев лют* februar febrero fevrier fevereiro febbraio februari luty lutego unor unora subat februarie φεβρουαρι* فبراير פברואר फरवरी fevr
03: march mar март* марта берез* marz maerz marzo mars marco maart marzec marca brezen brezna mart martie μαρτι* مارس מרץ मार्च mrz
04: april apr апрел* апр квіт* abril avril aprile kwiecien kwietnia duben dubna nisan aprilie απριλι* أبريل ابريل אפריל अप्रैल avr abr
05: may май мая мае травн* mai mayo maio maggio mei maj maja kveten kvetna mayis μαι* مايو מאי मई
06: june jun июн* черв* juni junio juin junho giugno czerwiec czerwca cerven cervna haziran iunie ιουνι* يونيو יוני जून
07: july jul июл* лип* juli julio juillet julho luglio lipiec lipca cervenec cervence temmuz iulie ιουλι* يوليو יולי जुलाई juil
08: august aug август* авг серпн* agosto aout augustus augusti sierpien sierpnia srpen srpna agustos αυγουστ* أغسطس اغسطس אוגוסט अगस्त
09: september sep sept сентябр* сен сент верес* septiembre septembre setembro settembre wrzesien wrzesnia zari eylul septembrie σεπτεμβρι* سبتمبر ספטמבר सितंबर सितम्बर
10: october oct октябр* окт жовт* oktober octubre octobre outubro ottobre pazdziernik pazdziernika rijen rijna ekim octombrie οκτωβρι* أكتوبر اكتوبر אוקטובר अक्टूबर okt
11: november nov ноябр* ноя листопад* noviembre novembre novembro listopad listopadu kasim noiembrie νοεμβρι* نوفمبر נובמבר नवंबर नवम्बर
12: december dec декабр* дек грудн* dezember diciembre decembre dezembro dicembre december grudzien grudnia prosinec prosince aralik decembrie δεκεμβρι* ديسمبر דצמבר दिसंबर दिसम्बर dez dic
""")

MODAL_MONTHS = frozenset(
    {
        "may",
        "mar",
        "march",
        "mars",
        "mai",
        "mart",
        "marca",
        "marco",
        "dec",
        "sen",
        "jun",
        "maj",
        "ene",
        "ekim",
        "luty",
        "dez",
    }
)
"""Months that are also words or names: alone, without a day or year, they say no date."""

WEEKDAYS = _spread("""
mon: monday понедельник* montag lunes lundi segunda-feira lunedi maandag poniedzialek pondeli pazartesi mandag måndag δευτερα الاثنين الإثنين सोमवार 星期一 周一 月曜日 월요일
tue: tuesday вторник* dienstag martes mardi terca-feira martedi dinsdag wtorek utery sali tirsdag tisdag τριτη الثلاثاء मंगलवार 星期二 周二 火曜日 화요일
wed: wednesday среда среду среды среде средой середа середу середи середі mittwoch miercoles mercredi quarta-feira mercoledi woensdag sroda streda carsamba onsdag τεταρτη الأربعاء الاربعاء बुधवार 星期三 周三 水曜日 수요일
thu: thursday четверг* donnerstag jueves jeudi quinta-feira giovedi donderdag czwartek ctvrtek persembe torsdag πεμπτη الخميس गुरुवार 星期四 周四 木曜日 목요일
fri: friday пятниц* freitag viernes vendredi sexta-feira venerdi vrijdag piatek patek cuma fredag παρασκευη الجمعة शुक्रवार 星期五 周五 金曜日 금요일
sat: saturday суббот* samstag sonnabend sabado samedi sabato zaterdag sobota cumartesi lørdag lordag σαββατο السبت शनिवार 星期六 周六 土曜日 토요일
sun: sunday воскресень* sonntag domingo dimanche domenica zondag niedziela nedele pazar søndag sondag κυριακη الأحد الاحد रविवार 星期日 星期天 周日 日曜日 일요일
""")

CURRENCY_SIGNS = MappingProxyType(
    {
        "us$": "usd", "a$": "aud", "c$": "cad", "hk$": "hkd", "nz$": "nzd", "s$": "sgd", "r$": "brl", "$": "usd", "€": "eur",
        "£": "gbp", "¥": "jpy", "￥": "cny", "₽": "rub", "₹": "inr", "₩": "krw", "₴": "uah", "₺": "try", "₪": "ils", "₫": "vnd",
        "฿": "thb", "₦": "ngn", "₱": "php", "rs.": "inr", "zł": "pln", "kč": "czk",
    }
)  # fmt: skip

CURRENCIES = _spread("""
usd: usd dollar dollars доллар* долл dolar dolares dollaro dollari dolary dolaru 美元 美金 달러 ドル 米ドル دولار डॉलर דולר
eur: eur euro euros евро ευρω 欧元 歐元 ユーロ 유로 يورو यूरो
gbp: gbp pound pounds sterling pfund 英镑 英鎊 ポンド
rub: rub ruble rubles rouble roubles рубл* руб rubel rublos roubles 卢布 ルーブル 루블
cny: cny yuan renminbi rmb юан* 元 人民币 人民幣 元人民币 위안
jpy: jpy yen иен* 日元 日圆 円 엔
inr: inr rupee rupees рупи* रुपये रुपए
krw: krw won 韩元 원
chf: chf franc francs franken франк*
uah: uah hryvnia hryvnias гривн* гривен
brl: brl real reais
try: lira liras лир*
mxn: mxn peso pesos песо
pln: pln zloty zlotych
sek: sek kronor
ils: shekel shekels
sar: riyal riyals
""")

SCALES = _spread("""
1e2: hundred hundreds сот* cent cien centos hundert cem
12: dozen дюжин* docena dutzend douzaine
1e3: thousand thousands тысяч* тыс тис* tausend mil mille mila tys tisic tusen duizend bin ribu ألف آلاف אלף हजार हज़ार 千 천 k
1e4: 万 萬 만
1e5: lakh lakhs लाख
1e6: million millions mln mio миллион* млн мільйон* millionen millon millones milhao milhoes milione milioni milion milionow milionu miljoen miljon miljoner millioner milyon juta مليون ملايين מיליון mn 百万 100万
1e7: crore crores करोड़ करोड
1e8: 亿 億 억
1e9: billion billions bn миллиард* млрд мільярд* milliarde milliarden mrd md milliard milliards bilhao bilhoes miliardo miliardi miliard miliardow miljard miljarder milyar miliar مليار מיליארד 十亿
1e12: trillion trillions tn триллион* трлн трильйон* billon billones trilhao trilhoes bilione bilion biliony trilyun تريليون 兆 万亿 조
""")

LONG_SCALE = frozenset({"de", "fr", "nl", "es", "it", "da", "no", "sv", "pl", "cs"})
"""Languages in which a billion is a million millions."""

PERCENT = _words("""
    % pct percent porciento pourcent procent procent* procento procents prozent відсотк* процент* ٪ प्रतिशत パーセント 퍼센트 ％
""")
PERCENT_PHRASES = _phrases("""
    per cent, pour cent, por ciento, por cento, per cento, в процентах, في المئة, بالمئة
""")

UNITS = _spread("""
days: day days день дня дней дні днів tag tage tagen dia dias jour jours giorno giorni dag dagen dagar dni dzien dnu gun يوم أيام ימים दिन 天 日间 일
hours: hour hours час часа часов годин* stunde stunden hora horas heure heures ora ore uur timmar godzin hodin saat ساعة ساعات שעות घंटे 小时 小時 時間 시간
minutes: minute minutes min минут* хвилин* minuten minuto minutos minuti minut dakika دقيقة דקות मिनट 分钟 分鐘 분
seconds: second seconds секунд* sekunden segundos secondes secondi
weeks: week weeks недел* тижн* woche wochen semana semanas semaine semaines settimana settimane weken veckor tygodni hafta أسبوع שבועות सप्ताह 周 星期 週間 주일
months: month months месяц* місяц* monat monate monaten mes meses mois mese mesi maanden manader miesiecy mesicu شهر أشهر חודשים महीने 个月 個月 か月 개월
years: year years год года лет років jahr jahre jahren ano anos an ans annee annees anno anni jaar ar lat let yil سنة سنوات عام שנים वर्ष साल 年间 년
km: km kilometer kilometers kilometre kilometres километр* км kilometern kilometro kilometros كيلومتر 公里 千米 キロ
m: metre metres meter meters метр* metro metros metern 米 メートル
mi: mile miles миль миля мили
ft: foot feet ft
ha: hectare hectares гектар* hectarea hectareas hektar
kg: kg kilogram kilograms kilo kilos килограмм* кг 公斤
t: tonne tonnes ton tons тонн* tonnen toneladas tonnellate 吨 噸 トン
degrees: celsius °c градус* degrees degree grad grados degres
mw: mw megawatt megawatts мвт
gw: gw gigawatt gigawatts гвт
bbl: barrel barrels баррел* barriles barils 桶
points: points punkte puntos пункт*
""")

NUMBER_WORDS = _spread("""
0: zero ноль нуль null cero
2: two два две двух двум двумя двоих два две dos deux zwei duas dois due twee
3: three три трех трем тремя троих tres trois drei tre drie
4: four четыре четырех четверо cuatro quatre vier quatro quattro
5: five пять пяти пятеро cinco cinq funf fuenf cinque vijf
6: six шесть шести шестеро seis sechs sei zes
7: seven семь семи семеро siete sept sieben sete sette zeven
8: eight восемь восьми ocho huit acht oito otto
9: nine девять девяти nueve neuf neun nove negen
10: ten десять десяти diez dix zehn dez dieci tien
11: eleven одиннадцат* once onze elf undici
12: twelve двенадцат* doce douze zwolf zwoelf doze dodici twaalf
13: thirteen тринадцат* trece treize dreizehn treze tredici
14: fourteen четырнадцат* catorce quatorze vierzehn
15: fifteen пятнадцат* quince quinze funfzehn
16: sixteen шестнадцат* dieciseis seize sechzehn
17: seventeen семнадцат* diecisiete dix-sept siebzehn
18: eighteen восемнадцат* dieciocho dix-huit achtzehn
19: nineteen девятнадцат* diecinueve dix-neuf neunzehn
20: twenty двадцат* veinte vingt zwanzig vinte venti twintig
30: thirty тридцат* treinta trente dreißig dreissig trinta trenta dertig
40: forty сорок* cuarenta quarante vierzig quarenta quaranta veertig
50: fifty пятьдесят* пятидесят* cincuenta cinquante funfzig cinquenta cinquanta vijftig
60: sixty шестьдесят* шестидесят* sesenta soixante sechzig sessenta sessanta zestig
70: seventy семьдесят* семидесят* setenta septante siebzig settanta zeventig
80: eighty восемьдесят* восьмидесят* ochenta quatre-vingts achtzig oitenta ottanta tachtig
90: ninety девяносто noventa nonante neunzig novanta negentig
100: сто ста
200: двести двухсот doscientos
300: триста трехсот trescientos
400: четыреста cuatrocientos
500: пятьсот пятисот quinientos
""")

NUMBER_WORD_LANGUAGES = MappingProxyType(
    {
        "es": frozenset(["once", "dos", "tres"]),
        "fr": frozenset(["onze", "dix", "deux", "trois", "cinq", "sept", "huit", "neuf", "cent", "mille", "an", "ans"]),
        "pt": frozenset(["onze", "doze", "nove", "tres", "sete", "sei", "mil"]),
        "it": frozenset(["sei", "due", "tre", "nove", "otto", "sette", "mille"]),
        "de": frozenset(["acht", "elf", "null", "vier"]),
        "nl": frozenset(["acht", "elf", "vier", "zes"]),
    }
)
"""Number words that are something else elsewhere: they count only in a text of these languages."""

ONE = _words("""
    een ein eine einen einer one um uma un una une uno один одна одного одной одну
""")
"""Says a number only before a scale, a percentage or a currency: "one million", but not "one of them"."""

A_BEFORE_SCALE = frozenset({"a", "an", "half"}) | ONE

NAME_PARTICLES = _words("""
    abu af al av ben bin bint da das de del den der des di do dos du el ibn la le of ould ten ter van von zu
""")

NOT_NAMES = _words("""
    a aber about according after against al all als also although always am among an and another apos apres as at ate au
    auch auf aus authorities aux avant avec be because been before bei between bis both but by can ce ces cette com
    comme como con copyright could critics cuando dans das dass del depuis der des desde despite did die dies diese
    dieser do does donde dr du during e each earlier editing eight ein eine el elle elles em en er es esta estas este
    estos et even every experts few first five for four from fur gestern gli government had has hasta have he hence her
    here heute his how however i ich if ihr ihre il ils im image in indeed instead into is it its je just la las last
    later laut le les let lo los ma mais many mas may meanwhile might mit more moreover morgen most mr mrs ms must my na
    nach nas nel nella never new next nine no noch nor nos not nous now nur o oder of officials often on once one only
    or os other others ou our over par para people per perhaps pero photo police por posts pour prof protesters quand
    quando que read related reporting reports researchers residents sa sans schon scientists se second see segun segundo
    sein seine seit selon sem senza ses seven several she should sie sin since sir six so sobre some son sono source
    sous still su such supporters sur sus ten that the their then there these they third this those though three thus to
    today tomorrow tras trotz two uber um uma un una und under une uno unter until video von vor vous was we wenn were
    what when where which while who why wie will wir with without witnesses would y yes yesterday yet you your zu а без
    в ваш все вчера вы где для до его ее если еще за завтра и из или их как когда кто между многие мой мы на над наш
    некоторые несмотря но однако он она они от перед по по-прежнему под пока после при ранее сегодня согласно так также
    только уже что эта эти это этот я к ко о об около возле с со у через
""")
"""Words that begin a sentence with a capital and name nobody."""

SPEECH_STEMS = _phrases("""
    said, says, say, saying, told, tells, added, adds, stated, announced, warned, wrote, tweeted, insisted, argued, according to
    noted, claimed, explained, commented, сказал, заявил, сообщил, отметил, подчеркнул, добавил, написал, рассказал
    цитирует, sagte, erklärte, betonte, teilte, so der, so die, schrieb, dijo, afirmó, declaró, señaló, anunció, explicó
    aseguró, dit, déclaré, affirmé, expliqué, indiqué, annoncé, disse, afirmou, ha detto, dichiarato, powiedział, řekl
    zei, sade, 说, 表示, 指出, 称, 強調, 強调, 述べ, 말했, قال, אמר, कहा
""")

TITLES_AFTER_CJK = _phrases("""
    总统, 總統, 主席, 总理, 總理, 部长, 部長, 外长, 外交部长, 首相, 大统领, 大統領, 议长, 国务卿, 发言人, 省长, 市长, 先生, 女士, 书记, 대통령, 총리, 장관, 대표, 의원, さん, 氏
    容疑者, 知事
""")
"""Titles that follow a person's name in Chinese, Japanese and Korean."""

TITLES_BEFORE_CAPLESS = _phrases("""
    الرئيس, الرئيسة, الوزير, الأمير, الملك, رئيس الوزراء, وزير الخارجية, الدكتور, נשיא, ראש הממשלה, השר, שר החוץ, ח"כ
    राष्ट्रपति, प्रधानमंत्री, मंत्री, श्री
""")
"""Titles that stand before a person's name in scripts without capitals."""

FATES = _spread("""
killed: killed kill kills killing dead death deaths die died dies dying fatalit* lives toll погиб* убит* умер* жертв* смерт* загин* tot tote toten todesopfer gestorben getotet* starb* ums muertos muerto muerte muertes murieron muri* fallecid* falleci* morts mort mortes tues tuees tue deces mortos vittime morti uccis* قتل* مقتل قتيل* وفاة توفي شهيد* مصرع 死亡 遇难
injured: injured injur* wounded wound* hurt ранен* пострадав* поранен* verletzt* verwundet* herid* blesse* ferid* ferit* feriti جرح* جريح* اصيب* أصيب* إصابة مصاب* 受伤
missing: missing unaccounted пропал* пропавш* зникл* vermisst* desaparecid* disparu* dispers* مفقود* فقدان 失踪
arrested: arrested arrest* detained detain* custody jailed задержан* арестован* затриман* festgenommen* verhaftet* detenid* arrestad* arrete* interpelle* معتقل* اعتقل* اعتقال* 被捕
rescued: rescued rescue* saved survivors survived спасен* выживш* врятован* gerettet* rescatad* sauve* survivant* إنقاذ ناج* 获救
displaced: evacuated evacuat* displaced displac* homeless эвакуирован* евакуйован* evakuiert* obdachlos* evacuad* desplazad* evacue* deplace* نازح* إجلاء مشرد* 疏散
infected: infected infection* cases confirmed заражен* заболе* infiziert* infectad* contagi* infecte* contamine* إصابات 感染 确诊
""")
"""What befalls people who are counted: a count of one is no count of the other."""

NEGATIONS = _words("""
    aucun aucune cannot doch geen jamais kein keine keinen keiner nada nadie nein never nicht niemals niet nikto no nobody none
    not nothing nunca pas sans sin without никогда никто ничего не нет немає ні ani ne nie не لا لم لن ليس ليست غير לא אין न नहीं
""")
"""Words that deny; with or without one of them a sentence says the opposite."""

FIRST_PERSON = _words("""
    i i'm i've i'll we we're we've we'll my our ich wir mein meine unser unsere je j'ai nous notre nos yo nosotros nuestro nuestra
    я мы мой моя наш наша наши нам нас мне меня ми наша наші أنا نحن
""")
"""Words by which a speaker means himself; outside quotation marks nobody says who."""

AFTERTHOUGHTS = _words("""
    after although amid because before despite during following since though unless until when whereas while
    nach nachdem obwohl trotz wahrend weil
    apres avant depuis lorsque malgre pendant quand
    aunque cuando desde despues durante mientras porque tras
    до когда несмотря пока после поскольку потому хотя
    بسبب بعد بينما حيث خلال عندما قبل
""")
"""Words that begin what a headline may leave out: when, why, after what. Folded."""

CONDITIONS = _words("if unless except without wenn falls si sauf salvo если кроме якщо إذا")
"""Words that begin what a statement holds only with."""

EMPTY_TITLES = frozenset(
    _phrases("""
    404, accueil, actualites, actualite, aktuelles, all news, article, articles, artikel, blog, breaking, breaking news, das neueste
    eilmeldung, error, exclusive, front page, home, home page, homepage, index, inicio, international, latest, latest news, main
    main page, nachrichten, news, news in brief, no title, noticias, null, page not found, politics, press release, startseite
    top news, top stories, ultima hora, undefined, unknown, untitled, welcome, willkommen, world, world news, без названия, в мире
    главная, главная страница, главные новости, лента новостей, мир, новости, политика, срочно, الأخبار, الرئيسية, أخبار, عاجل
    首页, 新闻, 新聞, 要闻, 国际, 快讯
    """)
)
"""What stands where a headline should; folded."""

REPORTED = tuple(
    folded(phrase)
    for phrase in _phrases("""
    об этом сообщ, об этом пиш, об этом расск, об этом говор, об этом заяв, об этом стало известно, как сообщ, про це повід
    this was reported, it was reported, the news was reported, das berichtet, darüber berichtet, das teilte, lo informó
    así lo informó, c'est ce qu, selon l'agence, l'information a été
    """)
)
"""What a sentence begins with that only says who reports something; folded."""

UNSAID = tuple(
    folded(phrase)
    for phrase in _phrases("""
    declined to comment, declined comment, not immediately respond, did not respond to, not immediately available for comment
    no immediate comment, could not be reached for comment, refused to comment, отказался от комментариев, отказались от комментариев
    отказалась от комментариев, не ответил на запрос, не ответили на запрос, от комментариев воздерж, wollte sich nicht äußern
    wollten sich nicht äußern, lehnte einen kommentar ab, lehnte eine stellungnahme ab, declinó hacer comentarios, no respondió a
    rehusó comentar, n'a pas souhaité commenter, n'a pas répondu, a refusé de commenter, رفض التعليق, لم يرد على طلب, 拒绝置评, 未予置评, 没有回应
    """)
)
"""What a sentence holds that only says that somebody said nothing; folded."""

AGES = _phrases("""
    year-old, years-old, year old, years old, years of age, летн, річн, jahre alt, -jährig, jährig, años de edad, ans d'âge
    岁的, 岁, 歲
    """)
"""What follows a person's age; a duration is told otherwise."""

RETRACTING = tuple(
    folded(stem)
    for stem in _phrases("""
    retract, withdr, removed, taken down, deleted, unpublished, zurückgezogen, zurückgenommen, entfernt, gelöscht, depubliziert
    retirad, retractad, eliminad, borrad, retiré, supprim, dépubli, rétract, удален, удалён, отозва, снят с публикации, убран
    снята с публикации, حذف, سحب, إزالة, أزيل, 撤回, 撤稿, 撤下, 删除, 刪除, 移除
    """)
)
"""Beginnings of words that say that something was taken back; folded."""

RETRACTED = tuple(
    folded(stem)
    for stem in _phrases("""
    article, story, report, piece, page, post, artikel, beitrag, bericht, meldung, artículo, noticia, nota, texto, publicación
    texte, papier, dépêche, publication, стать, материал, новост, публикаци, сообщени, المقال, الخبر, التقرير, المادة
    文章, 报道, 報道, 稿件, 新闻, 新聞
    """)
)
"""Beginnings of words for what a publisher publishes; folded."""
