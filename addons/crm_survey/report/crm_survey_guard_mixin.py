from collections import Counter

from odoo import models

from ..domain import suppression
from .crm_survey_report_mixin import COLUMNS

CUTS = ("stage_id", "value_class_id", "salesperson_id", "province_id")
# The cut of the page of results: a questionnaire in a program. No report asks for it, all must bear it.
RESULTS = ("results", None, "all")


class CrmSurveyGuardMixin(models.AbstractModel):
    """Reports whose small groups are hidden.

    What is hidden is decided once for a company, over all cuts the report offers together: another choice on the screen
    shows no more. The questionnaires of each program come first, as the page of results shows them; what would tell of
    a small one by subtraction, the program or the total of the company, gives way.
    """

    _name = "crm.survey.guard.mixin"
    _description = "Survey report that hides small groups"
    _inherit = "crm.survey.report.mixin"

    def _cuts_of(self, rows):
        """Return {name of a cut: function of a row to its label}, in the order of precedence.

        A name is (of one program?, dimension or segment id, period); a label is a tuple (program or None, key, period).
        """
        segments = sorted({segment for row in rows for segment in row["segment_ids"]})
        cuts = {RESULTS: _result}
        for program in (True, False):
            for period in ("all", "wave", "quarter"):
                for column in (None, *CUTS):
                    cuts[program, column, period] = _labeller(program, column, period)
            for segment in segments:
                cuts[program, segment, "all"] = _labeller(program, segment, "all")
        return cuts

    def _decide(self, rows):
        """Return {name of a cut: labels that may be shown}."""
        cuts = self._cuts_of(rows)
        total = suppression.total_holds(Counter(map(_result, rows)).values())
        shown = suppression.publish([[label(row) for row in rows] for label in cuts.values()], total=total)
        return cuts, dict(zip(cuts, shown, strict=True))

    def _wanted(self, cuts):
        """Return the names of the cuts this report shows."""
        one = bool(self.program_id) or self.dimension == "program"
        if self.dimension == "segment":
            return [name for name in cuts if name[0] == one and isinstance(name[1], int)]
        column = COLUMNS[self.dimension][1] if self.dimension in COLUMNS else None
        return [(one, column if column in CUTS else None, self.period or "all")]

    def _is_wanted(self, label):
        """Whether a group is one this report is about: of the program chosen, and in the segment, not outside it."""
        return label[1] is not False and (not self.program_id or label[0] == self.program_id.id)

    def _group_of(self, label):
        """Return (key, period) of a label in the chosen dimension."""
        return label[{"program": 0, "company": 3}.get(self.dimension, 1)], label[2]


def _result(row):
    """Return the label of a row on the page of results."""
    return row["program_id"], row["survey_id"], None, row["company_id"]


def _labeller(program, cut, period):
    """Return the function that gives a row its label in a cut: (program, key, period, company)."""
    program_column = "program_id" if program else None

    def label(row):
        key = cut in row["segment_ids"] and cut if isinstance(cut, int) else row[cut] if cut else None
        return (row[program_column] if program_column else None, key, row.get(period), row["company_id"])

    return label
