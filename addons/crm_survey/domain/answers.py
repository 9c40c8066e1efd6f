"""An answer as a value, and how it becomes the value of a fact or field."""

from dataclasses import dataclass
from datetime import date, datetime

YES_CODES = frozenset({"yes", "true", "1"})
NO_CODES = frozenset({"no", "false", "0"})
CHANNEL_CODES = frozenset({"email", "sms", "phone", "visit", "post", "chat", "social", "web"})
NO_COMPLAINT = frozenset({"", "no", "none", "nothing", "n/a", "không", "không có", "không có gì", "ko", "khong"})


@dataclass(frozen=True)
class Choice:
    """A chosen label: its stable code and its text; ``row`` is the code of the matrix row, if any."""

    code: str
    text: str
    row: str = ""
    row_text: str = ""


@dataclass(frozen=True)
class Answer:
    """What one customer said to one question.

    :ivar value: str, float, int, date or datetime of a question without labels, else ``None``
    :ivar choices: labels chosen
    :ivar comment: free text given beside the labels
    """

    invitation_id: int
    partner_id: int
    question_id: int
    question_code: str
    value: object = None
    choices: tuple = ()
    comment: str = ""
    on: datetime | None = None

    @property
    def text(self):
        """Everything said, in words."""
        parts = [choice.text if not choice.row else f"{choice.row_text}: {choice.text}" for choice in self.choices]
        if self.comment:
            parts.append(self.comment)
        if self.value is not None:
            parts.append(str(self.value))
        return ", ".join(part for part in parts if part)


class Unusable(ValueError):
    """The answer cannot be read as the wanted type."""


def _to_boolean(answer):
    codes = {choice.code for choice in answer.choices}
    if codes & YES_CODES:
        return True
    if codes & NO_CODES:
        return False
    raise Unusable(answer.text)


def _to_number(answer):
    raw = answer.value if answer.value is not None else next((c.code for c in answer.choices), None)
    if raw is None:
        raise Unusable(answer.text)
    try:
        return float(raw)
    except (TypeError, ValueError):
        raise Unusable(answer.text) from None


def _to_date(answer):
    if isinstance(answer.value, datetime):
        return answer.value.date()
    if isinstance(answer.value, date):
        return answer.value
    raise Unusable(answer.text)


def _to_choice(answer):
    if not answer.choices:
        raise Unusable(answer.text)
    return answer.choices[0].code


CONVERTERS = {
    "text": lambda answer: answer.text,
    "integer": lambda answer: round(_to_number(answer)),
    "float": _to_number,
    "boolean": _to_boolean,
    "date": _to_date,
    "choice": _to_choice,
    "multi": lambda answer: [choice.code for choice in answer.choices],
}


def consents(answer):
    """Return [(channel code or "", given)] that an answer says; silence says nothing.

    Yes gives and no withdraws for the question's own channel; labels that are channels (``email``, ``sms`` …) give for
    each of these.

    >>> consents(Answer(1, 1, 1, "q", choices=(Choice("yes", "Có"),))), consents(Answer(1, 1, 1, "q", comment="maybe"))
    ([('', True)], [])
    >>> consents(Answer(1, 1, 1, "q", choices=(Choice("email", "E-mail"), Choice("later", "Later"))))
    [('email', True)]
    """
    said = []
    for choice in answer.choices:
        if choice.code in YES_CODES or choice.code in NO_CODES:
            said.append(("", choice.code in YES_CODES))
        elif choice.code in CHANNEL_CODES:
            said.append((choice.code, True))
    return said


def complaint(answer):
    """Return the complaint in words, empty when there is none: a lone "no" is none.

    >>> complaint(Answer(1, 1, 1, "q", value="Giao trễ")), complaint(Answer(1, 1, 1, "q", value=" Không có. "))
    ('Giao trễ', '')
    >>> complaint(Answer(1, 1, 1, "q", choices=(Choice("no", "No"),), comment="late"))
    'late'
    """
    labels = [choice for choice in answer.choices if choice.code not in NO_CODES | {"none"}]
    said = Answer(0, 0, 0, "", value=answer.value, choices=tuple(labels), comment=answer.comment).text.strip()
    return "" if said.strip(" .!-").casefold() in NO_COMPLAINT else said


def plain(value):
    """Return a text without what makes a spreadsheet take it for a formula; anything else as it is.

    For fields of contacts and leads, which Odoo exports as they are; a phone number keeps its plus.

    >>> plain("=HYPERLINK(A1)"), plain(" @SUM(1)"), plain("+84 912"), plain("Hà Nội"), plain(7)
    ('HYPERLINK(A1)', 'SUM(1)', '+84 912', 'Hà Nội', 7)
    """
    return value.lstrip(" \t\r\n=@{\uff1d\uff20") if isinstance(value, str) else value


def convert(answer, value_type):
    """Return the answer as a Python value of ``value_type``.

    :param value_type: text, integer, float, boolean, date, choice (label code) or multi (list of codes)
    :raises Unusable: if it cannot be read so

    >>> convert(Answer(1, 1, 1, "q", value=7), "integer")
    7
    >>> convert(Answer(1, 1, 1, "q", choices=(Choice("yes", "Có"),)), "boolean")
    True
    >>> convert(Answer(1, 1, 1, "q", choices=(Choice("a", "A"),), comment="và B"), "text")
    'A, và B'
    """
    return CONVERTERS.get(value_type, CONVERTERS["text"])(answer)
