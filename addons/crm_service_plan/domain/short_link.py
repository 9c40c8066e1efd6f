"""The link to a visit as one word, short enough for a text message: nothing of its secret is left out.

>>> token = "0f8fad5b-d9cb-469f-a165-70867728950e"
>>> short_word(7, token)
'AAAABw-PrVvZy0afoWVwhncolQ4'
>>> long_link(short_word(7, token)) == (7, token)
True
>>> short_word(7, "no such token") is None and long_link("no!word") is None and long_link("é") is None
True
"""

import base64
import struct
from uuid import UUID


def short_word(visit_id: int, token: str) -> str | None:
    """:return: visit and access token as one word of a URL; None when the token is no UUID"""
    try:
        packed = struct.pack(">I", visit_id) + UUID(token).bytes
    except (ValueError, struct.error):
        return None
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def long_link(word: str) -> tuple[int, str] | None:
    """:return: ``(visit id, access token)`` as the word says; None when it is none of ours"""
    try:
        packed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except ValueError:
        return None
    if len(packed) != 20:
        return None
    return struct.unpack(">I", packed[:4])[0], str(UUID(bytes=packed[4:]))
