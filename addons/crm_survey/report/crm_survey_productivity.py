from odoo import fields, models
from odoo.tools import SQL

from ..domain.calls import CONTACTS

# What is a quotient of two sums, never a mean of quotients.
RATIOS = {
    "contact_rate": ("contacts", "calls"),
    "completes_per_hour": ("completes", "hours"),
    "cost_per_answer": ("cost", "completes"),
    "minutes_per_call": ("minutes", "calls"),
}


class CrmSurveyProductivity(models.Model):
    """What interviewers achieve on the phone, and what an answer costs: one row for each call."""

    _name = "crm.survey.productivity"
    _description = "Interview productivity"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "attempt_id"
    _depends = {
        "crm.survey.attempt": [
            "partner_id", "program_id", "company_id", "user_id", "date", "disposition", "channel_id", "duration",
            "cost",
        ]
    }  # fmt: skip

    attempt_id = fields.Many2one("crm.survey.attempt", readonly=True)
    user_id = fields.Many2one("res.users", string="Interviewer", readonly=True)
    program_id = fields.Many2one("crm.survey.program", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Datetime(readonly=True)
    calls = fields.Integer(readonly=True)
    contacts = fields.Integer(readonly=True, help="Calls in which the customer was reached.")
    completes = fields.Integer(string="Complete interviews", readonly=True)
    refusals = fields.Integer(readonly=True)
    hours = fields.Float(string="Hours on the phone", readonly=True)
    minutes = fields.Float(readonly=True)
    cost = fields.Monetary(readonly=True)
    contact_rate = fields.Float(string="Reached", readonly=True, aggregator="avg", help="Contacts per call.")
    completes_per_hour = fields.Float(string="Interviews per hour", readonly=True, aggregator="avg")
    minutes_per_call = fields.Float(readonly=True, aggregator="avg")
    cost_per_answer = fields.Monetary(readonly=True, aggregator="avg")
    budget_share = fields.Float(string="Share of the budget", readonly=True, help="Cost per budget of its program.")
    hours_share = fields.Float(
        string="Share of the hours", readonly=True, help="Hours on the phone per interviewer hours of the program."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT a.id, a.id AS attempt_id, a.user_id, a.program_id, a.partner_id, a.company_id, a.date,
                   c.currency_id,
                   1 AS calls,
                   CASE WHEN a.disposition IN %(contacts)s THEN 1 ELSE 0 END AS contacts,
                   CASE WHEN a.disposition = 'completed' THEN 1 ELSE 0 END AS completes,
                   CASE WHEN a.disposition IN ('refused', 'break_off') THEN 1 ELSE 0 END AS refusals,
                   COALESCE(a.duration, 0) AS hours,
                   COALESCE(a.duration, 0) * 60 AS minutes,
                   COALESCE(a.cost, 0) AS cost,
                   CASE WHEN a.disposition IN %(contacts)s THEN 1.0 ELSE 0.0 END AS contact_rate,
                   CASE WHEN a.disposition = 'completed' THEN 1 / NULLIF(a.duration, 0) END AS completes_per_hour,
                   COALESCE(a.duration, 0) * 60 AS minutes_per_call,
                   CASE WHEN a.disposition = 'completed' THEN a.cost END AS cost_per_answer,
                   a.cost / NULLIF(%(budget)s, 0) AS budget_share,
                   a.duration / NULLIF(%(budget_hours)s, 0) AS hours_share
              FROM crm_survey_attempt a
              JOIN crm_contact_channel h ON h.id = a.channel_id AND h.code = 'phone'
              JOIN crm_survey_program p ON p.id = a.program_id
              JOIN res_company c ON c.id = a.company_id
            """,
            contacts=tuple(sorted(CONTACTS)),
            budget=self._budget("budget_amount"),
            budget_hours=self._budget("budget_hours"),
        )

    def _budget(self, name):
        """The program's budget as SQL."""
        field = self.env["crm.survey.program"]._fields.get(name)
        return SQL("p.%s", SQL.identifier(name)) if field is not None and field.store else SQL("NULL::numeric")

    def _read_group_select(self, aggregate_spec, query):
        """Quotients of a group are those of its sums."""
        name = aggregate_spec.partition(":")[0]
        if name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        above, below = (self._field_to_sql(self._table, column, query) for column in RATIOS[name])
        return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)", above, below)
