from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_interaction import PURPOSE_SELECTION, REASON_SELECTION


class CrmContactGateReport(models.Model):
    """What the gate was asked and what came of it: one row for each booked contact."""

    _name = "crm.contact.gate.report"
    _description = "Contact Gate Analysis"
    _auto = False
    _order = "booked_on desc, id desc"
    _rec_name = "interaction_id"
    _depends = {
        "crm.interaction": [
            "partner_id", "company_id", "channel_id", "purpose", "user_id", "booked_on", "state", "hold_code",
            "reason_code", "bypass_reason", "date",
        ]
    }  # fmt: skip

    interaction_id = fields.Many2one("crm.interaction", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", readonly=True)
    channel_id = fields.Many2one("crm.contact.channel", readonly=True)
    purpose = fields.Selection(PURPOSE_SELECTION, readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    booked_on = fields.Datetime("Asked", readonly=True)
    result = fields.Selection(
        [
            ("sent", "Sent at once"),
            ("sent_later", "Sent after waiting"),
            ("planned", "Allowed, not yet made"),
            ("held", "Held"),
            ("denied", "Denied"),
            ("undelivered", "Not delivered"),
            ("dropped", "Given up"),
        ],
        readonly=True,
    )
    reason_code = fields.Selection(REASON_SELECTION, "Reason", readonly=True, help="Why it waited or was denied.")
    is_bypassed = fields.Boolean("Let Pass", readonly=True)
    waited = fields.Float("Waited (hours)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, id AS interaction_id, partner_id, company_id, channel_id, purpose, user_id, booked_on,
                   CASE WHEN state IN ('done', 'refused') AND hold_code IS NULL THEN 'sent'
                        WHEN state IN ('done', 'refused') THEN 'sent_later'
                        WHEN state = 'cancelled' THEN 'dropped'
                        WHEN reason_code = 'undelivered' THEN 'undelivered'
                        ELSE state END AS result,
                   COALESCE(reason_code, hold_code) AS reason_code,
                   bypass_reason IS NOT NULL AS is_bypassed,
                   CASE WHEN hold_code IS NOT NULL AND state <> 'denied'
                        THEN EXTRACT(epoch FROM date - booked_on) / 3600 END AS waited
              FROM crm_interaction
             WHERE booked_on IS NOT NULL
            """
        )
