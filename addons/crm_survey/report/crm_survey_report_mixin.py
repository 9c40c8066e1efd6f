from odoo import api, fields, models
from odoo.tools import SQL

DIMENSIONS = [
    ("none", "Nothing"),
    ("program", "Program"),
    ("stage", "Stage when asked"),
    ("value_class", "Value class"),
    ("segment", "Segment"),
    ("company", "Company or branch"),
    ("salesperson", "Salesperson"),
    ("province", "Province"),
]
PERIODS = [("all", "All together"), ("wave", "Wave"), ("quarter", "Quarter")]
# Dimension: (model of its values, column of a case)
COLUMNS = {
    "program": ("crm.survey.program", "program_id"),
    "stage": ("crm.lifecycle.stage", "stage_id"),
    "value_class": ("crm.value.class", "value_class_id"),
    "segment": ("crm.segment", "segment_id"),
    "company": ("res.company", "company_id"),
    "salesperson": ("res.users", "salesperson_id"),
    "province": ("res.country.state", "province_id"),
}


class CrmSurveyReportMixin(models.AbstractModel):
    """What the survey reports share: whom they are about and by what they are cut."""

    _name = "crm.survey.report.mixin"
    _description = "Survey report"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    program_id = fields.Many2one(
        "crm.survey.program",
        domain="[('company_id', '=', company_id)]",
        context={"active_test": False},
        help="Empty: all programs of the company.",
    )
    dimension = fields.Selection(DIMENSIONS, string="Split by", default="program", required=True)
    period = fields.Selection(PERIODS, string="Compare", default="all", required=True)

    @api.onchange("company_id")
    def _onchange_company_id(self):
        if self.program_id.company_id != self.company_id:
            self.program_id = False

    @api.depends("dimension", "period")
    def _compute_display_name(self):
        self.display_name = self.env["ir.model"]._get(self._name).name

    def _get_companies(self):
        """Return the companies the report is about: one, or all the user works in when they are compared.

        :raises AccessError: for companies the user names in the context without working there; stored figures are
            computed as superuser, who is believed
        """
        self.ensure_one()
        companies = self.sudo(False).env.companies
        return companies if self.dimension == "company" else self.company_id & companies

    def _cases(self, companies):
        """Return a select of one row for each invitation of these companies, by what it is cut.

        Days are those of the company. The stage is the one the customer was in when asked; class, salesperson and
        province are today's. A column
        ``segment_ids`` lists today's segments.
        """
        self.env.flush_all()
        asked_on = self.env["crm.transaction"]._local_date(
            SQL("COALESCE(i.sent_on, i.create_date)"), SQL("i.company_id")
        )
        return SQL(
            """SELECT i.id, i.program_id, i.company_id, i.survey_id, i.final_disposition, i.user_input_id,
                      'W' || i.wave AS wave,
                      to_char(asked.day, 'YYYY" Q"Q') AS quarter,
                      COALESCE(moved.to_stage_id, status.stage_id) AS stage_id,
                      status.value_class_id, p.user_id AS salesperson_id, p.state_id AS province_id,
                      ARRAY(SELECT m.segment_id FROM crm_segment_member m
                             WHERE m.partner_id = p.id AND m.company_id = i.company_id
                               AND m.left_on IS NULL) AS segment_ids
                 FROM crm_survey_invitation i
                 JOIN res_company c ON c.id = i.company_id
                 JOIN res_partner a ON a.id = i.partner_id
                 JOIN res_partner p ON p.id = a.commercial_partner_id
           CROSS JOIN LATERAL (SELECT %(asked_on)s AS day) asked
            LEFT JOIN crm_lifecycle_status status ON status.partner_id = p.id AND status.company_id = i.company_id
            LEFT JOIN LATERAL (
                      SELECT t.to_stage_id FROM crm_lifecycle_transition t
                       WHERE t.partner_id = p.id AND t.company_id = i.company_id
                         AND t.generation = COALESCE(c.lifecycle_generation, 1)
                         AND t.effective_on <= asked.day
                    ORDER BY t.effective_on DESC, t.id DESC LIMIT 1) moved ON true
                WHERE i.company_id IN %(companies)s
                  AND (i.final_disposition IS NOT NULL OR i.state <> 'cancelled')""",
            companies=tuple(companies.ids) or (0,),
            asked_on=asked_on,
        )

    def _names_of(self, dimension, keys):
        """Return {key: what the reader calls this group} of a dimension, those they may not see left out.

        Nobody's group (no salesperson, no stage …) has the key ``None``.
        """
        names = {None: self.env._("None")}
        if dimension in COLUMNS:
            records = self.env[COLUMNS[dimension][0]].sudo(False).with_context(active_test=False)
            found = records.search([("id", "in", [key for key in keys if key])])
            names.update({record.id: record.display_name for record in found})
        else:
            names[None] = self.program_id.name or self.env._("Everybody")
        return names

    def _name_of_period(self, key):
        """Return what the reader calls a period."""
        if self.period == "wave":
            return self.env._("Wave %(number)s", number=key[1:])
        return key or ""


def order_of(period):
    """Sort key of a period: W2 before W10."""
    return (len(period), period) if period and period[0] == "W" else (0, period or "")
