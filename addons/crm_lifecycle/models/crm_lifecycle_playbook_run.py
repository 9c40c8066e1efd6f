from odoo import fields, models

from .loose_many2one import LooseMany2one


class CrmLifecyclePlaybookRun(models.Model):
    """One customer's way through a playbook: proposed, started or dismissed."""

    _name = "crm.lifecycle.playbook.run"
    _description = "Playbook of a Customer"
    _order = "id desc"
    _rec_name = "partner_id"

    playbook_id = fields.Many2one(
        "crm.lifecycle.playbook", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade", readonly=True
    )
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    plan_id = fields.Many2one("mail.activity.plan", required=True, ondelete="cascade", readonly=True)
    transition_id = LooseMany2one("crm.lifecycle.transition", string="Change of Stage", readonly=True)
    stage_id = fields.Many2one(related="playbook_id.stage_id")
    state = fields.Selection(
        [("proposed", "Proposed"), ("started", "Started"), ("dismissed", "Dismissed")],
        required=True,
        default="proposed",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="For", readonly=True, ondelete="set null")
    started_on = fields.Datetime(readonly=True)
    error = fields.Char(string="Why it did not start", readonly=True)

    _transition_uniq = models.Constraint(
        "UNIQUE(playbook_id, transition_id)", "A change of stage starts a playbook once."
    )

    def _may_decide(self):
        """Refuse whoever may not change the customer; return the runs still proposed."""
        self.check_access("read")
        self.partner_id.check_access("write")
        return self.filtered(lambda run: run.state == "proposed")

    def action_start(self):
        """Plan the activities for the account manager, or for oneself where there is none."""
        self._may_decide()._start_sudo(self.env.user)
        return True

    def action_dismiss(self):
        """Leave it."""
        self._may_decide()._dismiss_sudo()
        return True

    def _start_sudo(self, user):
        # As superuser: runs are written by nobody but the suite; the caller may change the customer.
        self.sudo()._start(user)

    def _dismiss_sudo(self):
        # As superuser, for the same reason.
        self.sudo().write({"state": "dismissed"})

    def _start(self, fallback):
        """Plan the activities of the plans on the customers, once, by as many creations as there are people in charge.

        :param fallback: ``res.users`` in charge of customers without an account manager
        :raise UserError: a step of a plan is for somebody who cannot be found
        """
        waiting = self.filtered(lambda run: run.state == "proposed").try_lock_for_update()
        for (plan, company, manager), runs in waiting.grouped(lambda run: run._start_key(fallback)).items():
            if not manager:
                runs.write({"error": self.env._("Nobody is in charge of this customer.")})
                continue
            customers = runs.partner_id.with_company(company)
            customers._lifecycle_start_plan(plan, manager, company._lifecycle_today())
            runs.write(
                {"state": "started", "user_id": manager.id, "started_on": fields.Datetime.now(), "error": False}
            )

    def _start_key(self, fallback):
        """Return plan, company and who is in charge: runs that have them in common start together."""
        manager = self.partner_id.user_id.filtered(lambda user: user.active and not user.share) or fallback
        return self.plan_id, self.company_id, manager
