from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmProfilePurgeLog(models.Model):
    """What was erased: how many rows of what, on which day. Never whose."""

    _name = "crm.profile.purge.log"
    _description = "Erased Data"
    _order = "day desc, id desc"
    _rec_name = "model"

    day = fields.Date(required=True, readonly=True, index=True)
    model = fields.Char("Technical Name", required=True, readonly=True)
    model_name = fields.Char("Kind of Data", compute="_compute_model_name")
    attribute_id = fields.Many2one("crm.profile.attribute", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    number = fields.Integer("Rows", readonly=True)
    how = fields.Selection(
        [
            ("purged", "Deleted: retention over"),
            ("emptied", "Text emptied: retention over"),
            ("erased", "Erased for a person"),
        ],
        "What Happened",
        required=True,
        readonly=True,
    )

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_name(self):
        for log in self:
            log.model_name = self.env["ir.model"]._get(log.model).name or log.model

    def write(self, vals):  # pylint: disable=method-required-super  # it refuses
        raise UserError(self.env._("What was erased stays on record as it is."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was erased stays on record as it is."))

    def _add(self, number):
        return super().write({"number": self.number + number})  # pylint: disable=super-method-mismatch  # write() refuses

    @api.model
    def _count_sudo(self, model, number, how, attribute=None, company=None, day=None):
        """Add ``number`` to the day's count.

        Sudo: nobody may write here, the erasing does.
        """
        values = {
            "day": day or fields.Date.context_today(self),
            "model": model,
            "attribute_id": attribute.id if attribute else False,
            "company_id": company.id if company else False,
            "how": how,
        }
        log = self.sudo().search([(name, "=", value) for name, value in values.items()], limit=1)
        if log:
            log._add(number)
        else:
            self.sudo().create(dict(values, number=number))
