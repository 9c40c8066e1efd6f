"""Outcome codes and rates after AAPOR, Standard Definitions (9th edition).

We ask named customers: whoever is on our list is eligible until we learn otherwise. So calls and messages that nobody
answers end as non-contact (2.2), as do call-backs that never became an interview (2.21 there); eligibility is unknown
(3.x) only of those who were never asked (3.11) or whom nothing we have could reach (3.3).
"""

from dataclasses import dataclass

COMPLETE = "1.1"
PARTIAL = "1.2"
REFUSAL = "2.11"
BREAK_OFF = "2.12"
NON_CONTACT = "2.2"
OTHER = "2.3"
NEVER_ASKED = "3.11"
UNDELIVERABLE = "3.3"
NOT_ELIGIBLE = "4.1"
QUOTA_FILLED = "4.8"

# What is over and counts in figures about answers.
FINISHED = (COMPLETE, PARTIAL)

CODES = (
    COMPLETE,
    PARTIAL,
    REFUSAL,
    BREAK_OFF,
    NON_CONTACT,
    OTHER,
    NEVER_ASKED,
    UNDELIVERABLE,
    NOT_ELIGIBLE,
    QUOTA_FILLED,
)

# One attempt's outcome -> final code if nothing better follows. None: interim, says nothing final.
ATTEMPT_FINAL = {
    "sent": None,
    "call_back": None,
    "no_answer": None,
    "busy": None,
    "voicemail": None,
    "by_link": None,
    "bounced": UNDELIVERABLE,
    "wrong_number": UNDELIVERABLE,
    "refused": REFUSAL,
    "unable": OTHER,
    "not_eligible": NOT_ELIGIBLE,
    "break_off": BREAK_OFF,
    "completed": COMPLETE,
}

# Outcomes of attempts that cannot have reached the customer.
ASTRAY = frozenset({"bounced", "wrong_number"})

# Why an invitation was cancelled -> final code; the rest were never asked, or asked in vain. None: not in the sample.
CANCEL_FINAL = {
    "left_stage": NOT_ELIGIBLE,
    "merged": NOT_ELIGIBLE,
    "known": NOT_ELIGIBLE,
    "quota": QUOTA_FILLED,
    "not_drawn": None,
}

# Share of the questions asked from which an unfinished questionnaire counts as a partial interview.
PARTIAL_FROM = 0.5


def final_of_attempt(disposition):
    """Return the final AAPOR code one attempt decides, or ``None`` while it is only interim.

    >>> final_of_attempt("refused"), final_of_attempt("busy")
    ('2.11', None)
    """
    return ATTEMPT_FINAL.get(disposition)


def final_at_refusal(begun, answered, questions):
    """Return the final AAPOR code of a customer who does not want to go on, by how far the questionnaire had come.

    >>> final_at_refusal(False, 0, 8), final_at_refusal(True, 0, 8), final_at_refusal(True, 4, 8)
    ('2.11', '2.12', '1.2')
    """
    if answered:
        return final_at_expiry(True, answered, questions)
    return BREAK_OFF if begun else REFUSAL


def final_at_expiry(asked, answered, questions, tried=()):
    """Return the final AAPOR code of an invitation whose time, or number of attempts, is over.

    :param asked: whether at least one invitation, reminder or call went out
    :param answered: number of questions answered
    :param questions: number of questions planned for this respondent
    :param tried: outcomes of the attempts, where they are known

    >>> final_at_expiry(False, 0, 8), final_at_expiry(True, 0, 8)
    ('3.11', '2.2')
    >>> final_at_expiry(True, 3, 8), final_at_expiry(True, 4, 8)
    ('2.12', '1.2')
    >>> final_at_expiry(True, 0, 8, ["sent", "bounced"]), final_at_expiry(True, 0, 8, ["wrong_number", "busy"])
    ('3.3', '2.2')
    """
    if not asked:
        return NEVER_ASKED
    if not answered:
        # A message that came back was "sent" before: it does not count as another one that may have arrived.
        told = [outcome for outcome in tried if outcome != "sent"]
        sent, astray = len(tried) - len(told), sum(outcome in ASTRAY for outcome in told)
        reachable = len(told) > astray or sent > told.count("bounced")
        return UNDELIVERABLE if astray and not reachable else NON_CONTACT
    if questions and answered / questions >= PARTIAL_FROM:
        return PARTIAL
    return BREAK_OFF


def final_at_cancel(reason, asked):
    """Return the final AAPOR code of an invitation that is cancelled, or ``False`` if it was not in the sample.

    :param reason: why, a key of ``crm.survey.invitation.cancel_reason``
    :param asked: whether anything went out before

    >>> final_at_cancel("quota", True), final_at_cancel("user", False), final_at_cancel("user", True)
    ('4.8', '3.11', '2.2')
    >>> final_at_cancel("not_drawn", False)
    False
    """
    return CANCEL_FINAL.get(reason, NON_CONTACT if asked else NEVER_ASKED) or False


@dataclass(frozen=True)
class Counts:
    """Number of cases per outcome: complete, partial, refusal, non-contact, other, unknown, not eligible."""

    complete: int = 0
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown: int = 0
    not_eligible: int = 0

    @property
    def eligible(self):
        """(I+P)+(R+NC+O): the cases known to be eligible."""
        return self.complete + self.partial + self.refusal + self.non_contact + self.other


def count_codes(totals):
    """Return :class:`Counts` of a mapping from final code to number of cases.

    >>> count_codes({"1.1": 3, "2.11": 1, "2.12": 1, "4.8": 2})
    Counts(complete=3, partial=0, refusal=2, non_contact=0, other=0, unknown=0, not_eligible=2)
    """

    def total(*prefixes):
        return sum(number for code, number in totals.items() if code and code.startswith(prefixes))

    return Counts(
        complete=total("1.1"),
        partial=total("1.2"),
        refusal=total("2.1"),
        non_contact=total("2.2"),
        other=total("2.3"),
        unknown=total("3."),
        not_eligible=total("4."),
    )


def _ratio(part, whole):
    return part / whole if whole else None


def rates(counts):
    """Return the AAPOR response, cooperation, refusal and contact rates, each in 0..1 or ``None``.

    ``E``, the share of unknown cases taken to be eligible, is den / (den + NE).

    >>> r = rates(Counts(760, 339, 59, 288, 1, 173, 71))
    >>> [round(r[key], 3) for key in ("RR1", "RR2", "RR5")]
    [0.469, 0.678, 0.525]
    """
    den = counts.eligible
    known = counts.complete + counts.partial
    contacted = known + counts.refusal + counts.other
    everything = den + counts.unknown
    share = _ratio(den, den + counts.not_eligible) or 0.0
    estimated = den + share * counts.unknown
    return {
        "RR1": _ratio(counts.complete, everything),
        "RR2": _ratio(known, everything),
        "RR3": _ratio(counts.complete, estimated),
        "RR4": _ratio(known, estimated),
        "RR5": _ratio(counts.complete, den),
        "RR6": _ratio(known, den),
        "COOP1": _ratio(counts.complete, contacted),
        "REF1": _ratio(counts.refusal, everything),
        "CON1": _ratio(contacted, everything),
        "E": _ratio(den, den + counts.not_eligible),
    }
