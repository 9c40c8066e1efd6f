from odoo import api, fields, models
from odoo.addons.crm_service_plan.models.crm_service_contract import IN_FORCE
from odoo.fields import Domain


class CrmSurveyProgram(models.Model):
    """Service starts surveys: a visit done, a case solved, a contract that ended."""

    _inherit = "crm.survey.program"

    trigger = fields.Selection(
        selection_add=[
            ("visit", "A service visit done"),
            ("case", "A service case solved"),
            ("contract", "The end of a service contract"),
            ("manual",),
        ],
        ondelete={
            name: lambda programs: programs.write({"trigger": "manual", "state": "paused"})
            for name in ("visit", "case", "contract")
        },
    )
    service_plan_ids = fields.Many2many(
        "crm.service.plan",
        string="Only visits of",
        domain=[("is_sensitive", "=", False)],
        help="Empty: every visit. Visits of health plans start no survey.",
    )
    case_category_ids = fields.Many2many(
        "crm.service.case.category", string="Only cases of", help="Empty: every case."
    )

    @api.model
    def _ask_after_visits(self):
        """Let visits start the shipped program “After a service”; one in use, or changed, stays as it is."""
        program = self.env.ref("crm_survey.crm_survey_program_after_service", raise_if_not_found=False)
        if program and program.state == "draft" and program.trigger == "manual" and not program.invitation_ids:
            program.trigger = "visit"

    def _events_visit(self, since, at):
        """Visits done; the person who was visited is asked. Those of health plans start nothing.

        An invitation is read by every interviewer: it must not tell that there was such a visit.
        """
        domain = (
            self._get_branch_domain()
            & Domain("state", "=", "done")
            & Domain("is_sensitive", "=", False)
            & self._get_day_domain("done_date", since, at)
        )
        if self.service_plan_ids:
            domain &= Domain("plan_ids", "in", self.service_plan_ids.ids)
        visits = self.env["crm.service.visit"].search(domain)
        return [self._person_event(visit, visit.partner_id, self._day_start(visit.done_date)) for visit in visits]

    def _events_case(self, since, at):
        """Cases solved and not taken up again; whoever brought it forward is asked."""
        domain = (
            self._get_branch_domain()
            & Domain("state", "in", ("solved", "closed"))
            & Domain("partner_id", "!=", False)
            & Domain("solved_on", ">=", since)
            & Domain("solved_on", "<=", at)
        )
        if self.case_category_ids:
            domain &= Domain("category_id", "in", self.case_category_ids.ids)
        cases = self.env["crm.service.case"].search(domain)
        return [self._person_event(case, case.contact_id or case.partner_id, case.solved_on) for case in cases]

    def _events_contract(self, since, at):
        """Contracts that expired or were cancelled, and that no other one follows."""
        contracts = self.env["crm.service.contract"].search(
            self._get_branch_domain()
            & Domain("state", "in", ("expired", "cancelled"))
            & Domain("next_ids", "not any", [("state", "in", IN_FORCE)])
            & self._get_day_domain("ended_on", since, at)
        )
        return [
            self._person_event(contract, contract.partner_id, self._day_start(contract.ended_on))
            for contract in contracts
        ]

    def _get_branch_domain(self):
        """Return a fresh domain of what belongs to the program's company or one of its branches."""
        return Domain("company_id", "child_of", self.company_id.id)
