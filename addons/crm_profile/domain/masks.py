"""What leaves the house: values masked so that their shape is kept, cells that no spreadsheet calculates."""

import re

SECRET = "•••"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_EMAIL = re.compile(r"^\S+@\S+$")
_PHONE = re.compile(r"^[+(]?[\d\s().\-/]{6,}$")
_NUMBER = re.compile(r"^[+-]?\d[\d\s.,]*$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def email(value):
    """The first letter of an address, the rest hidden.

    >>> email("nam@example.com")
    'n***@…'
    """
    return f"{value.strip()[:1]}***@…" if value.strip() else ""


def phone(value):
    """A telephone number of which the first and the last two digits are left; blanks and signs stay.

    >>> phone("0912345612"), phone("+84 912 345 612"), phone("113")
    ('09******12', '+84 *** *** *12', '***')
    """
    places = [index for index, char in enumerate(value) if char.isdigit()]
    shown = set(places[:2] + places[-2:]) if len(places) > 6 else set()
    return "".join("*" if char.isdigit() and index not in shown else char for index, char in enumerate(value))


def text(value):
    """Of each word its first letter.

    >>> text("Honda xanh"), text("1990-03-04"), text("12500000")
    ('H**** x***', '****-**-**', '********')
    """
    if re.search(r"\d", value):
        return re.sub(r"\w", "*", value)
    return re.sub(r"(\w)(\w*)", lambda match: match[1] + "*" * len(match[2]), value)


def shape(value):
    """``value`` masked by what it looks like: an address, a telephone number, or words.

    >>> shape("lan@example.com"), shape("0912 345 612"), shape("2026-03-01"), shape(False), shape("")
    ('l***@…', '09** *** *12', '****-**-**', '', '')
    """
    if value is None or value is False or value == "":
        return ""
    shown = str(value)
    if _EMAIL.match(shown.strip()):
        return email(shown)
    if _PHONE.match(shown.strip()) and not re.match(r"^\d{4}-\d\d-\d\d", shown):
        return phone(shown)
    return text(shown)


def replaced(value, words):
    """``value`` with these words replaced, the longer ones first.

    >>> replaced("Le Thi Lan: moved away", {"Le Thi": "L* T**", "Le Thi Lan": "L* T** L**"})
    'L* T** L**: moved away'
    """
    for word in sorted(words, key=len, reverse=True):
        value = value.replace(word, words[word])
    return value


def defused(value):
    """A cell that no spreadsheet takes for a formula; control characters are dropped.

    Plain numbers stay numbers. A cell is looked at behind leading blanks and separators, too, since a spreadsheet that
    splits at another separator sees the part behind it as a cell of its own.

    >>> defused("=1+1"), defused("Lan"), defused(" @SUM(1)"), defused("a;=1"), defused("-5"), defused(-5)
    ("'=1+1", 'Lan', "' @SUM(1)", "a;'=1", '-5', -5)
    """
    if value is None or value is False:
        return ""
    if not isinstance(value, str):
        return value
    shown = _CONTROL.sub("", value)
    if _NUMBER.match(shown):
        return shown
    if shown.lstrip(" \"'").startswith(RISKY):
        shown = "'" + shown
    return re.sub(r"([;,\t\n|]\s*\"?)(?=[=+\-@＝＋－＠])(?![+\-]?\d[\d\s.,]*(?:[;,\t\n|]|$))", r"\1'", shown)
