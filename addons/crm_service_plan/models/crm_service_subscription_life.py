from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_service_subscription import MERGEABLE


class CrmServiceSubscription(models.Model):
    """Pause, resume, end: and what becomes of the services that were missed meanwhile."""

    _inherit = "crm.service.subscription"

    def unlink(self):
        """Visits nobody has touched yet go with their subscription."""
        self.check_access("unlink")
        self._withdraw_visits()
        return super().unlink()

    def action_pause(self):
        """Nothing falls due while paused; visits nobody has touched yet are taken back."""
        self._check_may("may_pause", self.env._("Only an active subscription can be paused."))
        for company, subscriptions in self.grouped("company_id").items():
            subscriptions._set({"state": "paused", "pause_date": company._service_today()})
        self._withdraw_visits()
        self._occurrences("planned")._set({"state": "paused"})
        self._refresh_next_due()

    def action_resume(self, as_of=None, missed="skip"):
        """Go on: fixed services keep their days, floating ones follow anew.

        :param as_of: first day on which a service may fall again; default the branch's today
        :param missed: what becomes of the fixed services of the pause: ``skip`` left out, ``catch_up`` the last of each
            task is done on the first day, ``keep`` all are
        """
        self._check_may("may_resume", self.env._("Only a paused subscription can be resumed."))
        if not as_of:
            for company, subscriptions in self.grouped("company_id").items():
                subscriptions.action_resume(company._service_today(), missed)
            return
        self._set({"state": "active", "pause_date": False})
        paused = self._occurrences("paused")
        past = paused.filtered(lambda o: o.task_id.timing == "fixed" and o.due_date < as_of and not o.postponed_from)
        (paused - past)._set({"state": "planned"})
        caught = past if missed == "keep" else past.browse()
        if missed == "catch_up":
            for group in past.grouped("series_id").values():
                caught += group.sorted("seq")[-1:]
        (past - caught)._set({"state": "skipped"})
        for occurrence in caught:
            occurrence._set({"state": "planned"})
            occurrence._postpone(as_of, self.env._("missed in the pause"), keeps_rhythm=True)
        series = self.series_ids
        series._set({"not_before": as_of})
        series._replan(as_of)

    def action_end(self, as_of=None, missed="cancel"):
        """End: what is planned after today is cancelled, the history stays.

        :param as_of: last day; default the branch's today
        :param missed: what becomes of overdue services: ``cancel``, ``missed`` on record as missed, ``keep`` their
            visits are still made
        """
        self._check_may("may_end", self.env._("The subscription has ended already."))
        if not as_of:
            for company, subscriptions in self.grouped("company_id").items():
                subscriptions.action_end(company._service_today(), missed)
            return
        overdue = self._occurrences("planned", "visit", "included").filtered(lambda o: o.due_date < as_of)
        self._set({"state": "ended", "end_date": as_of, "pause_date": False})
        kept = overdue.filtered("visit_id") if missed == "keep" else overdue.browse()
        self._withdraw_visits(kept)
        if missed == "missed":
            overdue._set({"state": "missed", "compliance": "missed"})
        self._occurrences("planned", "paused")._set({"state": "cancelled"})
        self._refresh_next_due()

    def _schedule_rows(self):
        """:return: `crm.service.occurrence`: what is planned, at most 100, by day"""
        return self._occurrences("planned", "visit").sorted("due_date")[:100]

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Service schedule %(plan)s", plan=self.plan_id.name)

    @api.model
    def _portal_plans_sudo(self, user):
        """:return: running subscriptions of a portal user's customer that are about no asset; health plans only their
            own and their children's

        Runs as superuser: customers may not read subscriptions but on their page.
        """
        partner = user.partner_id
        mine = Domain("partner_id", "child_of", partner.commercial_partner_id.ids)
        own = Domain("partner_id", "=" if partner.is_company else "child_of", partner.id)
        mine &= own | Domain("plan_id.is_sensitive", "=", False)
        return self.sudo().search(
            mine & Domain("asset_id", "=", False) & Domain("state", "=", "active"), order="next_due, id", limit=20
        )

    def action_change(self):
        """Open the dialog that asks what is to become of missed services (context key ``operation``)."""
        self.ensure_one()
        operation = self.env.context.get("operation", "resume")
        self._check_may(f"may_{operation}", self.env._("This is not possible now."))
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.service.subscription.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_subscription_id": self.id, "default_operation": operation},
        }

    def _check_may(self, field_name, message):
        if not all(subscription[field_name] for subscription in self):
            raise UserError(message)

    def _occurrences(self, *states):
        return self.env["crm.service.occurrence"].search([("subscription_id", "in", self.ids), ("state", "in", states)])

    def _withdraw_visits(self, but=None):
        """Take the services of these subscriptions off visits nobody has touched; a visit left empty is cancelled.

        :param but: services that stay on their visits
        """
        occurrences = self._occurrences("visit", "included") - (but or self.env["crm.service.occurrence"])
        occurrences.filtered(lambda o: o.visit_id.state in MERGEABLE and not o.visit_id.is_touched)._off_visit()
