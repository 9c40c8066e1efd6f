from odoo import api, models


class CrmSegment(models.Model):
    """The focus groups every company has from the start."""

    _inherit = "crm.segment"

    @api.model
    def _ensure(self, companies):
        """Create the three focus groups that ``companies`` lack: the ones to ask what they like and dislike.

        Done as superuser at installation and when a company is created.
        """
        found = {
            (segment.company_id.id, segment.code)
            for segment in self.with_context(active_test=False).search([("company_id", "in", companies.ids)])
        }
        made = self.create(
            [
                {"company_id": company.id, "code": code, **vals}
                for company in companies
                for code, vals in self._focus_groups().items()
                if (company.id, code) not in found
            ]
        )
        made._translate_focus_groups([code for code, _name in self.env["res.lang"].get_installed()])

    @api.model
    def _translate_all_focus_groups_sudo(self, langs):
        # As superuser: a language is installed for all companies.
        self.sudo().with_context(active_test=False).search([("code", "!=", False)])._translate_focus_groups(langs)

    def _translate_focus_groups(self, langs):
        """Name the focus groups among these in the languages ``langs``, but for those that somebody named.

        They are records of each company, not data of the addon: no translation file reaches them.
        """
        source = self.with_context(lang="en_US")._focus_groups()
        for lang in langs:
            words = self.with_context(lang=lang)._focus_groups()
            for segment in self.filtered(lambda one: one.code in source):
                there = segment.with_context(lang=lang)
                for name in ("name", "note"):
                    if there[name] == source[segment.code][name] != words[segment.code][name]:
                        there[name] = words[segment.code][name]

    @api.model
    def _focus_groups(self):
        """Return the values of the three focus groups by code."""
        bought = "[('order_count', '>', 0)]"
        left = "[('competitor_assessment_ids.relation', '=', 'left_for')]"
        return {
            "focus_revenue": {
                "name": self.env._("Highest spending"),
                "note": self.env._("The first 5 % by revenue: what do they like, what do they miss?"),
                "metric_domain": bought,
                "rank_by": "amount_total",
                "color": 10,
            },
            "focus_longest": {
                "name": self.env._("Longest standing"),
                "note": self.env._("The first 5 % by first purchase, still buying: what keeps them?"),
                "metric_domain": "[('order_count', '>', 0), ('stage_id.code', 'in', ['new', 'established'])]",
                "rank_by": "first_date",
                "color": 4,
            },
            "focus_left": {
                "name": self.env._("Left for a competitor"),
                "note": self.env._("Said, or believed by a colleague, to have gone to a competitor: why?"),
                "domain": left,
                "color": 1,
            },
        }
