from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..domain.meter import MAX_VALUE, judge_reading


class CrmServiceVisitFinish(models.TransientModel):
    """What the technician fills in when the work is done; made for a phone."""

    _name = "crm.service.visit.finish"
    _description = "Finish a Visit"

    visit_id = fields.Many2one("crm.service.visit", required=True, readonly=True, ondelete="cascade")
    asset_id = fields.Many2one(related="visit_id.asset_id")
    meter_unit = fields.Char(related="asset_id.meter_unit")
    meter_value = fields.Float(related="asset_id.meter_value", string="Last Reading")
    currency_id = fields.Many2one(related="visit_id.currency_id")
    done_date = fields.Date("Done On", required=True, default=lambda self: self.env.company._service_today())
    hours = fields.Float(compute="_compute_hours", store=True, readonly=False)
    meter = fields.Float(digits=(16, 1))
    doubt = fields.Selection([("backwards", "Runs backwards"), ("jump", "Jumps")], compute="_compute_doubt")
    meter_checked = fields.Boolean("I looked again, it is right")
    cost = fields.Monetary()
    note = fields.Text("Report to the Customer")
    signature = fields.Binary()
    needs_signature = fields.Boolean(related="visit_id.needs_signature")
    meter_reason = fields.Char("Why", help="Why the meter runs backwards or jumps, e.g. it was changed.")
    signed_by = fields.Char()
    line_ids = fields.One2many(
        "crm.service.visit.finish.line",
        "finish_id",
        "Checklist",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("visit_id")
    def _compute_hours(self):
        for wizard in self:
            visit = wizard.visit_id
            spent = visit._clock_hours()
            wizard.hours = round(spent * 4) / 4 if 0.25 <= spent <= 12 else visit.duration

    @api.depends("visit_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                (0, 0, {"line_id": line.id, "name": line.name, "required": line.required, "is_done": line.is_done})
                for line in wizard.visit_id.line_ids
            ]

    @api.depends("meter", "done_date", "asset_id")
    def _compute_doubt(self):
        for wizard in self:
            wizard.doubt = False
            if wizard.meter and wizard.asset_id and wizard.done_date:
                readings = (
                    self.env["crm.service.meter.reading"]._believed(wizard.asset_id.ids).get(wizard.asset_id.id, [])
                )
                verdict = judge_reading(readings, wizard.done_date, wizard.meter)
                wizard.doubt = verdict if verdict != "ok" else False

    def _check_entered(self):
        """:raises UserError: a day or a meter that cannot be"""
        today = self.visit_id.company_id._service_today()
        if not today - timedelta(days=366) <= self.done_date <= today:
            raise UserError(self.env._("The work was done today or earlier, within the last year."))
        if not 0 <= self.meter < MAX_VALUE:
            raise UserError(self.env._("This is no reading of a meter."))

    def action_done(self):
        """Finish the visit; the next due day is shown at once.

        :return: client notification
        :raises UserError: the meter is in doubt and nobody looked again; a required line is open
        """
        self.ensure_one()
        self._check_entered()
        if self.doubt and not (self.meter_checked and self.meter_reason):
            raise UserError(
                self.env._(
                    "The meter stood at %(last)s already: please look again, then tick that it is right and say why.",
                    last=f"{formatLang(self.env, self.meter_value, digits=0)} {self.meter_unit or ''}".strip(),
                )
            )
        for line in self.line_ids.filtered("line_id"):
            line.line_id.write({"is_done": line.is_done, "remark": line.remark})
        visit = self.visit_id
        if self.signature:
            visit.write({"signature": self.signature, "signed_by": self.signed_by})
        visit._finish(self.done_date, self.hours, self.cost, self.meter, self.note)
        if self.doubt:
            visit._accept_reading(self.meter_reason)
        return visit._notify(visit._next_message(), sticky=False)
