import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine.rebuild import Rebuilder, next_day

_logger = logging.getLogger(__name__)


class CrmLifecycleRebuild(models.Model):
    """The history of a company written anew, month by month from the first purchase, as a new generation.

    Each month is committed by itself: killed at any moment and called again, it goes on with the next one. The
    generation is shown once it is complete; the lines of the former one stay. It starts no program or message.
    """

    _name = "crm.lifecycle.rebuild"
    _description = "Rebuild of the History"
    _order = "id desc"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    generation = fields.Integer(required=True, readonly=True)
    first_day = fields.Date(string="First Purchase", readonly=True)
    done_upto = fields.Date(string="Done up to", readonly=True, help="The next step begins behind this day.")
    progress = fields.Float(compute="_compute_progress", help="Percent of the days from the first purchase to today.")
    steps = fields.Integer(string="Months", readonly=True)
    moved = fields.Integer(string="Changes of Stage", readonly=True)
    seconds = fields.Float(digits=(10, 2), readonly=True)
    user_id = fields.Many2one("res.users", string="Asked for by", readonly=True)
    error = fields.Text(readonly=True)

    _one_at_a_time = models.UniqueIndex(
        "(company_id) WHERE state IN ('waiting', 'running')", "The history of this company is being rebuilt already."
    )

    @api.depends("first_day", "done_upto", "state")
    def _compute_progress(self):
        for rebuild in self:
            today = rebuild.company_id._lifecycle_today()
            if rebuild.state == "done" or not rebuild.first_day:
                rebuild.progress = 100.0 if rebuild.state == "done" else 0.0
                continue
            done = (rebuild.done_upto - rebuild.first_day).days if rebuild.done_upto else 0
            rebuild.progress = 100.0 * max(done, 0) / max((today - rebuild.first_day).days, 1)

    @api.model
    def _request_sudo(self, company):
        """Have the history of ``company`` rebuilt by the job, within a minute.

        :raise UserError: one is under way
        """
        # As superuser: only managers come here (checked by the wizard), and nobody writes rebuilds by hand.
        model = self.sudo()
        if model.search_count([("company_id", "=", company.id), ("state", "in", ("waiting", "running"))], limit=1):
            raise UserError(self.env._("The history of %(company)s is being rebuilt already.", company=company.name))
        last = model.search([("company_id", "=", company.id)], order="generation desc", limit=1).generation
        rebuild = model.create(
            {
                "company_id": company.id,
                "generation": max(last, company.sudo().lifecycle_generation or 1) + 1,
                "user_id": self.env.uid,
            }
        )
        self.env.ref("crm_lifecycle.ir_cron_rebuild").sudo()._trigger()
        return rebuild

    @api.model
    def _cron_rebuild(self):
        """Go on with the rebuilds, a month at a time, each month committed by itself."""
        while rebuild := self.search([("state", "in", ("waiting", "running"))], order="id", limit=1):
            rebuild = rebuild.try_lock_for_update()
            if not rebuild:
                return
            try:
                left = rebuild._step()
            except Exception as error:  # kept on the record for a person to see; the other companies go on
                self.env.cr.rollback()
                _logger.exception("rebuild of the lifecycle history failed")
                rebuild.write({"state": "failed", "error": str(error)})
                left = 0
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _step(self):
        """Write the next month; return how many are left (about)."""
        self.ensure_one()
        begun = time.monotonic()
        today = self.company_id._lifecycle_today()
        if not self.first_day:
            self.first_day = self._first_purchase() or today
        day = next_day(self.done_upto, self.first_day, today)
        if day:
            moved = Rebuilder(self, day, self.done_upto).step(last=day == today)
            self.write({"state": "running", "moved": self.moved + moved, "steps": self.steps + 1, "done_upto": day})
        if not next_day(self.done_upto, self.first_day, today):
            self.state = "done"
            self.company_id.lifecycle_generation = self.generation
        self.seconds += time.monotonic() - begun
        self.env.flush_all()
        self.env["crm.lifecycle.transition"].invalidate_model()
        return 0 if self.state == "done" else (today - self.done_upto).days // 30 + 1

    def _first_purchase(self):
        """Return the day of the first purchase or sign of interest of the company's customers."""
        sources = self.env["crm.transaction"].with_context(crm_transaction_grain="order")._sources()
        signs = self.env["crm.lifecycle.status"]._signs_of_life()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT LEAST((SELECT min(t.date) FROM (%s) t WHERE t.company_id = %s),"
                " (SELECT min(s.day) FROM (%s) s WHERE s.company_id = %s))",
                SQL(" UNION ALL ").join(sources),
                self.company_id.id,
                SQL(" UNION ALL ").join(signs),
                self.company_id.id,
            )
        )
        return rows[0][0]

    def action_view_transitions(self):
        """Open the changes of stage of this generation."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_transition_action")
        domain = [("company_id", "=", self.company_id.id), ("generation", "=", self.generation)]
        return {**action, "domain": domain, "context": {}}
