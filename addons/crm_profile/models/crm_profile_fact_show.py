from odoo import api, fields, models


class CrmProfileFact(models.Model):
    """How facts look: what the customer said and what a colleague believes never look the same."""

    # One concern a file, so that files stay small.
    _inherit = "crm.profile.fact"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    origin_badge = fields.Html("Who Says So", compute="_compute_origin_badge", sanitize=False)

    @api.depends("origin")
    @api.depends_context("lang")
    def _compute_origin_badge(self):
        origins = dict(self._fields["origin"]._description_selection(self.env))
        badges = {}
        for fact in self:
            if fact.origin not in badges:
                values = {"fact": fact, "origins": origins}
                badges[fact.origin] = self.env["ir.qweb"]._render("crm_profile.profile_origin", values)
            fact.origin_badge = badges[fact.origin]

    def _render_sections(self):
        """These facts as HTML cards, one for each section, in the reader's language."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        origins = dict(self._fields["origin"]._description_selection(self.env))
        order = list(labels)
        groups = self.grouped("kind")
        sections = [
            (
                labels[kind],
                groups[kind].sorted(lambda f: (f.attribute_id.sequence, f.attribute_id.id, f.status == "disputed")),
            )
            for kind in sorted(groups, key=order.index)
        ]
        return self.env["ir.qweb"]._render(
            "crm_profile.profile_sections",
            {"sections": sections, "origins": origins, "today": fields.Date.context_today(self)},
        )

    def _render_sides(self):
        """These facts side by side: what, who said it, when and how sure, in the reader's language."""
        origins = dict(self._fields["origin"]._description_selection(self.env))
        sources = dict(self._fields["source"]._description_selection(self.env))
        return self.env["ir.qweb"]._render(
            "crm_profile.profile_sides", {"facts": self, "origins": origins, "sources": sources}
        )
