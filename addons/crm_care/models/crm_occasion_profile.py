from odoo import api, models

from ..domain import dates


class CrmOccasion(models.Model):
    """Birthdays that follow the dates of birth in the customers' profiles."""

    # One concern a file, so that files stay small.
    _inherit = "crm.occasion"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _follow_births_sudo(self, births):
        """Let the birthdays of customers follow the dates of birth of their profiles.

        :param births: {res.partner: date of birth}

        Sudo: a date of birth may come from a survey or the portal, whose users know nothing of occasions.
        """
        occasions = self.sudo().with_context(active_test=False)
        existing = occasions.search(
            [
                ("partner_id", "in", [partner.id for partner in births]),
                ("whose", "=", "self"),
                ("kind", "=", "birthday"),
            ]
        )
        for occasion in existing.filtered(lambda occasion: occasion.calendar == dates.GREGORIAN):
            vals = self._prepare_date_vals(births[occasion.partner_id.with_env(self.env)])
            if any(occasion[name] != value for name, value in vals.items()):
                occasion.write(dict(vals, from_profile=True))
        new = [partner for partner in births if partner.id not in existing.partner_id.ids]
        occasions.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "from_profile": True,
                    **self._prepare_date_vals(births[partner]),
                }
                for partner in new
                if (company := partner.sudo().company_id or self.env.company).sudo().care_from_profile
            ]
        )

    @api.model
    def _withdraw_births_sudo(self, partners):
        """Forget the birthdays that were made of these customers' profiles, with what became of them.

        Sudo: what a profile no longer tells everybody must not be told by its traces.
        """
        domain = [("partner_id", "in", partners.ids), ("from_profile", "=", True)]
        self.sudo().with_context(active_test=False).search(domain).unlink()
