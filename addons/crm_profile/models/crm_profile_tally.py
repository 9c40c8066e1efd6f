from collections import Counter

from odoo import api, fields, models

from .crm_profile_fact import SOURCES

REASONS = [
    ("accepted", "Accepted"),
    ("irrelevant", "We do not need it"),
    ("doubtful", "The source is doubtful"),
    ("outdated", "Out of date"),
    ("wrong_person", "About somebody else"),
    ("not_allowed", "We may not keep it"),
    ("known", "Known already"),
    ("no_plan", "No collection plan asks for it"),
]


class CrmProfileTally(models.Model):
    """How much was taken in or left out, and why: all that remains of what was dropped."""

    _name = "crm.profile.tally"
    _description = "Taken In and Left Out"
    _order = "date desc, id desc"
    _rec_name = "attribute_id"

    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    attribute_id = fields.Many2one("crm.profile.attribute", readonly=True, ondelete="cascade", index=True)
    kind = fields.Selection(related="attribute_id.kind", store=True, string="Section")
    outcome = fields.Selection(
        [("accepted", "Accepted"), ("rejected", "Rejected"), ("out_of_scope", "Out of scope")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(REASONS, readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    count = fields.Integer("Number", readonly=True, aggregator="sum")

    @api.model
    def _count_sudo(self, events):
        """Count what happened; nothing of whom or of what value is kept.

        Sudo: nobody may write the counts himself.

        :param events: list of (attribute id, outcome, source, reason)
        """
        self.sudo().create(
            [
                {
                    "date": fields.Date.context_today(self),
                    "company_id": self.env.company.id,
                    "attribute_id": attribute_id,
                    "outcome": outcome,
                    "source": source,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "count": count,
                }
                for (attribute_id, outcome, source, reason), count in Counter(events).items()
            ]
        )
