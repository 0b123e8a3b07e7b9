"""Masks what betrays a person in a question: numbers, addresses, full dates, e-mail addresses, user names, links.

What it can't mask: names of people, shops and schools; places told in words ("the house behind the mosque"); numbers,
e-mail addresses and addresses written as words; a street without a number; user names without an @ or the name of
their service. So the person sees the text before it is kept, and is told so.

A false mask costs a word, a missed one may cost a home: in doubt it masks. What volunteers need stays: names of forms
(I-589), 311 and 911, ages, hours of the clock, prices below four digits, the courts' own addresses.

It masks until nothing changes, so that the text shown is the text kept, however often it is masked. A second round
seldom finds anything, since no pattern reads across a sign, and a sign is no end of a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

SIGN = "▇▇▇"
"""Stands for each masked piece, in every language and direction of writing."""

# Chinese and Korean stand beside a Latin word without a space.
_START, _END = r"(?<![^\W一-鿿가-힣])(?<!▇)", r"(?![^\W一-鿿가-힣]|▇)"

# A zero-width joiner shapes letters of Urdu or Bengali, and families of emoji; beside ASCII or digits it only hides.
_JOINERS = re.compile(
    r"(?:(?<=[^\x00-\x7f\s\d])([\u200c\u200d])[\u200c\u200d]*(?=[^\x00-\x7f\s\d\u200c\u200d]))?[\u200c\u200d]*"
)

# E-mail addresses and domains: any letters but Chinese and Korean, which follow them without a space.
_LETTER = r"(?:[^\W_一-鿿가-힣]|[ঀ-৥])"
_LABEL = rf"(?:{_LETTER}|[-_])"
_LOCAL = rf"(?:{_LETTER}|[-_.+%'])"
_PATH = r"""[^\s<>"'»”）)，。！？、،؛؟।▇一-鿿가-힣]*(?<![.,;:!?])"""
_TLD = (
    "com|org|net|edu|gov|mil|info|biz|app|dev|io|ly|gl|gg|cc|tv|online|site|shop|xyz|link|ru|by|ua|uz|kz|pl|fr|ht|es|mx"
    "|ec|cn|hk|tw|kr|bd|pk|in|ae|eg|sa|ma|dz|sn|uk|ca|us|eu|de|рф"
)
_EMAIL = (
    rf"(?<!{_LOCAL})(?<!▇){_LOCAL}++"
    rf"(?:[@＠]{_LABEL}++(?:\.{_LABEL}++)*|\s{{0,2}}(?:[@＠]|[(\[]at[)\]]|arroba)\s{{0,2}}{_LABEL}++(?:\.{_LABEL}++)+)"
)
_USER = rf"[@＠]\s?{_LABEL}{{2,}}+"
_HANDLE = (
    r"(?<![a-z▇])(?:telegram|tg|whats?app|we ?chat|instagram|insta|ig|viber|imo|skype|kakao(?:talk)?|line|snapchat"
    r"|телеграм\w*|вотсап|вайбер|инстаграм\w*|微信号?|카톡|카카오톡|টেলিগ্রাম|تيليجرام|ٹیلیگرام)"
    r"\s?(?:id|아이디)?\s?[:：]?\s?(?=[a-z.-]{0,30}[\d_])[a-z0-9_.-]{3,}"
)
_LINK = (
    rf"[a-z]{{0,12}}://{_PATH}|www\.{_PATH}"
    rf"|(?<!{_LABEL})(?<!{_LABEL}\.)(?<!▇){_LABEL}++(?:\.{_LABEL}++)*"
    rf"\.(?:(?:{_TLD})(?:\.[a-z]{{2,3}})?(?!{_LABEL}|▇)(?:[/?#:]{_PATH})?|[a-z]{{2,}}/{_PATH})"
)

# Addresses: words for a street that come after the number, with a name between, in the languages of the bot.
_STREET = (
    rf"(?:street|st|str|avenue|aven?|av|avni|boulevard|blvd|bvd|road|rd|parkway|pkwy|turnpike|tpke|highway|hwy|broadway"
    rf"|bowery|concourse|expressway|terrace|(?-i:Court|Ct|Place|Pl|Drive|Dr|Lane|Ln|Way|Plaza|Square|Sq|Walk|Loop)"
    rf"|авеню|стрит|роуд|роад|паркуэй|парквей|плейс|бульвар\w?|проспект\w?|алея|аллея){_END}"
    r"|(?:এভিনিউ|এভেনিউ|অ্যাভিনিউ|অ্যাভেনিউ|এ্যাভিনিউ|স্ট্রিট|স্ট্রীট|ষ্ট্রিট|রোড|বুলেভার্ড|পার্কওয়ে|পার্কওয়ে|প্লেস)[ঀ-৥]{0,4}"
    r"|애비뉴|에비뉴|애브뉴|스트리트|스트릿|로드|블러바드|불러바드|파크웨이|플레이스"
    r"|[أا]فن[يو]+|افين[يو]+|ستريت|بوليفارد|باركواي|روڈ|ا?سٹریٹ|ایونیو|ایوینیو|بلیوارڈ|پارک ?وے"
)
# Words that come before the name and the number; "в улице", "la calle" and the like also say "outside".
_WAY = (
    r"(?:calle|c/|avenida|carrera|rue|boulevard|ri|lari|ul\.|ulic[aey]|ul|al\.|ул\.|ул|улиц[аеыу]|вул\.?|вулиц[яіюи]"
    r"|пр-?т\.?|просп\.|пер\.|[بلو]?شارع|[بلو]?جادة|گلی|سڑک)"
)
_NUMBER = r"(?<![\d▇])(?:\d[-/]?){1,7}[a-z]?(?![a-z\d▇])"
_ORDINAL = r"(?:st|nd|rd|th|e|er|[èe]me|-?[йяе]|-?[оа][йея]|তম|ویں)?"
_CAPITAL = r"(?-i:[^\W\d_a-zß-öø-ÿа-яё][^\s\d,;!?▇]{0,20})"
_STOP = r"(?:the|on|in|at|of|from|and|or|for|my|to|by|is|was|with|w|na|en|en la|в|на|по|à|sur|dans|nan|في|على|میں|پر)\s"
_NAME = rf"(?:(?!{_STOP})[^\W\d_][^\s\d,;!?▇]{{0,20}}|(?:\d{{1,3}}){_ORDINAL})\s{{1,3}}"
_ABOUT = r"(?:n[uú]m(?:ero|éro)?|nimewo|no\.?|n[°º]|nr|#|№|дом|д\.|буд\.|رقم|نمبر|নম্বর|নং|-)"
# Courts and immigration offices are no home, and a question about them is hard to read without.
_PUBLIC = r"(?:26\s+federal|290\s+broadway|201\s+varick)"
_TAIL = rf"(?:[\s,]{{0,2}}{_ABOUT}\s?{_NUMBER}|[\s,]{{1,2}}\d{{1,3}}[a-zа-я](?![\w▇]))?"
_ADDRESS = "|".join(
    [
        rf"(?<![\d▇])(?!{_PUBLIC})(?:\d{{1,3}}\s?[-–]\s?)?\d{{1,5}}[a-z]?{_ORDINAL}\s{{0,2}},?\s{{1,3}}"
        rf"(?:{_NAME}){{0,3}}(?:{_STREET}){_TAIL}",
        rf"(?<![\d▇])(?:\d-?){{1,7}}{_ORDINAL}(?:\s?bis)?,?\s{{0,2}}{_WAY}{_END}(?:\s(?:d[eu]s?|la|l['’])){{0,2}}"
        rf"(?:\s{_CAPITAL}(?:\s(?-i:[A-ZÀ-ÞА-Я])[^\s\d,;!?▇]{{0,20}})?)?(?:\s{_NUMBER})?",
        rf"{_START}{_WAY}\s{{0,3}}(?!{_STOP})(?:{_CAPITAL}[\s,]{{1,2}}){{0,3}}(?:{_ABOUT}\s?)?{_NUMBER}{_TAIL}",
        rf"(?:{_START}(?!{_STOP})[^\W\d_][^\s\d,;!?▇]{{0,20}}\s{{1,3}}|{_START})(?!broadway\s290)"
        rf"(?:{_STREET})[\s,]{{1,2}}(?:{_ABOUT}\s?)?(?!{_PUBLIC})"
        r"(?:\d{3,}|\d{1,3}[-–]\d{1,3}|\d{1,3}[a-zа-я](?![\w▇]))",
        # Chinese and Korean: 法拉盛缅街136-20号3楼, 8大道5512号, 82가 37-55.
        r"(?:(?:(?<=[区區市州在住于到是去了从])|(?<![一-鿿▇]))(?:(?![在住于到是去了从])[一-鿿]){1,8}?)?"
        r"[街路道巷]\s?(?:[\d-]{1,9}|[一二三四五六七八九十百零〇]{1,6})"
        r"\s?[号號](?!线|線)(?:\s?\d{1,3}\s?[a-z]?\s?[楼樓层層室])*",
        r"第?(?<![\d▇])\d{1,3}\s?(?:大道|街|路)(?:\s?[\d-]{1,9}\s?[号號])?|(?<![\d▇])(?![39]11)\d{2,3}\s?가(?![지구])",
        r"\d{1,5}\s?[a-z]?\s?(?:室|单元|單元|호(?!선)|번지)",
    ]
)
# A flat, a room, a floor with its number or letter; "3rd floor" stays.
_UNIT = (
    rf"{_START}(?:(?:apt|apartment|apto|apartamento|appartement|appt|apatman|unit|suite|ste|room|rm|fl|floor|piso|depto"
    rf"|chanm|bsmt|mieszkanie|mieszkania|(?:lok|m)\.(?=\s?\d)|кв|квартир[аеы]|комнат[аеы]|этаж|дом|корпус|ফ্ল্যাট|অ্যাপার্টমেন্ট"
    rf"|এপার্টমেন্ট|রুম|বাসা|বাড়ি|[بلو]?(?:ال)?شقة|عمارة|بناية|فلیٹ|اپارٹمنٹ|مکان|아파트|公寓)\.?[\s:-]{{0,2}}"
    rf"(?:{_ABOUT}\s?)?|[#№]\s?)(?:[a-z]?-?\d{{1,5}}(?:(?:-?[a-zа-я]|\s(?-i:[A-ZА-Я])){_END}|[ঀ-৥]{{1,4}})?(?![a-z\d])"
    rf"|(?-i:[B-HJ-Z]){_END})"
)

# Full dates: day, month in words, year, in any order; those in numbers are runs of digits.
_MONTH = (
    r"(?:jan|janv|ene|sty|feb|fév|fev|lut|mar|mas|abr|apr|avr|kwi|may|mai|maj|me|jun|juin|cze|jen|jul|juil|jiy|lip|aug|ago"
    r"|aoû|aou|out|sie|sep|wrz|oct|okt|paź|paz|nov|lis|dec|dic|déc|des|gru|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя"
    r"|дек|জানু|ফেব|মার্চ|এপ্রিল|মে|জুন|জুলাই|আগস্ট|সেপ্ট|অক্ট|নভে|ডিসে|يناير|فبراير|مارس|[أا]بريل|مايو|يونيو|يوليو"
    r"|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر|كانون|شباط|[آا]ذار|نيسان|[أا]يار|حزيران|تموز|[آا]ب|[أا]يلول|تشرين"
    r"|جانفي|فيفري|[أا]فريل|ماي|جوان|جويلية|[أا]وت|جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|دسمبر)"
    r"[^\s\d,./▇]{0,9}(?:\s(?:الأول|الثاني|الاول|التاني))?"
)
_DATE = "|".join(
    [
        rf"(?<![\d▇])\d{{1,2}}(?:st|nd|rd|th|er|-?го|-?е|ই|লা|রা|ঠা|শে)?[\s./-]{{0,3}}(?:de |of |d['’])?{_MONTH}"
        rf"[\s,./-]{{0,3}}(?:del? )?['’]?(?:\d{{4}}|\d\d)(?!\d)(?:\s?(?:г\.|года?|r\.|roku?){_END})?",
        rf"{_START}{_MONTH}[\s.]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?[\s,]{{1,2}}(?:of )?\d{{4}}",
        rf"(?<![\d▇])\d{{4}}[\s,]{{1,2}}{_MONTH}[\s.]{{1,2}}\d{{1,2}}(?!\d)",
        r"\d{2,4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日号號일]?",
    ]
)


@cache
def _textual() -> list[re.Pattern[str]]:
    """The patterns of what is more than a run of digits; at the first use, since they take a tenth of a second."""
    return [re.compile(pattern, re.IGNORECASE) for pattern in (_EMAIL, _USER, _HANDLE, _LINK, _DATE, _ADDRESS, _UNIT)]


# Runs of digits, with all that people put between: marks, invisible letters, a comma, capitals as in M123A4567.
_GAP = (
    r"[\s.:/\\_*•·‧∙~+|'’()\[\]\-‐-―−－．／（）٫٬⁄"
    r"\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\u115f\u1160\u3164\uffa0\u2800\u200c\u200d]"
)
_RUN = re.compile(
    r"(?:(?<![A-Za-zА-я\d▇])[AaАаΑＡ][\s#№:.-]{1,3}(?=(?:[\s.-]?\d){7})|(?<![A-Za-zА-яЁё▇])[A-Za-zА-яЁёΑＡ-Ｚ]{1,4}[-#№]?)?+"
    rf"(?:\+\s?)?(?:[(（](?=\+?\d{{1,5}}[)）]))?\+?\d(?:(?:{_GAP}*+|[,，](?=\d)|-?[A-Z]{{1,6}}-?)\d)*+"
    rf"(?:(?:st|nd|rd|th|[A-Za-z]){_END})?"
)
# A time or a span of times; 311 or 911, alone or beside a number of at most three digits; a price with cents.
_TIME = r"\d\d?:\d\d"
_KEPT = re.compile(rf"{_TIME}(?:\s?[-–—]\s?{_TIME})?|(?:\d{{1,3}}[\s.]+)?[39]11(?:[\s./]+\d{{1,3}})?")
_CENTS = re.compile(r"\d{1,3}[.,]\d\d")

_SIGNS = re.compile(r"▇(?:[ ,.،]*▇)*")


def mask(text: str) -> str:
    """The text with each private piece replaced by a sign; what betrays nobody comes through unchanged."""
    text = "".join(c for c in text if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    while (masked := _masked_once(text)) != text:
        text = masked
    return text


def _masked_once(text: str) -> str:
    text = _JOINERS.sub(r"\1", text)
    for pattern in _textual():
        text = pattern.sub(SIGN, text)
    return _SIGNS.sub(SIGN, _RUN.sub(_mask_run, text))


def _mask_run(match: re.Match[str]) -> str:
    run, before = match.group(), match.string[max(match.start() - 2, 0) : match.start()]
    price = before.strip().endswith(("$", "€", "£")) and _CENTS.fullmatch(run)
    return run if price or _KEPT.fullmatch(run) or sum(c.isdecimal() for c in run) < 4 else SIGN
