from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import one_by_one
from .crm_service_contract import IN_FORCE

BATCH = 100


class CrmServiceContract(models.Model):
    """How a contract starts, is renewed and ends."""

    _inherit = "crm.service.contract"

    error = fields.Char(
        "Problem", readonly=True, copy=False, groups="base.group_user", help="Why the scheduled action could not go on."
    )

    began_on = fields.Date(
        readonly=True, copy=False, groups="base.group_user", help="Day on which open cases came under the contract."
    )

    def _check_may(self, field_name):
        self.check_access("write")
        if not all(contract[field_name] for contract in self):
            raise UserError(self.env._("This is not possible in the contract's present state."))

    def action_start(self):
        """From its first day on visits are covered."""
        self._check_may("may_start")
        self._move({"state": "running"})
        self._take_over_sudo()
        for company, contracts in self.grouped("company_id").items():
            today = company._service_today()
            contracts.filtered(lambda contract, day=today: contract.start_date <= day)._begin(today)

    def _begin(self, day):
        """The first day is there: open cases come under the contract, once."""
        self._move({"began_on": day})
        self.env["crm.service.case"]._contract_began_sudo(self)

    def _take_over_sudo(self):
        """Open visits nothing covers look for a contract anew; subscriptions whose contract had expired before it was
        renewed go over.

        Runs as superuser: visits and subscriptions of other branches are served on the contract, too.
        """
        contracts = self.sudo()
        for contract in contracts.filtered(lambda contract: contract.previous_id.state == "expired"):
            going_on = contract.previous_id.subscription_ids.filtered(lambda s: s.state != "ended")
            going_on.write({"contract_id": contract.id})
        Visit = contracts.env["crm.service.visit"]
        theirs = Domain("partner_id.commercial_partner_id", "in", contracts.commercial_partner_id.ids)
        Visit.search(Visit._get_open_domain() & theirs & Domain("contract_id", "=", False))._compute_contract_id()

    def action_end(self):
        """Open the dialog: why, and what becomes of the subscriptions."""
        self.ensure_one()
        self._check_may("may_end")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End the Contract"),
            "res_model": "crm.service.contract.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_renew(self):
        """The next period on the same terms, as a draft to be looked over; subscriptions go over when it starts.

        :return: action that opens it
        """
        self.ensure_one()
        self._check_may("may_renew")
        start = self.end_date + timedelta(days=1)
        following = self.sudo().copy({"start_date": start, "end_date": self._next_end(start)})
        following._move({"previous_id": self.id, "renewal_lead_id": self.renewal_lead_id.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": following.id,
            "view_mode": "form",
        }

    def _next_end(self, start):
        """:return: last day of the period from ``start`` on: whole months stay whole months whatever their length, a
        whole year stays one, also over 29 February
        """
        months = (start.year - self.start_date.year) * 12 + start.month - self.start_date.month
        if months and fields.Date.add(self.start_date, months=months) == start:
            return fields.Date.add(self.start_date, months=2 * months) - timedelta(days=1)
        days = (self.end_date - self.start_date).days
        year = fields.Date.add(start, years=1) - timedelta(days=1)
        return year if abs((year - start).days - days) <= 1 else start + timedelta(days=days)

    def action_view_visits(self):
        """Visits counted on the contract."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_visit_action_history")
        action["domain"] = [("contract_id", "=", self.id)]
        action["context"] = {"default_contract_id": self.id, "default_partner_id": self.partner_id.id}
        return action

    def _end(self, as_of, keep, reason=None, lost=False):
        """Cancel before its day.

        :param as_of: last day
        :param keep: its subscriptions go on and are to be paid for; else they end, too
        :param reason: `crm.lost.reason`
        :param lost: the customer leaves us
        """
        self._check_may("may_end")
        self._move({"state": "cancelled", "ended_on": as_of, "is_lost": lost, "reason_id": reason and reason.id})
        self._let_go(keep, as_of)
        self._closed(as_of)

    def _let_go(self, keep, as_of):
        subscriptions = self.subscription_ids.filtered(lambda s: s.state != "ended")
        if not keep:
            subscriptions.action_end(as_of)

    def _closed(self, as_of):
        """A contract ended on ``as_of``: bridges hear of it here. ``is_lost`` says whether the customer left.

        Open visits look for another contract that covers them.
        """
        self._look_for_another_sudo()

    def _look_for_another_sudo(self):
        """Runs as superuser: visits of other branches are served on the contract, too."""
        Visit = self.env["crm.service.visit"].sudo()
        Visit.search(Visit._get_open_domain() & Domain("contract_id", "in", self.ids))._compute_contract_id()

    @api.model
    def _cron_daily(self, as_of=None):
        """Opportunities for what ends soon, end of what is over, start of renewals. May be killed and run again."""
        for company in self.search([("state", "in", IN_FORCE)]).company_id:
            day = as_of or company._service_today()
            for step, domain in self.with_company(company)._daily_steps(day):
                domain &= Domain("company_id", "=", company.id) & Domain("error", "=", False)
                last = 0
                while contracts := self.search(domain & Domain("id", ">", last), limit=BATCH, order="id"):
                    last = contracts[-1].id
                    repeat_disturbed(self.env, lambda c=contracts, s=step, d=day: c._step_safely(s, d))
                    if not self.env["ir.cron"]._commit_progress(len(contracts), remaining=self.search_count(domain)):
                        return

    @api.model
    def _daily_steps(self, day):
        """:return: ``[(method, domain of the contracts it has to be called on)]``"""
        soon = Domain("state", "=", "running") & Domain("end_date", "!=", False) & Domain("to_renew_on", "<=", day)
        over = Domain("state", "in", IN_FORCE) & Domain("end_date", "<", day)
        first = Domain("state", "in", IN_FORCE) & Domain("start_date", "<=", day) & Domain("began_on", "=", False)
        return [("_begin", first), ("_offer_renewal", soon), ("_expire", over)]

    to_renew_on = fields.Date(
        compute="_compute_to_renew_on",
        store=True,
        compute_sudo=True,
        index=True,
        groups="base.group_user",
        help="Day on which the opportunity is made.",
    )

    @api.depends("end_date", "renew_days")
    def _compute_to_renew_on(self):
        for contract in self:
            end = contract.end_date
            contract.to_renew_on = end and end - timedelta(days=contract.renew_days)

    def _step_safely(self, step, day):
        """One bad contract stops no other: the error is kept on the contract."""

        def keep(contract, error):
            contract._move({"error": str(error)[:500] or type(error).__name__})

        one_by_one(self.env, self, lambda contracts: getattr(contracts, step)(day), keep)

    def _offer_renewal(self, day):
        """One opportunity a contract, once; what is renewed already needs none."""
        for contract in self.sudo():
            lead = contract.renewal_lead_id
            if not lead and not contract.next_ids and contract.end_date >= day:
                lead = self.env["crm.lead"].sudo().create(contract._prepare_renewal_vals())
            contract._move({"state": "to_renew", "renewal_lead_id": lead.id})

    def _prepare_renewal_vals(self):
        lang = self.user_id.lang or self.env.lang
        return {
            "name": self.with_context(lang=lang).env._("Renew %(contract)s", contract=self.display_name),
            "type": "opportunity",
            "partner_id": self.partner_id.id,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
            "expected_revenue": self.price,
            "date_deadline": self.end_date,
        }

    def _expire(self, day):
        """The last day is over: the following contract takes over, or the subscriptions go the way agreed on."""
        for contract in self.sudo():
            contract._move({"state": "expired", "ended_on": contract.end_date})
            following = contract.next_ids.filtered(lambda c: c.state in IN_FORCE)[:1]
            if following:
                contract.subscription_ids.write({"contract_id": following.id})
            else:
                contract._let_go(contract.at_end == "keep", day)
            contract._closed(day)
