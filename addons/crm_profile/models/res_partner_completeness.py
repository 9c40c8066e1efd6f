from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What to ask next: for which use, and how deep that goes."""

    # One concern a file, so that files stay small.
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    profile_completeness = fields.Float(
        "Profile Complete",
        compute="_compute_profile_completeness",
        groups="crm_profile.group_user",
        help="Share of what our uses need of such a customer that is held and sure.",
    )
    profile_next_html = fields.Html(
        "What to Ask Next", compute="_compute_profile_completeness", sanitize=False, groups="crm_profile.group_user"
    )

    @api.depends("profile_fact_ids.status", "is_company")
    @api.depends_context("lang", "uid", "company")
    def _compute_profile_completeness(self):
        missing = self._profile_missing()
        for partner in self:
            uses = missing.get(partner._origin.id or partner.id, [])
            needed = sum(use["needed"] for use in uses)
            held = sum(use["held"] for use in uses)
            partner.profile_completeness = held / needed if needed else 0.0
            partner.profile_next_html = self.env["ir.qweb"]._render("crm_profile.profile_next", {"uses": uses})

    def _profile_missing(self):
        """What is missing of these customers, by use; the query count does not grow with them.

        What no running plan asks for is left out, and so is what the user may not see.

        :return: {partner id: [{"use": crm.profile.use, "needed": number, "held": number, "ask": attributes, the least
            deep first}]}
        """
        uses = self.env["crm.profile.use"].search(Domain.TRUE)
        attributes = uses.attribute_ids.filtered("active")._may_count()
        ids = self._origin.ids
        domain = Domain("partner_id", "in", ids) & Domain("attribute_id", "in", attributes.ids)
        today = fields.Date.context_today(self)
        domain &= self.env["crm.profile.fact"]._get_sure_domain()
        domain &= Domain("expires_on", "=", False) | Domain("expires_on", ">", today)
        groups = self.env["crm.profile.fact"]._read_group(domain, ["partner_id", "attribute_id"])
        held = {(partner.id, attribute.id) for partner, attribute in groups}
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(
            [(partner_id, attribute.id) for partner_id in ids for attribute in attributes]
        )
        found = {}
        for partner in self._origin:
            fitting = attributes.filtered(
                lambda a, p=partner: a._fits(p) and ((p.id, a.id) not in outside or (p.id, a.id) in held)
            )
            found[partner.id] = [
                {
                    "use": use,
                    "needed": len(needed),
                    "held": len(needed) - len(ask),
                    "ask": ask.sorted(lambda a: (a.depth, a.sequence, a.id)),
                }
                for use in uses
                if (needed := use.attribute_ids & fitting)
                for ask in [needed.filtered(lambda a, p=partner: (p.id, a.id) not in held)]
            ]
        return found
