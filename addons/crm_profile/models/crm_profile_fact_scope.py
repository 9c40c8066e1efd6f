from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import standing


class CrmProfileFact(models.Model):
    """What may be used, and what may be collected at all."""

    # One concern a file, so that files stay small.
    _inherit = "crm.profile.fact"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.depends("status", "source", "confidence")
    def _compute_is_sure(self):
        for fact in self:
            fact.is_sure = standing.is_sure(fact.status, fact.source, fact.confidence)

    def _search_is_sure(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_sure_domain()

    @api.model
    def _get_sure_domain(self):
        """Facts that may be used towards the customer: :func:`standing.is_sure` as a domain."""
        stated = Domain("status", "=", standing.STATED) & Domain("source", "!=", "third_party")
        return Domain("status", "=", standing.VERIFIED) | stated & Domain("confidence", ">=", standing.SURE_CONFIDENCE)

    @api.model
    def _check_scope(self, rows):
        """Refuse what no running plan asks of such a customer.

        :param rows: as for :meth:`_record`
        :raise UserError: naming the first one
        """
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(
            [(row["partner_id"], row["attribute_id"]) for row in rows]
        )
        for row in rows:
            if (row["partner_id"], row["attribute_id"]) in outside:
                raise UserError(
                    self.env._(
                        "“%(attribute)s” is not collected of “%(partner)s”: no running collection plan asks for it.",
                        attribute=self.env["crm.profile.attribute"].browse(row["attribute_id"]).name,
                        partner=self.env["res.partner"].browse(row["partner_id"]).display_name,
                    )
                )

    @api.model
    def _record_in_scope(self, rows):
        """Record what the running plans ask for, and count what they do not.

        For answers that are there already: a survey is not refused as a whole because of one question too many. What
        was left out is counted with its reason in ``crm.profile.tally``.

        :param rows: as for :meth:`_record`
        :return: facts of the rows in scope
        """
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(
            [(row["partner_id"], row["attribute_id"]) for row in rows]
        )
        if outside:
            left_out = [row for row in rows if (row["partner_id"], row["attribute_id"]) in outside]
            rows = [row for row in rows if (row["partner_id"], row["attribute_id"]) not in outside]
            self.env["crm.profile.tally"]._count_sudo(
                [(row["attribute_id"], "out_of_scope", row["source"], "no_plan") for row in left_out]
            )
        return self._record(rows)
