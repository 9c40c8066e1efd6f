from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmOccasionGreeting(models.Model):
    """What became of an occasion in one year: at most one greeting and one activity."""

    _name = "crm.occasion.greeting"
    _description = "Greeting of an Occasion"
    _order = "due desc, id desc"
    _rec_name = "occasion_id"
    _privacy = {"report": ("due", "kind", "state")}

    occasion_id = fields.Many2one("crm.occasion", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="occasion_id.partner_id", store=True, index=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one(related="occasion_id.company_id", store=True, index=True)
    kind = fields.Selection(related="occasion_id.kind", store=True)
    year = fields.Integer(required=True, aggregator=None, help="In the occasion's own calendar.")
    action = fields.Selection([("greeting", "Greeting"), ("activity", "Activity")], "Kind of Care", required=True)
    due = fields.Date("Day", required=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("sent", "Sent"),
            ("denied", "Denied"),
            ("missed", "Missed"),
            ("skipped", "Left out"),
            ("failed", "Failed"),
            ("assigned", "Given to a colleague"),
        ],
        required=True,
        default="planned",
        index=True,
    )
    sent_on = fields.Datetime("Sent")
    interaction_id = fields.Many2one("crm.interaction", index="btree_not_null", ondelete="set null")
    reason_code = fields.Selection(
        [
            ("duplicate", "Greeted already this year"),
            ("disputed", "The date of birth is doubtful"),
            ("down", "Nothing was sent on the day; afterwards is too late"),
            ("held", "The contact rules allowed no moment of the day"),
            ("colleague", "Nobody sent it on the day"),
            ("failed", "The message could not be made"),
        ],
        "Reason (Code)",
    )
    reason = fields.Char(compute="_compute_reason", help="Why nothing was sent, or not yet.")

    _once_a_year = models.Constraint(
        "unique(occasion_id, year, action)", "An occasion is greeted once a year."
    )

    @api.depends("reason_code", "interaction_id.reason_code", "interaction_id.reason_params", "interaction_id.error")
    @api.depends_context("lang", "tz")
    def _compute_reason(self):
        codes = dict(self._fields["reason_code"]._description_selection(self.env))
        told = self._told_by_the_gate_sudo()
        for greeting in self:
            parts = [codes.get(greeting.reason_code), told.get(greeting.id)]
            greeting.reason = ": ".join(part for part in parts if part)

    def _told_by_the_gate_sudo(self):
        """{id: reason of the contact gate}

        Sudo: who may see that a greeting was not sent may see why, without the whole ledger of contacts.
        """
        return {greeting.id: greeting.interaction_id.reason for greeting in self.sudo() if greeting.state != "sent"}

    @api.depends("occasion_id", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for greeting in self:
            greeting.display_name = f"{greeting.occasion_id.display_name} {greeting.year}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """A greeting's line goes only with its occasion: without it the customer would be greeted again."""
        raise UserError(self.env._("What was sent stays on record as long as the occasion does."))

    # ------------------------------------------------------------------ the course of a greeting
    def _is_over(self, at):
        """Whether its day has passed, or its contact was given up."""
        return self.due < self.occasion_id._local_day(at) or self.interaction_id.state in ("cancelled", "denied")

    def _note_interactions(self, interactions, at):
        """Keep what the gate made of these greetings; a hold beyond the day is a greeting missed."""
        by_occasion = {interaction.res_id: interaction for interaction in interactions}
        beyond = self.browse()
        for line in self.filtered(lambda line: line.state == "planned"):
            interaction = by_occasion.get(line.occasion_id.id, self.env["crm.interaction"])
            line.write({"interaction_id": interaction.id, "state": "held"})
            if interaction.state != "held" or line.occasion_id._local_day(interaction.date) != line.due:
                beyond |= line
        beyond._close(at)

    def _close(self, at):
        """Give these greetings up: the contact is cancelled, a colleague is told."""
        by_hand = self.filtered(lambda line: line.state == "assigned")
        by_hand.write({"state": "missed", "reason_code": "colleague"})
        by_hand.interaction_id.sudo().filtered(lambda i: i.state == "planned")._set({"state": "cancelled"})
        self = self - by_hand  # the colleague still has the activity
        if not self:
            return
        failed = self.filtered(lambda line: line.interaction_id.reason_code == "failed")
        self.interaction_id.filtered(lambda i: i.state in ("held", "planned")).write({"state": "cancelled"})
        failed.write({"state": "failed", "reason_code": "failed"})
        (self - failed).write({"state": "missed", "reason_code": "held"})
        self.occasion_id._tell_colleague(at, self)
