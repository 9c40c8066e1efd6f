from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain.names import OPEN_STATES


class CrmSurveyAsk(models.TransientModel):
    """Ask chosen customers by hand: through a program, its channels and the contact gate."""

    _name = "crm.survey.ask"
    _description = "Ask customers"

    program_id = fields.Many2one("crm.survey.program", required=True, ondelete="cascade")
    survey_id = fields.Many2one("survey.survey", ondelete="cascade")
    partner_ids = fields.Many2many("res.partner", string="Customers")
    partner_count = fields.Integer(compute="_compute_result", string="Chosen")
    ask_count = fields.Integer(compute="_compute_result", string="Will be asked")
    skip_count = fields.Integer(compute="_compute_result", string="Asked before")
    unreachable_count = fields.Integer(compute="_compute_result", string="Without an address")
    other_count = fields.Integer(
        compute="_compute_result", string="Not asked", help="The program is for others, or their quota is filled."
    )
    known_count = fields.Integer(compute="_compute_result", string="Nothing left to ask")

    @api.model
    def default_get(self, fields_list):
        """Take the contacts chosen in the contact list along."""
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "res.partner" and "partner_ids" not in values:
            values["partner_ids"] = [fields.Command.set(self.env.context.get("active_ids", []))]
        return values

    @api.depends("program_id", "partner_ids")
    def _compute_result(self):
        for wizard in self:
            program = wizard.program_id.with_company(wizard.program_id.company_id)
            partners = wizard.partner_ids._origin
            skipped = wizard._get_skipped()
            rest = partners - skipped
            may = wizard._get_allowed(program, rest)
            reachable = wizard._get_reachable(program, may)
            known = wizard._get_known(program, reachable)
            wizard.partner_count = len(partners)
            wizard.skip_count = len(skipped)
            wizard.other_count = len(rest - may)
            wizard.unreachable_count = len(may - reachable)
            wizard.known_count = len(known)
            wizard.ask_count = len(reachable - known)

    def _get_allowed(self, program, partners):
        """Return those whom the filter and the quotas of the program let through."""
        if not program:
            return partners
        allowed = self.env["res.partner"].search(Domain("id", "in", partners.ids) & program._get_partner_domain())
        quotas = program._choose_quotas(allowed)
        return partners.filtered(lambda partner: partner.id in quotas)

    def _get_reachable(self, program, partners):
        """Return those whom one of the steps reaches, themselves or by the contact who is asked for a company."""
        asked = self.env["crm.survey.invitation"]._find_recipients(partners)
        steps = program.step_ids
        return partners.filtered(lambda p: any(step._get_address(asked.get(p, p)) for step in steps))

    def _get_known(self, program, partners):
        """Return those of whom everything is known that the questionnaire asks."""
        if not program:
            return partners.browse()
        known = partners.browse()
        skip, months = program._get_plan_settings()
        today = program._local_day(fields.Datetime.now())
        chosen = program._choose_surveys(partners)
        for survey, batch in partners.grouped(lambda p: chosen[p.id]).items():
            plans = survey._plan_for_sudo(batch, today, months if skip else None)
            known |= batch.filtered(lambda p, plans=plans: plans[p.id].is_empty)
        return known

    def _get_skipped(self):
        """Return the chosen customers with an open invitation, or whom the program may not ask again yet."""
        self.ensure_one()
        partners = self.partner_ids._origin
        found = self.env["crm.survey.invitation"].search(
            Domain("program_id", "=", self.program_id.id) & Domain("partner_id", "in", partners.ids)
        )
        if self.program_id.repeat_days:
            found = found.filtered(
                lambda i: i.state in OPEN_STATES
                or i.create_date > fields.Datetime.subtract(fields.Datetime.now(), days=self.program_id.repeat_days)
            )
        return found.partner_id

    def action_ask(self):
        """Plan the invitations and make their first step now; opens them.

        :raises UserError: without a customer to ask or a step to ask by
        """
        self.ensure_one()
        if not self.ask_count:
            raise UserError(self.env._("None of these customers can be asked now."))
        program = self.program_id.with_company(self.program_id.company_id)
        program._check_may_activate()
        at = fields.Datetime.now()
        program._check_may_go_on(at)
        partners = self.partner_ids - self._get_skipped()
        invitations = program._invite_sudo({partner.id: (at, False) for partner in partners}, at)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_survey_invitation_action")
        action["domain"] = [("id", "in", invitations.ids)]
        action["context"] = {}
        return action
