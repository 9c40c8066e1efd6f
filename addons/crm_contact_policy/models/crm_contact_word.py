from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

SOURCE_SELECTION = [
    ("form", "Signed form"),
    ("web", "Web page"),
    ("phone", "On the phone"),
    ("email", "By e-mail"),
    ("person", "In person"),
    ("survey", "Survey answer"),
    ("customer", "Customer's own page"),
    ("import", "Import"),
    ("merge", "Merged contact"),
    ("other", "Other"),
]
# Only the customer's own page and the merge of contacts write these.
ENGINE_SOURCES = {"customer", "merge"}


class CrmContactWord(models.AbstractModel):
    """What a customer said about being contacted: added, never rewritten (nobody may), the last one counts."""

    _name = "crm.contact.word"
    _description = "Word of a Customer"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index="btree_not_null")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    evidence = fields.Text(help="The words used, the form's number, the recording … whatever proves it.")
    user_id = fields.Many2one("res.users", "Recorded by", default=lambda self: self.env.user, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever records a word of a customer signs for it.

        :raise UserError: for a word dated ahead, or in the name of the customer's own page
        """
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        words = super().create(vals_list)
        if not self.env.su:
            words._check_recorded()
        return words

    def _check_recorded(self):
        ahead = fields.Datetime.now() + timedelta(minutes=5)
        for word in self:
            if word.date > ahead:
                raise UserError(self.env._("A word cannot be recorded before it is said."))
            if word.source in ENGINE_SOURCES:
                raise UserError(self.env._("Only the customer and the merge of contacts record words of this source."))
