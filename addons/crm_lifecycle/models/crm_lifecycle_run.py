from odoo import api, fields, models


class CrmLifecycleRun(models.Model):
    """One pass of the engine over a company's customers: what was looked at and what changed."""

    _name = "crm.lifecycle.run"
    _description = "Lifecycle Run"
    _order = "started_at desc, id desc"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    as_of = fields.Date(required=True, help="The day the stages were decided for.")
    kind = fields.Selection(
        [("full", "Everyone"), ("daily", "Those who are due"), ("refresh", "Some customers")], required=True
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")], required=True, default="running"
    )
    is_first = fields.Boolean(help="The first fill: its transitions start no program, activity or message.")
    started_at = fields.Datetime(required=True)
    seconds = fields.Float(digits=(10, 2))
    customers = fields.Integer(string="Looked at")
    created = fields.Integer(string="New rows")
    updated = fields.Integer(string="Changed rows")
    deleted = fields.Integer(string="Removed rows")
    moved = fields.Integer(string="Changes of stage")
    fit_ids = fields.Many2many("crm.lifecycle.fit")
    last_partner_id = fields.Integer(help="Customers up to this id are done; a restarted run goes on behind it.")
    note = fields.Text(help="What should be known about the facts of this run.")
    error = fields.Text()
    transition_ids = fields.One2many("crm.lifecycle.transition", "run_id")
    moves = fields.Json(help="Changes of stage, counted by from and to.")
    summary = fields.Html(compute="_compute_summary")

    @api.depends("as_of", "company_id")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.company_id.name} · {fields.Date.to_string(run.as_of)}"

    def _compute_summary(self):
        self.summary = False

    @api.model
    def _execute(self, company, as_of, full=True):
        """Decide the stages of ``company``'s customers as of a day and keep what changed.

        :param company: the ``res.company``
        :param date as_of: the day, in the company's time zone
        :param bool full: everyone; else those whose next change has come, and the marked ones
        :return: the ``crm.lifecycle.run``
        """
        return self.create(
            {"company_id": company.id, "as_of": as_of, "kind": "full", "started_at": fields.Datetime.now()}
        )

    @api.model
    def _cron_nightly(self):
        """Nightly run of every company."""

    @api.model
    def _cron_refresh(self):
        """Refresh the marked customers."""
