"""Words for searching: the same for "Nguyễn", "nguyen" and "NGUYEN"; no extension of the database is needed.

>>> fold("Động cơ KHÔNG nổ, sau 10 km!")
'dong co khong no sau 10 km'
>>> search_words("Xe không nổ máy, không nổ")
['xe', 'khong', 'no', 'may']
"""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+", re.UNICODE)
MAX_WORDS = 40
MAX_CHARS = 20000
PLACEHOLDER = "…"


def fold(text: str | None) -> str:
    """:return: lower-case words without accents, separated by one blank; at most 20,000 characters"""
    plain = unicodedata.normalize("NFD", (text or "")[:MAX_CHARS].lower().replace("đ", "d"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(WORD.findall(plain))[:MAX_CHARS]


def search_words(text: str | None) -> list[str]:
    """:return: the first 40 different words of two letters or more, in order"""
    words = dict.fromkeys(word[:60] for word in fold(text).split() if len(word) > 1)
    return list(words)[:MAX_WORDS]


def any_word(text: str | None) -> str:
    """:return: query of PostgreSQL's full-text search: any of the words; empty if there is none"""
    return " | ".join(search_words(text))


def all_words(text: str | None) -> str:
    """:return: query of PostgreSQL's full-text search: words that begin so, all of them; empty if there is none"""
    return " & ".join(f"{word}:*" for word in search_words(text))


def leaks(text: str | None, secrets: list[str | None]) -> list[str]:
    """What of a customer stands in a text that everybody may read?

    :param text: the text meant for publication
    :param secrets: name, e-mail address, phone number, serial number … of the customer; short ones are left out
    :return: those found, whatever their case, accents and blanks

    >>> leaks("Ông Nguyễn Văn An gọi 0901 234 567", ["nguyen van an", "0901234567", "An"])
    ['nguyen van an', '0901234567']
    """
    plain = fold(text).replace(" ", "")
    return [secret for secret in secrets if secret and len(key := fold(secret).replace(" ", "")) >= 5 and key in plain]
