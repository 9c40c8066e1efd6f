from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .crm_lifecycle_reason import span
from .crm_next_action import NextAction

SOON_DAYS = 14
CALL_DAYS = 2
FEWEST_SHARE = 0.15


class CrmNextActionMixin(models.AbstractModel):
    """What to do next for a customer."""

    _name = "crm.next.action.mixin"
    _description = "Next Actions of a Contact"

    next_actions = fields.Json(
        string="What to Do Next",
        compute="_compute_next_actions",
        groups="crm_lifecycle.group_user",
        help="List of title, reason, due (ISO day), late (boolean) and action, the most urgent first.",
    )

    @api.depends_context("company", "lang", "uid")
    def _compute_next_actions(self):
        found = self._origin._next_actions()
        today = self.env.company._lifecycle_today()
        order = self.env["crm.next.action"]._order_key
        for partner in self:
            actions = sorted(found.get(partner._origin.id, []), key=lambda action: order(action, 0.0, today))
            partner.next_actions = [
                {
                    "code": action.code,
                    "title": action.title,
                    "reason": action.reason,
                    "due": action.due and format_date(self.env, action.due),
                    "late": bool(action.due and action.due < today),
                    "action": action.action,
                }
                for action in actions
            ]

    def _next_actions(self):
        """Return ``{partner id: [NextAction]}``, without what the current user has put off.

        To add one, extend :meth:`_collect_next_actions`: with a number of queries that does not depend on the number of
        partners.
        """
        found = {partner.id: [] for partner in self}
        self._collect_next_actions(found, self.env.company._lifecycle_today())
        off = self.env["crm.next.action.snooze"]._put_off(self)
        return {
            partner_id: [action for action in actions if (partner_id, action.code) not in off]
            for partner_id, actions in found.items()
        }

    def _collect_next_actions(self, found, today):
        """Append :class:`NextAction` to the lists in ``found`` (partner id → list) as of the day ``today``."""
        self._next_calls(found, today)
        self._next_by_stage(found, today)
        self._next_products(found, today)
        self._next_playbooks(found, today)

    def _next_calls(self, found, today):
        """Calls and visits promised for a day that has come."""
        planned = self.env["crm.interaction"].search(
            [
                ("partner_id", "in", self.ids),
                ("state", "=", "planned"),
                ("direction", "=", "out"),
                ("channel_id.code", "in", ["phone", "visit"]),
                ("date", "<=", fields.Datetime.to_datetime(today) + timedelta(days=CALL_DAYS)),
            ]
        )
        for contact in planned:
            visit = contact.channel_id.code == "visit"
            found[contact.partner_id.id].append(
                NextAction(
                    "call_back",
                    self.env._("Visit") if visit else self.env._("Call back"),
                    contact.subject or self.env._("Promised for this day"),
                    contact.date.date(),
                    self._window("crm.interaction", contact.id),
                    80,
                )
            )

    def _next_by_stage(self, found, today):
        """Who turns quiet is called before, who has turned quiet is won back, who asked is qualified."""
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
        )
        leads = self._open_leads(statuses)
        for status in statuses:
            action = self._next_of_stage(status, today, leads.get(status.partner_id.id))
            if action:
                found[status.partner_id.id].append(action)

    def _next_of_stage(self, status, today, lead):
        customer = self._window("res.partner", status.partner_id.id)
        code = status.stage_id.code
        if code in ("new", "established") and status.quiet_on and status.quiet_on <= today + timedelta(days=SOON_DAYS):
            reason = self.env._("Turns quiet on %(day)s", day=format_date(self.env, status.quiet_on))
            return NextAction("turning_quiet", self.env._("Get in touch"), reason, status.quiet_on, customer, 60)
        if code == "quiet":
            back = status.lull_id.until
            if status.lull_cause == "natural":
                if not back or back > today:
                    return None
                return NextAction(
                    "win_back", self.env._("Ask again"), self.env._("Was expected back by now"), back, customer, 55
                )
            return NextAction("win_back", self.env._("Win back"), status.reason, None, customer, 50)
        if code == "prospect":
            action = self._window("crm.lead", lead.id) if lead else customer
            return NextAction("qualify", self.env._("Qualify"), status.reason, None, action, 30)
        return None

    def _open_leads(self, statuses):
        """Return the latest open lead of each customer."""
        leads = self.env["crm.lead"].search(
            [("partner_id", "in", statuses.partner_id.ids), ("won_status", "=", "pending")], order="id"
        )
        return {lead.partner_id.id: lead for lead in leads}

    def _next_products(self, found, today):
        """What buyers of the same things went on to."""
        for partner_id, step in self._best_steps_sudo().items():
            title = self.env._("Offer %(product)s", product=step.to_categ_id.name)
            reason = self.env._(
                "Bought %(product)s: %(evidence)s", product=step.from_categ_id.name, evidence=step.evidence
            )
            action = self._window("res.partner", partner_id)
            found[partner_id].append(NextAction("upsell", title, reason, None, action, 20))

    def _best_steps_sudo(self):
        """Return the likeliest next product of each customer still with us."""
        # As superuser: what a customer whom the reader may see holds is told by all its purchases.
        company = self.env.company
        steps = (
            self.env["crm.product.step"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("share", ">=", FEWEST_SHARE)], order="share desc, followers desc, id"
            )
        )
        if not steps:
            return {}
        holdings = self.env["crm.holding"].sudo().with_context(crm_holding_live=True)
        held = holdings.search([("partner_id", "in", self.ids), ("company_id", "=", company.id)])
        with_us = (
            self.env["crm.lifecycle.status"]
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("company_id", "=", company.id),
                    ("stage_id.code", "in", ["new", "established"]),
                ]
            )
            .partner_id
        )
        best = {}
        for partner, rows in held.filtered(lambda row: row.partner_id in with_us).grouped("partner_id").items():
            owned = set(rows.categ_id.ids)
            step = next((s for s in steps if s.from_categ_id.id in owned and s.to_categ_id.id not in owned), None)
            if step:
                best[partner.id] = step
        return best

    def _next_playbooks(self, found, today):
        """Playbooks that wait for a yes, and the one of the care policy while nothing is planned."""
        runs = self.env["crm.lifecycle.playbook.run"].search(
            [
                ("partner_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "proposed"),
                ("playbook_id.active", "=", True),
            ]
        )
        runs = runs.filtered(lambda run: run.partner_id.lifecycle_stage_id == run.stage_id)  # else the moment is gone
        for run in runs:
            title = self.env._("Start “%(plan)s”", plan=run.plan_id.name)
            days = (today - run.create_date.date()).days
            reason = run.error or (
                self.env._("Entered “%(stage)s” %(span)s ago", stage=run.stage_id.name, span=span(self.env, days))
                if days > 0
                else self.env._("Entered “%(stage)s” today", stage=run.stage_id.name)
            )
            window = self._window("crm.lifecycle.playbook.run", run.id, target="new")
            found[run.partner_id.id].append(NextAction("playbook", title, reason, None, window, 45))
        self._next_care(found, runs)

    def _next_care(self, found, runs):
        care = self.env["crm.care.policy"]
        policies = self._care_seen()
        wanted = self.filtered(lambda p: p.id in policies and policies[p.id][0].plan_id)
        if not wanted:
            return
        busy = wanted._planned_sudo() | set(runs.partner_id.ids)
        for partner in wanted.filtered(lambda p: p.id not in busy):
            policy, reason = policies[partner.id]
            window = {
                "type": "ir.actions.act_window",
                "res_model": "mail.activity.schedule",
                "name": policy.plan_id.name,
                "views": [(False, "form")],
                "view_mode": "form",
                "target": "new",
                "context": {
                    "active_model": "res.partner",
                    "active_ids": partner.ids,
                    "active_id": partner.id,
                    "default_res_model": "res.partner",
                    "default_res_ids": str(partner.ids),
                    "default_plan_id": policy.plan_id.id,
                    "plan_mode": True,
                },
            }
            title = self.env._("Start “%(plan)s”", plan=policy.plan_id.name)
            words = care._reason_in_words_sudo(reason)
            found[partner.id].append(NextAction("care_playbook", title, words, None, window, 25))

    def _planned_sudo(self):
        # As superuser: only whether something is planned, whoever's activity it is.
        rows = (
            self.env["mail.activity"]
            .sudo()
            ._read_group([("res_model", "=", "res.partner"), ("res_id", "in", self.ids)], ["res_id"])
        )
        return {partner_id for (partner_id,) in rows}

    @api.model
    def _window(self, model, record_id, target="current"):
        """Return the action that opens a record."""
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": target,
        }
