from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

PAUSE = timedelta(hours=1)


class CrmPrivacyRequest(models.Model):
    """Who was given the file of everything known of a customer, and when."""

    _name = "crm.privacy.request"
    _description = "Data Handed Out"
    _order = "id desc"
    _rec_name = "partner_id"
    _privacy = {"report": ("moment", "by_customer")}

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index="btree_not_null")
    user_id = fields.Many2one("res.users", "Made by", required=True, readonly=True, ondelete="restrict")
    by_customer = fields.Boolean("By the Customer", readonly=True)
    moment = fields.Datetime("When", required=True, readonly=True)
    size = fields.Integer("Bytes", readonly=True)

    def write(self, vals):  # pylint: disable=method-required-super  # it refuses
        raise UserError(self.env._("What was handed out stays on record."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("What was handed out notes itself."))
        return super().create(vals_list)

    @api.model
    def _hand_out_sudo(self, partner, at, by_customer=False):
        """Make the file of everything known of ``partner``, and note that it was made.

        :param at: now, naive UTC
        :param by_customer: the customer takes it; then at most once an hour
        :return: (file name, bytes)
        :raise UserError: too soon after the last time

        Sudo: nobody may write this list; the customer's own user knows none of the suite's models.
        """
        requests = self.sudo()
        if by_customer and requests.search_count(
            [("partner_id", "=", partner.id), ("by_customer", "=", True), ("moment", ">", at - PAUSE)], limit=1
        ):
            raise UserError(self.env._("You had the file less than an hour ago. Please try again later."))
        name, data = self.env["crm.privacy"]._customer_file_sudo(partner)
        requests.create(
            {
                "partner_id": partner.id,
                "user_id": self.env.uid,
                "by_customer": by_customer,
                "moment": at,
                "size": len(data),
            }
        )
        if not by_customer:
            facts = self.env["crm.profile.fact"].sudo().search([("partner_id", "=", partner.id)])
            self.env["crm.profile.access.log"]._note_sudo(facts, "file")
        return name, data
