import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
BATCH = 200
LOOK_BACK = timedelta(days=2)
STARTS = ["rule", "user", "survey", "contract"]


class CrmLifecyclePlaybook(models.Model):
    """What the account manager does when a customer enters a stage: an activity plan, started or proposed."""

    _name = "crm.lifecycle.playbook"
    _description = "Playbook"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    stage_id = fields.Many2one("crm.lifecycle.stage", string="Entering Stage", required=True, ondelete="restrict")
    value_class_ids = fields.Many2many(
        "crm.value.class", string="Only Value Classes", check_company=True, help="Empty: whatever the class."
    )
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Only")
    plan_id = fields.Many2one(
        "mail.activity.plan",
        required=True,
        domain=[("res_model", "=", "res.partner")],
        check_company=True,
        ondelete="restrict",
    )
    mode = fields.Selection(
        [("start", "Start it"), ("propose", "Only propose it")],
        string="What happens",
        required=True,
        default="propose",
        help="Start it: the activities are planned at once. Propose it: it stands among what to do next.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="If nobody is in charge",
        domain=[("share", "=", False)],
        help="Gets the activities of customers without an account manager. Empty: the playbook is only proposed.",
    )
    after_transition = fields.Integer(
        readonly=True,
        copy=False,
        help="Number of the last change of stage before the playbook: older ones never count.",
    )
    checked_until = fields.Datetime(
        readonly=True, copy=False, help="Changes of stage up to this moment were looked at."
    )
    run_ids = fields.One2many("crm.lifecycle.playbook.run", "playbook_id", string="Customers")
    run_count = fields.Integer(compute="_compute_run_count")

    @api.depends("run_ids")
    @api.depends_context("uid")
    def _compute_run_count(self):
        counts = dict(
            self.env["crm.lifecycle.playbook.run"]._read_group(
                [("playbook_id", "in", self.ids)], ["playbook_id"], ["__count"]
            )
        )
        for playbook in self:
            playbook.run_count = counts.get(playbook._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A playbook counts from now on: nobody who entered the stage before is run through it."""
        last = self._last_transition_sudo()
        return super().create([{**vals, "after_transition": last, "checked_until": False} for vals in vals_list])

    def write(self, vals):
        """Taken up again, or about another stage, a playbook counts from now on."""
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in ("after_transition", "checked_until")}
        if vals.get("active") or "stage_id" in vals:
            vals = {**vals, "after_transition": self._last_transition_sudo()}
        return super().write(vals)

    @api.model
    def _last_transition_sudo(self):
        # As superuser: the number alone, of all companies' changes.
        return self.env["crm.lifecycle.transition"].sudo().search([], order="id DESC", limit=1).id

    def action_view_runs(self):
        """Open the customers that went through this playbook."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_playbook_run_action")
        return {**action, "domain": [("playbook_id", "=", self.id)], "context": {}}

    @api.model
    def _cron_run(self, at=None):
        """Start or propose the playbooks of customers who entered a stage.

        Each batch is kept together with its activities: killed at any moment and called again, no customer is left out
        and none gets the activities twice.

        :param datetime at: naive UTC moment; now if not given
        """
        at = at or fields.Datetime.now()
        for playbook in self.search([("active", "=", True)]):
            done = BATCH
            while done == BATCH:
                counted = []
                if not repeat_disturbed(self.env, lambda p=playbook, c=counted: c.append(p._step(at)) or True):
                    return
                done = counted[-1]
                if not self.env["ir.cron"]._commit_progress(done):
                    return

    def _step(self, at):
        """Do one batch; return how many customers were taken (0 also when another process is at it)."""
        if not self.try_lock_for_update():
            return 0
        entered = self._entered()
        self._take(entered)
        if len(entered) < BATCH:
            self.write({"checked_until": at})
        return len(entered)

    def _entered(self):
        """Return (customer id, transition id) of up to ``BATCH`` who entered the stage, are still in it, and wait."""
        self.env.flush_all()
        classes = self.value_class_ids.ids
        return self.env.execute_query(
            SQL(
                """SELECT t.partner_id, t.id
                     FROM crm_lifecycle_transition t
                     JOIN crm_lifecycle_status s ON s.partner_id = t.partner_id AND s.company_id = t.company_id
                     JOIN res_partner p ON p.id = t.partner_id AND p.active
                    WHERE t.company_id = %(company)s AND t.to_stage_id = %(stage)s AND t.id > %(after)s
                      AND t.trigger = ANY(%(starts)s) AND s.stage_id = t.to_stage_id
                      AND (%(since)s::timestamp IS NULL OR t.recorded_on >= %(since)s::timestamp)
                      AND (%(kind)s::varchar IS NULL OR s.customer_kind = %(kind)s)
                      AND (%(any_class)s OR s.value_class_id = ANY(%(classes)s))
                      AND NOT EXISTS (SELECT 1 FROM crm_lifecycle_playbook_run r
                                       WHERE r.playbook_id = %(playbook)s AND r.transition_id = t.id)
                 ORDER BY t.id LIMIT %(batch)s""",
                company=self.company_id.id,
                stage=self.stage_id.id,
                after=self.after_transition or 0,
                starts=STARTS,
                since=self.checked_until - LOOK_BACK if self.checked_until else None,
                kind=self.customer_kind or None,
                any_class=not classes,
                classes=classes,
                playbook=self.id,
                batch=BATCH,
            )
        )

    def _take(self, entered):
        """Note the customers, and plan the activities where the playbook starts by itself.

        :param entered: (customer id, transition id) of each
        """
        runs = self.env["crm.lifecycle.playbook.run"].create(
            [
                {
                    "playbook_id": self.id,
                    "company_id": self.company_id.id,
                    "partner_id": customer_id,
                    "transition_id": transition_id,
                    "plan_id": self.plan_id.id,
                }
                for customer_id, transition_id in entered
            ]
        )
        if self.mode != "start" or not runs:
            return
        try:
            with self.env.cr.savepoint():
                runs._start(self.user_id)
        except UserError:  # of one of them: find out which, the others go on
            self.env.invalidate_all()
            for run in runs:
                self._start_alone(run)

    def _start_alone(self, run):
        """Start one run; what is in its way is told on the run, which stays proposed."""
        try:
            with self.env.cr.savepoint():
                run._start(self.user_id)
        except UserError as error:
            _logger.info("playbook %s could not start for customer %s: %s", self.id, run.partner_id.id, error)
            run.error = str(error)
