from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from ..domain.coverage import Use
from .crm_service_visit import OPEN_STATES


class CrmServiceVisitContractMixin(models.AbstractModel):
    """Who pays for a visit: a contract that covers it, or the customer."""

    _name = "crm.service.visit.contract.mixin"
    _description = "Coverage of Visits"

    contract_id = fields.Many2one(
        "crm.service.contract",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', partner_commercial_id)]",
    )
    covered = fields.Selection([("yes", "Covered"), ("no", "To Be Paid")], readonly=True, copy=False, index=True)
    coverage_code = fields.Char(readonly=True, copy=False)
    coverage_left = fields.Float(readonly=True, copy=False)
    is_covered = fields.Boolean("Covered by Contract", compute="_compute_coverage")
    coverage = fields.Char("Why", compute="_compute_coverage")

    @api.depends("partner_id", "asset_id", "planned_date", "company_id")
    def _compute_contract_id(self):
        groups = self.filtered(lambda visit: visit.state in OPEN_STATES and visit.partner_id).grouped(
            lambda visit: (visit.company_id.root_id, visit.planned_date or fields.Date.context_today(visit))
        )
        for (root, day), visits in groups.items():
            contracts = self._contracts_sudo(visits.partner_id.commercial_partner_id, root, day)
            for visit in visits:
                mine = contracts.get(visit.partner_id.commercial_partner_id)
                mine = mine._fitting(visit.asset_id) if mine else self.env["crm.service.contract"]
                if visit.contract_id not in mine:
                    visit.contract_id = mine[:1]

    @api.model
    def _contracts_sudo(self, partners, root, day):
        """:return: ``{commercial partner: contracts in force on day}``; one query

        Runs as superuser: the contract may be of another branch than the one that serves.
        """
        Contract = self.env["crm.service.contract"].sudo()
        domain = Contract._get_in_force_domain(day)
        domain &= Domain("commercial_partner_id", "in", partners.ids) & Domain("company_id", "child_of", root.ids)
        return Contract.search(domain).grouped("commercial_partner_id")

    @api.depends(
        "contract_id.state",
        "state",
        "covered",
        "planned_date",
        "duration",
        "price",
        "parts_price",
        "plan_ids",
        "asset_id",
    )
    @api.depends_context("lang")
    def _compute_coverage(self):
        promised = self._promised_sudo()
        for visit in self:
            contract = visit.contract_id.sudo()
            if visit.covered:
                covered, code, left = visit.covered == "yes", visit.coverage_code, visit.coverage_left
            elif not contract:
                covered, code, left = False, "no_contract", 0
            else:
                verdict = contract._judge(visit.sudo(), promised[visit._origin.id or visit.id])
                covered, code, left = verdict.covered, verdict.code, verdict.left or 0
            visit.is_covered = covered
            visit.coverage = visit._coverage_text(code, left)
            visit.charge = 0 if covered else visit.price + visit._parts_price_sudo()

    def _parts_price_sudo(self):
        """:return: price of the parts used; as superuser: customers see the sum they pay, not our list of parts"""
        return self.sudo().parts_price

    def _promised_sudo(self):
        """:return: ``{visit id: Use}``: what done visits used up, and open ones planned before will; a fixed number of
        queries

        Runs as superuser: visits of other branches count on the same contract.
        """
        contracts = self.contract_id.sudo()
        used = defaultdict(Use, {visit.id: Use() for visit in self})
        others = (
            self.env["crm.service.visit"]
            .sudo()
            .search([("contract_id", "in", contracts.ids), ("state", "in", OPEN_STATES)], order="planned_date, id")
            if contracts
            else self.browse()
        )
        for contract in contracts:
            visits, hours = contract.used_visits, contract.used_hours
            queue = others.filtered(lambda visit, c=contract: visit.contract_id == c)
            ids = set(queue.ids)
            for visit in queue:
                used[visit.id] = Use(visits, hours)
                if contract._judge(visit, used[visit.id]).covered:
                    visits, hours = visits + 1, hours + visit.duration
            for visit in self:
                if visit.contract_id == contract and visit._origin.id not in ids:
                    used[visit.id] = Use(visits, hours)
        return used

    def _coverage_text(self, code, left):
        number = formatLang(self.env, left or 0, digits=1).removesuffix(".0").removesuffix(",0")
        texts = {
            "no_contract": self.env._("No contract covers it."),
            "unlimited": self.env._("The contract covers it as often as needed."),
            "visit_left": self.env._("Covered by the contract; %(left)s visits are left after it.", left=number),
            "hours_left": self.env._("Covered by the contract; %(left)s hours are left after it.", left=number),
            "visits_used": self.env._("All visits of the contract are used up."),
            "hours_used": self.env._("Only %(left)s hours of the contract are left.", left=number),
            "not_in_force": self.env._("The contract is not in force."),
            "other_days": self.env._("The contract does not count on that day."),
            "other_asset": self.env._("The contract is for other assets."),
            "other_plan": self.env._("The contract does not cover this plan."),
        }
        return texts.get(code, code or "")

    def _finish(self, *args, **kwargs):
        """What was done counts on the contract, decided once and for good."""
        self.flush_recordset(["contract_id"])  # chosen while the visit is still open
        result = super()._finish(*args, **kwargs)
        self._settle()
        return result

    def _settle(self):
        contract = self.contract_id.sudo()
        if not contract:
            self._move({"covered": "no", "coverage_code": "no_contract"})
            return
        verdict = contract._judge(self.sudo(), contract._use())
        self._move(
            {
                "covered": "yes" if verdict.covered else "no",
                "coverage_code": verdict.code,
                "coverage_left": verdict.left or 0,
            }
        )
        contract._recount_sudo()

    def write(self, vals):
        """Hours a manager corrects are counted anew; coverage itself is not set by hand."""
        if not self.env.su and "contract_id" in vals:
            self._check_not_done()
        before = self.contract_id if "contract_id" in vals else self.env["crm.service.contract"]
        result = super().write(vals)
        if vals.keys() & {"hours", "contract_id"}:
            (before | self.filtered("covered").contract_id)._recount_sudo()
        return result
