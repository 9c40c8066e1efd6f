from odoo import models


class CrmProfileAttribute(models.Model):
    """What is made restricted later is taken back from where everybody sees it."""

    _inherit = "crm.profile.attribute"

    def write(self, vals):
        before = {attribute: attribute.sensitivity for attribute in self} if "sensitivity" in vals else {}
        result = super().write(vals)
        closed = self.filtered(lambda attribute: before.get(attribute, "restricted") == "normal")
        closed = closed.filtered(lambda attribute: attribute.sensitivity == "restricted")
        opened = self.filtered(lambda attribute: before.get(attribute, "normal") == "restricted")
        opened = opened.filtered(lambda attribute: attribute.sensitivity == "normal")
        if closed:
            closed._withdraw_sudo()
        if opened:
            opened._usable_facts_sudo()._mirror()
        return result

    def _usable_facts_sudo(self):
        """The facts about these attributes that count.

        Sudo: what was derived is taken back, or made again, for all customers alike.
        """
        return (
            self.env["crm.profile.fact"]
            .sudo()
            .search([("attribute_id", "in", self.ids), ("status", "in", ("stated", "verified"))])
        )

    def _withdraw_sudo(self):
        """Take back what was derived from the facts about these attributes; addons add their own.

        Sudo: see :meth:`_usable_facts_sudo`.
        """
        self._usable_facts_sudo()._withdraw_mirror()
