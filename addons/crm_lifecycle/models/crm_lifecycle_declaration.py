from odoo import api, fields, models


class CrmLifecycleDeclaration(models.Model):
    """A stage set by hand, or by an interview or a contract: a fact that the engine obeys, kept for good."""

    _name = "crm.lifecycle.declaration"
    _description = "Declared Stage"
    _order = "declared_on desc, id desc"
    _rec_name = "partner_id"
    _privacy = {"report": ("declared_on", "company_id", "stage_id", "until", "released_on", "trigger")}

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True, index=True)
    stage_id = fields.Many2one("crm.lifecycle.stage", required=True, ondelete="restrict", readonly=True)
    declared_on = fields.Date(string="From", required=True, readonly=True)
    until = fields.Date(
        readonly=True, help="The last day this stage holds; empty: until a purchase, or until somebody releases it."
    )
    released_on = fields.Date(readonly=True, help="From this day on the rules decide again.")
    reason = fields.Char(required=True, readonly=True)
    trigger = fields.Selection(
        [("user", "User"), ("survey", "Survey"), ("contract", "Contract")],
        string="By Way of",
        required=True,
        default="user",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="By", ondelete="set null", readonly=True)
    author = fields.Char(readonly=True, help="The name of the user at that time.")

    _partner_idx = models.Index("(partner_id, company_id, declared_on)")
    _until_after = models.Constraint(
        "CHECK(until IS NULL OR until >= declared_on)", "The stage cannot end before it begins."
    )

    @api.model
    def _release(self, partners, company, day):
        """Let the rules decide again from ``day`` on: the declarations stay as a fact of the past.

        :param partners: commercial partners
        :param company: ``res.company``
        :param date day: the first day of the rules
        """
        self.search(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", company.id),
                ("released_on", "=", False),
                "|",
                ("until", "=", False),
                ("until", ">=", day),
            ]
        ).write({"released_on": day})
