"""Dates and numbers of a ledger: read as in every table."""

from ...crm_profile.domain.tabular_values import (  # noqa: F401  one implementation, this name stays
    MAX_NUMBER,
    Reading,
    ValueProblem,
    parse_date,
    parse_number,
    sniff_day_first,
    sniff_decimal,
)
