from odoo import fields, models
from odoo.exceptions import UserError


class CrmProfileVerify(models.TransientModel):
    """What proves a fact: a text, papers or pictures."""

    _name = "crm.profile.verify"
    _description = "Verify a Fact"

    fact_id = fields.Many2one("crm.profile.fact", required=True, readonly=True, ondelete="cascade")
    evidence = fields.Text("What Proves It")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")

    def action_confirm(self):
        """Keep the evidence with the fact and verify it.

        :raise UserError: without any evidence
        """
        self.ensure_one()
        if not (self.evidence or "").strip() and not self.attachment_ids:
            raise UserError(self.env._("Say what proves it, or add a document."))
        fact = self.fact_id
        fact.check_access("write")
        if self.attachment_ids:
            # Whoever may read the fact may read its papers, nobody else.
            self.attachment_ids.write({"res_model": fact._name, "res_id": fact.id})
        fact.write(
            {
                "evidence": self.evidence or fact.evidence,
                "evidence_ids": [fields.Command.link(attachment.id) for attachment in self.attachment_ids],
            }
        )
        fact.action_verify()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
