from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import churn

# A customer sent back to quiet is judged by the rules again after a year without a purchase.
QUIET_FOR = timedelta(days=365)
POINTS = ("price", "quality", "service", "delivery")
# What the customer says; nobody but the customer's own answers changes it once it was answered.
CUSTOMER_FIELDS = {
    "primary_reason_id",
    "secondary_reason_id",
    "relationship_caused",
    "competitor_id",
    "comparison",
    "compare_price",
    "compare_quality",
    "compare_service",
    "compare_delivery",
    "customer_note",
    "bring_back",
}


class CrmChurnInterview(models.Model):
    """What an interview decides: the end confirmed or back to quiet, and a way to win the customer back."""

    _inherit = "crm.churn.interview"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    is_answered = fields.Boolean(
        compute="_compute_is_answered",
        help="The customer answered the questionnaire: their side stands as they gave it.",
    )
    outcome = fields.Selection(
        [("ended", "Ended, confirmed"), ("quiet", "Back to quiet")],
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    outcome_on = fields.Date(string="Decided on", readonly=True, copy=False)
    outcome_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, copy=False)
    proposed_outcome = fields.Selection(
        [("ended", "It is over"), ("quiet", "They may come back by themselves")],
        string="Suggestion",
        compute="_compute_proposed_outcome",
    )

    @api.depends("invitation_ids.state")
    def _compute_is_answered(self):
        for interview in self:
            interview.is_answered = "done" in interview.sudo().invitation_ids.mapped("state")

    @api.depends("cause", "relationship_caused", "win_back_chance", "salesperson_reason_id")
    def _compute_proposed_outcome(self):
        for interview in self:
            believed = interview.salesperson_reason_id.cause
            cause = interview.cause or believed
            caused = interview.relationship_caused
            if not interview.cause:
                caused = interview.salesperson_relationship_caused
            interview.proposed_outcome = cause and churn.propose_outcome(cause, caused, interview.win_back_chance)

    def write(self, vals):
        """Keep the two views apart.

        :raises UserError: if the customer's side would change that the customer answered
        """
        if not self.env.su and not self.env.user.has_group("crm_survey.group_manager"):
            if (vals.keys() & CUSTOMER_FIELDS) and any(interview.is_answered for interview in self):
                raise UserError(
                    self.env._("The customer answered this: write what you think of it on our side of the page.")
                )
        return super().write(vals)

    # -- deciding ------------------------------------------------------------------------------------

    def _may_decide(self):
        """Return those that are not decided yet and of which a reason is known, from one side or the other."""
        return self.filtered(lambda i: not i.outcome and (i.primary_reason_id or i.salesperson_reason_id))

    def _check_may_decide(self):
        """:raises UserError: if one is decided, or nobody has named a reason"""
        for interview in self - self._may_decide():
            if interview.outcome:
                raise UserError(self.env._("This interview is decided already."))
            raise UserError(self.env._("Name at least the first reason."))

    def action_confirm_ended(self):
        """The relation is over: the customer is declared ended, with the reason."""
        self._decide("ended")

    def action_back_to_quiet(self):
        """They have not left for good: the customer is declared quiet, with the reason."""
        self._decide("quiet")

    def _decide(self, outcome):
        """Close the interviews and set the stage of their customers.

        :param outcome: ended or quiet
        :raises UserError: if one is decided, or nobody has named a reason
        :raises AccessError: if the user may not change a customer
        """
        self._check_may_decide()
        for company, mine in self.grouped("company_id").items():
            today = company._lifecycle_today()
            for interview in mine:
                partner = interview.partner_id.commercial_partner_id.with_company(company)
                partner._lifecycle_declare(
                    outcome,
                    interview._get_outcome_reason(),
                    on=today,
                    until=today + QUIET_FOR if outcome == "quiet" else None,
                    trigger="survey",
                )
            mine.write({"outcome": outcome, "outcome_on": today, "outcome_by_id": self.env.uid})
        said = self.filtered("primary_reason_id")
        said.filtered(lambda i: i.state != "done")._close_by_hand()
        (self - said).filtered(lambda i: i.state in ("open", "asked")).state = "silent"

    def _get_outcome_reason(self):
        """Return why, as the customer's history shows it."""
        self.ensure_one()
        if self.primary_reason_id:
            return self.env._("Churn interview: %(reason)s, says the customer", reason=self.primary_reason_id.name)
        return self.env._("Churn interview: %(reason)s, as we see it", reason=self.salesperson_reason_id.name)

    def _close_by_hand(self):
        """The customer was heard without the questionnaire."""
        self.write({"state": "done", "interviewed_on": fields.Datetime.now(), "interviewer_id": self.env.user.id})
        self._record_assessments()

    def _record_assessments(self):
        """What was said of the competitor point by point counts among what customers say of it; once."""
        Assessment = self.env["crm.competitor.assessment"]
        refs = {f"{self._name},{interview.id}": interview for interview in self.filtered("competitor_id")}
        known = set(Assessment.search(Domain("source_ref", "in", list(refs))).mapped("source_ref"))
        Assessment.create(
            [
                {
                    "partner_id": interview.partner_id.id,
                    "competitor_id": interview.competitor_id.id,
                    "relation": "left_for",
                    "source": "employee",
                    "source_ref": ref,
                    "date": interview.company_id._lifecycle_today(),
                    **{f"rating_{name}": int(interview[f"compare_{name}"] or 0) for name in POINTS},
                }
                for ref, interview in refs.items()
                if ref not in known
            ]
        )

    # -- winning back --------------------------------------------------------------------------------

    def _may_win_back(self):
        """Return those whose customer has been heard out: an interview that still runs is no sales talk."""
        return self.filtered(lambda i: i.state in ("done", "silent"))

    def _check_may_win_back(self):
        """:raises UserError: while the customer is still asked"""
        if self - self._may_win_back():
            raise UserError(
                self.env._("First hear the customer out: win them back when the interview is closed, not in it.")
            )

    def action_win_back(self):
        """Open the win-back opportunity of this customer, creating it when there is none.

        :raises UserError: while the customer is still asked
        """
        self.ensure_one()
        if not self.lead_id:
            self._check_may_win_back()
            self.lead_id = self.env["crm.lead"].create(self._prepare_win_back_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "view_mode": "form",
            "res_id": self.lead_id.id,
        }

    def _prepare_win_back_vals(self):
        """Values of the win-back opportunity; it carries our reading, never the customer's own words."""
        return {
            "type": "opportunity",
            "name": self.env._("Win back %(customer)s", customer=self.partner_id.name),
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": self.salesperson_id.id or self.env.user.id,
            "expected_revenue": self.value_lost,
            "description": (self.primary_reason_id or self.salesperson_reason_id).name or False,
            "source_id": self.env.ref("crm_survey.utm_source_churn").id,
            "tag_ids": [fields.Command.link(self.env.ref("crm_survey.crm_tag_win_back").id)],
            "churn_interview_id": self.id,
        }
