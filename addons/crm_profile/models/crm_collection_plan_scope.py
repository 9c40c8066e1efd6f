from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmCollectionPlan(models.Model):
    """Starting and closing a plan, and what it keeps out."""

    # One concern a file, so that files stay small.
    _inherit = "crm.collection.plan"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    started_on = fields.Date(readonly=True, copy=False)
    baseline_count = fields.Integer(
        "Complete at the Start",
        readonly=True,
        copy=False,
        help="Customers of whom all was held when the plan started; without restricted facts.",
    )

    def action_start(self):
        """Start: what is held now is the baseline, and what the plan does not ask for is out of scope.

        :raise UserError: for a plan without attributes
        """
        for plan in self:
            if not plan.line_ids:
                raise UserError(self.env._("“%(plan)s” has no attributes yet.", plan=plan.name))
            plan.write(
                {
                    "state": "running",
                    "started_on": plan.started_on or fields.Date.context_today(self),
                    "baseline_count": plan.baseline_count or plan._complete_for_all(),
                }
            )

    def action_close(self):
        """Close: it keeps nothing out any more."""
        self.write({"state": "done"})

    def action_reset(self):
        """Back to a draft; the next start makes a new baseline."""
        self.write({"state": "draft", "started_on": False, "baseline_count": 0})

    @api.model
    def _get_running_domain(self):
        """Plans that say what is collected in the current company."""
        return Domain("state", "=", "running") & Domain("company_id", "in", [False, self.env.company.id])

    @api.model
    def _out_of_scope_sudo(self, pairs):
        """Which of these may not be collected: a running plan is about the customer, and none asks for it.

        Of a customer no running plan is about everything may be recorded. One query for the plans and one for each
        running plan, however many pairs there are.

        Sudo: the plans bind also those who may not read them.

        :param pairs: (partner id, attribute id)
        :return: the set of those out of scope
        """
        partner_ids = list({partner_id for partner_id, _attribute_id in pairs})
        plans = self.sudo().search(self._get_running_domain()) if pairs else self.browse()
        asked = {}
        for plan in plans:
            domain = plan._partner_domain() & Domain("id", "in", partner_ids)
            wanted = set(plan.line_ids.attribute_id.ids)
            for partner in self.env["res.partner"].sudo().with_context(active_test=False).search(domain):
                asked.setdefault(partner.id, set()).update(wanted)
        return {pair for pair in pairs if pair[0] in asked and pair[1] not in asked[pair[0]]}
