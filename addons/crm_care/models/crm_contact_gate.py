from odoo import models
from odoo.fields import Domain

from .crm_occasion import CHILD_YEARS


class CrmContactGate(models.AbstractModel):
    _inherit = "crm.contact.gate"

    def _read_children_sudo(self, partners, at):
        """Also those whom a birthday makes a child: their own, or a relative's who is greeted by a contact of theirs.

        Birthdays put away count: nobody grows older by it. Where dates of birth are restricted, or another company
        keeps the birthday, the reason says no more than that consent is missing.

        Sudo: a child is protected also from those who may not read its age.
        """
        children = super()._read_children_sudo(partners, at)
        born = Domain("kind", "=", "birthday") & Domain("year", ">=", at.year - CHILD_YEARS - 1)
        own = Domain("partner_id", "in", partners.ids) & Domain("whose", "=", "self") & born
        relatives = Domain("recipient_id", "in", partners.ids) & Domain("whose", "=", "relative")
        occasions = self.env["crm.occasion"].sudo().with_context(active_test=False)
        found = occasions.search_fetch(
            own | (relatives & (born | Domain("is_child", "=", True))),
            ["partner_id", "recipient_id", "whose", "kind", "day", "month", "year", "calendar", "company_id"],
        )
        if not found:
            return children
        attribute = self.env["crm.profile.attribute"].sudo().search([("code", "=", "birth_date")], limit=1)
        for occasion in found:
            if occasion._is_under_age(at.date()) is False:
                continue
            child = occasion.recipient_id if occasion.whose == "relative" else occasion.partner_id
            hidden = attribute.sensitivity == "restricted" or occasion.company_id != self.env.company
            children.setdefault(child.id, "consent_missing" if hidden else "consent_of_parent")
        return children
