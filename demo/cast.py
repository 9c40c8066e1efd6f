"""Who comes to the shop and when: the whole story as plain data, the same for the same day and size."""

import datetime as dt
import random
import unicodedata
from dataclasses import dataclass, field

from .catalogue import BASKETS, BIKES, EXTRAS
from .names import (
    FAMILY,
    FIRMS,
    GIVEN_FEMALE,
    GIVEN_MALE,
    HOUSEHOLDS,
    MIDDLE_FEMALE,
    MIDDLE_MALE,
    MOBILE_PREFIXES,
    STREETS,
)

SEED = "xe-may-sai-gon"
HISTORY_DAYS = 3 * 365

#: story -> how many customers at full size. Together about 350.
STORIES = {
    "firm": 8,  # delivery firms: the workshop sees their bikes every week
    "household": 12,  # small businesses: every month
    "regular": 110,  # every two to three months
    "new": 42,  # came for the first time in the last two months
    "once": 40,  # bought once, long ago
    "slipping": 40,  # regulars whose silence becomes long in these weeks
    "quiet": 38,  # regulars who have been silent for some months
    "left": 16,  # told us that they went elsewhere
    "prospect": 30,  # in the pipeline, never bought
    "suspect": 22,  # we only know of them
}


@dataclass
class Order:
    """One purchase: the local day and hour, and (product code, quantity) lines."""

    at: dt.datetime
    lines: list


@dataclass
class Customer:
    """One customer of the shop with everything the loader writes about them."""

    ref: str
    story: str
    kind: str
    name: str
    male: bool
    salutation: str
    phone: str
    email: str
    street: str
    ward: str
    bike: str
    plate: str
    orders: list = field(default_factory=list)
    buys_bike: bool = False

    @property
    def is_company(self):
        """Whether the partner is a company (delivery firm or household business)."""
        return self.kind != "person"


def dice(purpose):
    """A random generator of its own for each purpose, so that one step never disturbs another.

    :param purpose: any string
    :return: random.Random
    """
    return random.Random(f"{SEED}/{purpose}")


def count_of(story, scale):
    """How many customers have this story at this size (at least two; eight of those who turn quiet)."""
    return max(8 if story == "slipping" else 2, round(STORIES[story] * scale))


def plain(text):
    """`Nguyễn Thị Ánh` -> `nguyen thi anh`."""
    text = text.lower().replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def cast(scale, today):
    """Everyone, in a fixed order.

    :param scale: 1.0 is the full shop, .1 a tenth
    :param today: date the stories are told up to
    :return: list of Customer
    """
    people, seen = [], set()
    for story in STORIES:
        rnd = dice(story)
        for number in range(count_of(story, scale)):
            person = _person(rnd, story, number, len(people) + 1, seen)
            person.orders = _orders(rnd, person, today)
            people.append(person)
    return people


def plate(rnd):
    """A number plate of Saigon, such as 59P1-234.56."""
    series = f"59{rnd.choice('CDEFGHKLMNPSTVXY')}{rnd.randint(1, 3)}"
    return f"{series}-{rnd.randint(10, 999):03d}.{rnd.randint(0, 99):02d}"


def portal_customer(people):
    """The one who has a login on the portal: the first regular with an e-mail address."""
    return next(who for who in people if who.story == "regular" and who.email)


def _person(rnd, story, number, serial, seen):
    kind = {"firm": "firm", "household": "household"}.get(story, "person")
    male = rnd.random() < 0.58
    name = _name(rnd, kind, male, number, seen)
    age = rnd.random()
    salutation = ("anh" if age < 0.72 else "chú") if male else ("chị" if age < 0.72 else "cô")
    street, ward = rnd.choice(STREETS)
    lane = f"{rnd.randint(3, 480)}" if rnd.random() < 0.6 else f"{rnd.randint(3, 480)}/{rnd.randint(1, 60)}"
    has_mail = kind == "firm" or rnd.random() < 0.8
    slug = plain(name.split(" ", 3)[-1] if kind == "firm" else name).replace(" ", ".")
    return Customer(
        ref=f"KH{serial:04d}",
        story=story,
        kind=kind,
        name=name,
        male=male,
        salutation=salutation if kind == "person" else "",
        phone=f"+84 {rnd.choice(MOBILE_PREFIXES)}{rnd.randint(1, 9)} 00{rnd.randint(0, 9)} {rnd.randint(100, 999)}",
        email=f"{slug}.{serial}@example.com" if has_mail else "",
        street=f"{lane} {street}",
        ward=f"Phường {ward}",
        bike=rnd.choices(BIKES, [34, 30, 12, 14, 10])[0],
        plate=plate(rnd),
        buys_bike=kind == "person" and rnd.random() < (0.75 if story == "new" else 0.4),
    )


def _name(rnd, kind, male, number, seen):
    names = {"firm": FIRMS, "household": HOUSEHOLDS}.get(kind)
    if names:
        return names[number % len(names)]
    while True:
        middle, given = (MIDDLE_MALE, GIVEN_MALE) if male else (MIDDLE_FEMALE, GIVEN_FEMALE)
        name = f"{rnd.choice(FAMILY)} {rnd.choice(middle)} {rnd.choice(given)}"
        if name not in seen:
            seen.add(name)
            return name


#: story -> (first visit: days ago from, to; last visit: days ago from, to; days between visits from, to)
_RHYTHM = {
    "firm": ((400, 900), (1, 7), (6, 8)),
    "household": ((400, 1080), (3, 30), (26, 40)),
    "regular": ((240, 1090), (2, 60), (55, 95)),
    "slipping": ((420, 1090), (165, 225), (45, 85)),
    "quiet": ((500, 1090), (250, 520), (50, 95)),
    "left": ((600, 1090), (120, 420), (50, 100)),
}


def _orders(rnd, person, today):
    if person.story in ("prospect", "suspect"):
        return []
    if person.story == "new":
        days = [rnd.randint(3, 58)]
        if rnd.random() < 0.4:
            days.append(max(1, days[0] - rnd.randint(20, 45)))
        days = sorted(set(days), reverse=True)
    elif person.story == "once":
        days = [rnd.randint(130, HISTORY_DAYS)]
    else:
        days = _days(rnd, *_RHYTHM[person.story])
    orders = [_order(rnd, person, today - dt.timedelta(days=ago)) for ago in days]
    if person.buys_bike:
        orders[0].lines = [(person.bike, 1), ("REGISTER", 1)] + rnd.sample(EXTRAS[:4], rnd.randint(0, 2))
    return orders


def _days(rnd, first, last, gap):
    ago, last_ago, days = rnd.randint(*first), rnd.randint(*last), []
    own = rnd.randint(*gap)  # everyone keeps a rhythm of their own
    while ago > last_ago:
        days.append(ago)
        ago -= max(2, round(own * rnd.uniform(0.75, 1.3)))
    return days + [last_ago]


def _order(rnd, person, day):
    if day.weekday() == 6:  # closed on Sundays
        day -= dt.timedelta(days=1)
    basket = rnd.choices([b for _w, b in BASKETS], [w for w, _b in BASKETS])[0]
    times = {"firm": rnd.randint(2, 6), "household": rnd.choice([1, 1, 2])}.get(person.story, 1)
    lines = [(code, qty * times) for code, qty in basket]
    if rnd.random() < 0.08:
        lines.append(rnd.choice(EXTRAS))
    at = dt.datetime.combine(day, dt.time(rnd.randint(8, 17), rnd.randrange(0, 60)))
    return Order(at, lines)
