from odoo import api, fields, models
from odoo.tools import SQL


class CrmLifecycleRunRange(models.Model):
    """A part of a run, by customer ids: whoever locks it carries it out, in one transaction.

    Several processes on several hosts share a run this way. A process that dies loses its lock with its connection, and
    the range is free again.
    """

    _name = "crm.lifecycle.run.range"
    _description = "Part of a Lifecycle Run"
    _log_access = False
    _order = "run_id desc, after_id"

    run_id = fields.Many2one("crm.lifecycle.run", required=True, ondelete="cascade", index=True)
    after_id = fields.Integer(string="Customers above", required=True)
    upto_id = fields.Integer(string="Up to", required=True)
    done = fields.Boolean(default=False)
    worker = fields.Char(help="Host and process that did it.")
    customers = fields.Integer(string="Looked at", default=0)
    created = fields.Integer(string="New Rows", default=0)
    updated = fields.Integer(string="Changed Rows", default=0)
    deleted = fields.Integer(string="Removed Rows", default=0)
    moves = fields.Json(help="Changes of stage, counted by from and to.")
    seconds = fields.Float(digits=(10, 2), default=0.0)

    _run_after_uniq = models.Constraint("UNIQUE(run_id, after_id)", "A part is listed once.")

    @api.depends("after_id", "upto_id")
    def _compute_display_name(self):
        for part in self:
            part.display_name = f"{part.after_id + 1} – {part.upto_id}"

    @api.model
    def _plan(self, run, size):
        """Divide all customers among ranges of ``size`` ids, unless that is done already.

        :param run: the ``crm.lifecycle.run``
        """
        if self.search_count([("run_id", "=", run.id)], limit=1):
            return
        self.env.cr.execute("SELECT COALESCE(max(id), 1) FROM res_partner")
        last = self.env.cr.fetchone()[0]
        self.create(
            [
                {"run_id": run.id, "after_id": after, "upto_id": min(after + size, last)}
                for after in range(0, last, size)
            ]
        )
        self.flush_model()

    @api.model
    def _claim(self, run):
        """Lock the first free range of ``run`` until the end of the transaction and return it, or an empty record."""
        self.env.cr.execute(
            SQL(
                """SELECT id FROM crm_lifecycle_run_range WHERE run_id = %s AND NOT done
                   ORDER BY after_id LIMIT 1 FOR UPDATE SKIP LOCKED""",
                run.id,
            )
        )
        part = self.browse(row[0] for row in self.env.cr.fetchall())
        part.invalidate_recordset()
        return part

    @api.model
    def _unfinished(self, run):
        """Return how many ranges of ``run`` are not done, those that another process is at included."""
        return self.search_count([("run_id", "=", run.id), ("done", "=", False)])
