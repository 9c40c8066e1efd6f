from dateutil.relativedelta import relativedelta
from odoo import models

# Vietnam's Law on Children (102/2016/QH13), article 1: a child is a person under 16 years of age.
CHILD_YEARS = 16
OPEN = ("stated", "verified", "disputed")


class CrmContactGate(models.AbstractModel):
    _inherit = "crm.contact.gate"

    def _read_children_sudo(self, partners, at):
        """Those any open date of birth makes a child: in doubt a child is protected.

        Where dates of birth are restricted the reason says no more than that consent is missing.

        Sudo: a child is protected also from those who may not read its age.
        """
        facts = (
            self.env["crm.profile.fact"]
            .sudo()
            .with_context(profile_open_only=False)
            .search_fetch(
                [
                    ("partner_id", "in", partners.ids),
                    ("attribute_id.code", "=", "birth_date"),
                    ("status", "in", OPEN),
                    ("value_date", ">", at.date() - relativedelta(years=CHILD_YEARS)),
                ],
                ["partner_id", "sensitivity"],
            )
        )
        children = super()._read_children_sudo(partners, at)
        for fact in facts:
            hidden = fact.sensitivity == "restricted"
            children[fact.partner_id.id] = "consent_missing" if hidden else "consent_of_parent"
        return children
