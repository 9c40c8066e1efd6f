"""Why customers leave, on two axes, and what follows from it."""

import re

# First axis: where the cause lies. The second, whether it was in our hands, is decided in each interview.
CAUSES = {
    "pricing": "offer",
    "no_longer_fits": "offer",
    "inconvenience": "service",
    "core_service_failure": "service",
    "service_encounter_failure": "service",
    "response_to_failure": "service",
    "ethics": "service",
    "competition": "competitor",
    "involuntary": "customer",
    "circumstances": "customer",
}
# What the reason says about the silence before the end, in the terms of the causes of a lull.
LULL_KINDS = {
    "pricing": "price",
    "core_service_failure": "quality",
    "service_encounter_failure": "service",
    "response_to_failure": "service",
    "inconvenience": "service",
    "ethics": "service",
    "competition": "competitor",
}
# The reasons a quiet customer may give, in the same terms: (cause, kind).
QUIET_REASONS = {
    "natural": ("natural", "stocked"),
    "moved": ("natural", "moved"),
    "changed_job": ("natural", "job"),
    "income": ("natural", "money"),
    "family": ("natural", None),
    "dissatisfied": ("dissatisfied", None),
    "competitor": ("dissatisfied", "competitor"),
}
OFFER = re.compile(
    r"\d\s*%\s*(off|discount)|(discount|giảm|giảm giá)( of)?\s*\d|voucher|coupon|promo ?code|mã (giảm giá|khuyến mãi)"
    r"|free gift",
    re.IGNORECASE,
)


def lull(reason, relationship_caused, controllable):
    """Return (natural, dissatisfied or unknown, kind or ``None``) of what a leaver said.

    :param reason: code of the first reason, or nothing

    >>> lull("competition", False, False), lull("circumstances", False, False)
    (('dissatisfied', 'competitor'), ('natural', None))
    >>> lull("circumstances", True, False), lull(None, False, False)
    (('dissatisfied', None), ('unknown', None))
    """
    if kind := LULL_KINDS.get(reason):
        return "dissatisfied", kind
    if relationship_caused or controllable:
        return "dissatisfied", None
    return ("natural", None) if reason else ("unknown", None)


def propose_outcome(cause, relationship_caused, chance):
    """Return what an interview suggests for the stage: ended or quiet (they may come back by themselves).

    >>> propose_outcome("customer", False, "none"), propose_outcome("customer", False, None)
    ('ended', 'quiet')
    >>> propose_outcome("service", True, "high"), propose_outcome("competitor", False, None)
    ('quiet', 'ended')
    """
    if chance in ("medium", "high"):
        return "quiet"
    if chance in ("none", "low"):
        return "ended"
    return "quiet" if cause == "customer" and not relationship_caused else "ended"


def find_offer(text):
    """Return the words of a text that sound like an offer, ``None`` without any: an interview is no sales talk.

    >>> find_offer("Come back and get 10% off!"), find_offer("Tặng bạn mã giảm giá 50k")
    ('0% off', 'mã giảm giá')
    >>> find_offer("Was the price too high?")
    """
    found = OFFER.search(text or "")
    return found.group() if found else None
