"""Whom a customer recommends: names, phone numbers and addresses found in a few lines of text."""

import re
from dataclasses import dataclass
from hashlib import sha256

from .answers import plain

MOST = 5
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"\+?\d[\d\s.()-]{6,}\d")
NOTHING = frozenset({"", "no", "none", "nobody", "không", "không có", "khong", "-", ".", "n/a"})


@dataclass(frozen=True)
class Referred:
    """Somebody a customer named; ``phone`` as typed, without spaces and dots."""

    name: str
    phone: str = ""
    email: str = ""

    @property
    def key(self):
        """What makes two of them the same person: a digest, which tells nothing of them once they are forgotten."""
        said = "\n".join((self.name.casefold(), self.phone, self.email.casefold()))
        return sha256(said.encode()).hexdigest()[:16]


def parse(text):
    """Return the people named in an answer, one a line or between semicolons, at most five.

    >>> parse("Chị Hoa 0912 345 678; nam@ex.vn Anh Nam")
    [Referred(name='Chị Hoa', phone='0912345678', email=''), Referred(name='Anh Nam', phone='', email='nam@ex.vn')]
    >>> parse("Không có"), parse(None)
    ([], [])
    """
    found = {}
    for line in re.split(r"[\n;]", text or ""):
        email = EMAIL.search(line)
        rest = EMAIL.sub(" ", line)
        phone = PHONE.search(rest)
        name = plain(" ".join(PHONE.sub(" ", rest).strip(" ,:-–()\t").split()))[:120]
        person = Referred(
            name or (email.group() if email else phone.group().strip() if phone else ""),
            re.sub(r"[^\d+]", "", phone.group()) if phone else "",
            email.group() if email else "",
        )
        if person.name.strip(" .").casefold() not in NOTHING:
            found.setdefault(person.key, person)
    return list(found.values())[:MOST]
