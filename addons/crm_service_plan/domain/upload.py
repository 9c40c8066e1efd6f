"""Which files a stranger may hand in: few, small, and what they say they are.

>>> refuse([("a.jpg", 100, "image/jpeg")]), refuse([("a.exe", 100, "application/x-dosexec")])
(None, 'type')
>>> refuse([("photo.jpg", 100, "text/html")])
'type'
"""

from collections.abc import Sequence

TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "pdf": "application/pdf",
}
MAX_FILES = 4
MAX_BYTES = 5 * 1024 * 1024
MAX_NAME = 100


def refuse(files: Sequence[tuple[str, int, str]]) -> str | None:
    """:param files: ``(name, bytes, type found by looking at the content)``
    :return: what is wrong (number, size, type), None if all may come in
    """
    if len(files) > MAX_FILES:
        return "number"
    for name, size, mimetype in files:
        if not 0 < size <= MAX_BYTES:
            return "size"
        if TYPES.get(name.rpartition(".")[2].lower()) != mimetype:
            return "type"
    return None
