"""Mentions from a CSV or XLSX file: a table in, clean rows and errors by line out."""

from __future__ import annotations

# Relative, since the domain knows nothing of Odoo: the reader of tables lies beside, in the addon below.
from ...crm_profile.domain.tabular import LineError, Row, cell_text, plain, table_rows
from ...crm_profile.domain.tabular_values import Reading, ValueProblem, parse_date, sniff_day_first

MAX_TEXT, MAX_SHORT = 5000, 250
_SYNONYMS = {
    "date": "date|day|posted on|ngay|ngay dang",
    "source": "source|kind|nguon|loai nguon",
    "url": "url|link|address|lien ket|duong dan",
    "author": "author|by|user|tac gia|nguoi dang|nguoi viet",
    "text": "text|content|message|post|comment|noi dung|binh luan",
    "sentiment": "sentiment|mood|cam xuc|thai do",
    "customer": "customer|customer code|email|e mail|khach hang|ma khach hang|ma khach",
    "competitor": "competitor|doi thu|doi thu canh tranh",
    "complaint": "complaint|is complaint|khieu nai|phan nan",
}
_FIELD = {word: name for name, words in _SYNONYMS.items() for word in words.split("|")}
_SOURCES = {
    "social": "social|social network|facebook|zalo|tiktok|mang xa hoi",
    "forum": "forum|dien dan",
    "web": "web|website|blog|trang web",
    "press": "press|newspaper|news|bao|bao chi",
}
_SENTIMENTS = {
    "positive": "positive|pos|good|1|tich cuc|tot",
    "neutral": "neutral|neu|0|trung lap|binh thuong",
    "negative": "negative|neg|bad|tieu cuc|xau",
}
_YES, _NO = {"yes", "true", "1", "x", "co", "dung"}, {"no", "false", "0", "khong", "sai"}


def _words(table):
    return {word: code for code, words in table.items() for word in words.split("|")}


SOURCE_WORDS, SENTIMENT_WORDS = _words(_SOURCES), _words(_SENTIMENTS)


def columns_of(headers):
    """The field of each header, None when unknown or named before.

    >>> columns_of(["Ngày", "Nội dung", "Giá", "Text"])
    ['date', 'text', None, None]
    """
    found = []
    for header in headers:
        name = _FIELD.get(plain(cell_text(header)))
        found.append(name if name not in found else None)
    return found


def clean_table(table, today):
    """Read every line.

    :param table: tabular.Table
    :param today: no mention lies after it
    :return: ([Row], [LineError]); each line is in exactly one of them
    """
    columns = columns_of(table.headers)
    errors, rows = list(table.broken), []
    dates = [raw.get("date") for _line, raw, _extra in table_rows(table, columns)]
    day_first, mixed = sniff_day_first([value for value in dates if value])
    reading = Reading(day_first=day_first, mixed_dates=mixed)
    for line, raw, extra in table_rows(table, columns):
        if extra:
            errors.append(LineError(line, "", "too_many_cells", {"columns": len(columns)}))
            continue
        values, problem = _clean_row(line, raw, today, reading)
        if problem:
            errors.append(problem)
        elif values:
            rows.append(Row(line, values))
    return rows, errors


def _clean_row(line, raw, today, reading):
    values = {name: cell_text(value) for name, value in raw.items() if cell_text(value)}
    if not values:
        return {}, None
    if not values.get("text"):
        return {}, LineError(line, "text", "no_text")
    for name, text in values.items():
        limit = MAX_TEXT if name == "text" else MAX_SHORT
        if len(text) > limit:
            return {}, LineError(line, name, "text_too_long", {"length": len(text), "limit": limit})
    try:
        values["date"] = parse_date(raw["date"], today, reading) if "date" in values else today
    except ValueProblem as problem:
        return {}, LineError(line, "date", problem.code, problem.params)
    return _clean_choices(line, values)


def _clean_choices(line, values):
    for name, words, default in (
        ("source", SOURCE_WORDS, "web"),
        ("sentiment", SENTIMENT_WORDS, "neutral"),
    ):
        text = values.get(name)
        found = words.get(plain(text)) if text else default
        if text == "-1" and name == "sentiment":
            found = "negative"
        if not found:
            return {}, LineError(line, name, "option_unknown", {"value": text})
        values[name] = found
    text = values.pop("complaint", "")
    if text and plain(text) not in _YES | _NO:
        return {}, LineError(line, "complaint", "boolean_unreadable", {"value": text})
    values["is_complaint"] = plain(text) in _YES
    if values.get("url") and not values["url"].lower().startswith(("http://", "https://")):
        return {}, LineError(line, "url", "url_invalid", {"value": values["url"]})
    return values, None
