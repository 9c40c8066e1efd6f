"""A calendar file (RFC 5545) of one appointment: pure text.

>>> "SUMMARY:Oil\\\\, filter" in calendar_file("1", datetime(2026, 3, 2, 1), datetime(2026, 3, 2, 2), "Oil, filter")
True
"""

from datetime import datetime

FOLD = 73


def _text(value: str) -> str:
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\r\n", "\\n").replace("\r", "\\n").replace("\n", "\\n")


def _parameter(value: str) -> str:
    """A parameter has no way to hold a quotation mark or a line's end."""
    return "".join(" " if ord(character) < 32 or character == '"' else character for character in value)


def _fold(line: str) -> str:
    """A line is at most 75 octets; what goes on begins with a blank, and no character is cut."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n".join(parts)


def _moment(value: datetime) -> str:
    return value.strftime("%Y%m%dT%H%M%SZ")


def calendar_file(
    uid: str,
    start: datetime,
    stop: datetime,
    summary: str,
    description: str = "",
    location: str = "",
    stamp: datetime | None = None,
    sequence: int = 0,
    cancelled: bool = False,
    organizer: tuple[str, str] = ("", ""),
) -> str:
    """:param start: and ``stop``, naive UTC; ``stamp`` when it was written
    :param sequence: rises with each change, so that calendars replace the former; a cancelled appointment is taken out
        of the calendar only by a number above that of the file it came with (RFC 5546, 3.2.5)
    :param organizer: name and e-mail address of who invites
    :return: the file's text, lines ended by CR LF
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Customer Lifecycle Suite//Service Plans//EN",
        "METHOD:" + ("CANCEL" if cancelled else "PUBLISH"),
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{_moment(stamp or start)}",
        f"DTSTART:{_moment(start)}",
        f"DTEND:{_moment(stop)}",
        f"SEQUENCE:{sequence}",
        "STATUS:" + ("CANCELLED" if cancelled else "CONFIRMED"),
        f"SUMMARY:{_text(summary)}",
    ]
    name, address = organizer
    if address:
        lines.append(f'ORGANIZER;CN="{_parameter(name or address)}":mailto:{_parameter(address)}')
    if description:
        lines.append(f"DESCRIPTION:{_text(description)}")
    if location:
        lines.append(f"LOCATION:{_text(location)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "\r\n".join(_fold(line) for line in lines) + "\r\n"
