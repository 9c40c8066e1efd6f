from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from .crm_service_contract import IN_FORCE

OFFICE = "base.group_user"


class CrmServiceCasePromiseMixin(models.AbstractModel):
    """Why a case has its promise, or none; and contracts that begin while cases are open."""

    _name = "crm.service.case.promise.mixin"
    _description = "Promises of Cases"

    promised_from = fields.Datetime(
        "Promise Counts From",
        readonly=True,
        copy=False,
        groups=OFFICE,
        help="Set when the contract began after the case was received: what was used up before does not count.",
    )
    promise_reason = fields.Char("Why This Promise", compute="_compute_promise_reason", groups=OFFICE)

    @api.depends("sla_id", "contract_id.sla_ids", "partner_id", "asset_id", "company_id", "promised_from")
    @api.depends_context("lang", "tz")
    def _compute_promise_reason(self):
        ahead = self._contracts_ahead_sudo()
        for case in self:
            case.promise_reason = case.sudo()._promise_text(ahead.get(case))

    def _promise_text(self, ahead):
        """:param ahead: `crm.service.contract` of the customer that begins later, or None
        :return: a sentence in the reader's language
        """
        contract, named = self.contract_id, self.sla_id and self.sla_id in self.contract_id.sla_ids
        if named and self.promised_from:
            return self.env._(
                "The contract %(contract)s names it. It counts from %(moment)s, when the contract began to cover it.",
                contract=contract.number,
                moment=format_datetime(self.env, self.promised_from, dt_format="short"),
            )
        if named:
            return self.env._("The contract %(contract)s names it.", contract=contract.number)
        if ahead:
            return self.env._(
                "The contract %(contract)s covers the case from %(day)s on.",
                contract=ahead.number,
                day=format_date(self.env, ahead.start_date),
            )
        if self.sla_id:
            return self.env._("It holds for every case of this kind and priority.")
        if not self.partner_id:
            return self.env._("Nothing is promised: say first which customer it is.")
        if not contract:
            return self.env._("Nothing is promised: no contract of the customer is in force.")
        return self.env._("The contract %(contract)s promises no hours for such a case.", contract=contract.number)

    def _contracts_ahead_sudo(self):
        """:return: ``{case: contract}`` of those without a contract whose customer has one that begins later; one query

        Runs as superuser: the contract may be of another branch than the one that has the case.
        """
        cases = self.sudo().filtered(lambda case: case.partner_id and not case.contract_id)
        if not cases:
            return {}
        contracts = cases.env["crm.service.contract"].search(
            Domain("state", "in", IN_FORCE)
            & Domain("start_date", ">", fields.Date.context_today(self))
            & Domain("commercial_partner_id", "in", cases.partner_id.commercial_partner_id.ids),
            order="start_date, id",
        )
        return {
            case.with_env(self.env): found[:1]
            for case in cases
            if (found := contracts.filtered(lambda contract, case=case: contract._is_about(case)))
        }

    @api.model
    def _contract_began_sudo(self, contracts):
        """These contracts are in force from now on: open cases that have none come under them. Where nothing was
        promised so far their promise counts from this moment; a promise given before stays.

        :param contracts: `crm.service.contract`

        Runs as superuser: cases of other branches are served on the contract, too.
        """
        contracts = contracts.sudo()
        customers = Domain("partner_id.commercial_partner_id", "in", contracts.commercial_partner_id.ids)
        cases = self.sudo().search(self._get_open_domain() & customers & Domain("contract_id", "=", False))
        for contract in contracts.sorted(lambda contract: not contract.asset_ids):
            mine = cases.filtered(lambda case, contract=contract: contract._is_about(case))
            cases -= mine
            mine._come_under(contract)

    def _come_under(self, contract):
        self._move({"contract_id": contract.id})
        bare = self.filtered(lambda case: not case.sla_id)
        bare._apply_sla()
        promised = bare.filtered("sla_id")
        promised._move({"promised_from": self._service_now()})
        promised._clock_turn()
        for case in self:
            case._message_log(body=case._contract_note(contract, case in promised))

    def _contract_note(self, contract, is_new):
        values = {"contract": contract.display_name, "promise": self.sla_id.name}
        if is_new:
            return self.env._("%(contract)s covers this case now: “%(promise)s” counts from this moment on.", **values)
        if self.sla_id:
            return self.env._("%(contract)s covers this case now. “%(promise)s” stays as it was promised.", **values)
        return self.env._("%(contract)s covers this case now; it promises no hours for it.", **values)
