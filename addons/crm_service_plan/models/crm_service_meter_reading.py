from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ..domain.meter import MAX_VALUE, judge_reading


class CrmServiceMeterReading(models.Model):
    """A meter reading. One that runs backwards or jumps is kept, but counts only once a person accepts it."""

    _name = "crm.service.meter.reading"
    _description = "Meter Reading"
    _order = "date desc, id desc"

    asset_id = fields.Many2one("crm.service.asset", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="asset_id.partner_id", string="Owner")
    company_id = fields.Many2one(related="asset_id.company_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float("Reading", required=True, digits=(16, 1))
    meter_unit = fields.Char(related="asset_id.meter_unit", string="Unit")
    visit_id = fields.Many2one("crm.service.visit", index="btree_not_null", ondelete="set null")
    source = fields.Selection(
        [("staff", "Staff"), ("visit", "Visit"), ("customer", "Customer"), ("import", "Import")],
        default="staff",
        required=True,
    )
    state = fields.Selection(
        [("accepted", "Accepted"), ("questioned", "Questioned"), ("rejected", "Rejected")],
        default="accepted",
        required=True,
    )
    doubt = fields.Selection([("backwards", "Runs backwards"), ("jump", "Jumps")], readonly=True)
    doubt_reason = fields.Char("Why", help="Why it was accepted all the same.")

    _value_positive = models.Constraint("CHECK(value >= 0)", "A meter shows 0 or more.")
    _asset_date_idx = models.Index("(asset_id, date)")

    @api.depends("asset_id", "value", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for reading in self:
            value = formatLang(self.env, reading.value, digits=0 if reading.value.is_integer() else 1)
            reading.display_name = f"{reading.asset_id.code}: {value} {reading.meter_unit or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        known = self._believed([vals["asset_id"] for vals in vals_list if vals.get("asset_id")])
        for vals in vals_list:
            if not self.env.su:  # whoever enters it does not judge it
                vals.pop("state", None)
                vals.pop("doubt", None)
            elif "state" in vals:
                continue
            history = known.setdefault(vals.get("asset_id"), [])
            day = fields.Date.to_date(vals.get("date")) or fields.Date.context_today(self)
            verdict = judge_reading(history, day, vals.get("value") or 0.0)
            if verdict == "ok":
                history.append((day, vals.get("value") or 0.0))
                history.sort(key=lambda r: r[0])
            else:
                vals.update(state="questioned", doubt=verdict)
        readings = super().create(vals_list)
        readings._refresh_assets()
        return readings

    def write(self, vals):
        """What is changed is judged anew.

        :raises UserError: the state is set by hand, or the reading of a finished visit is changed by no manager
        """
        if not self.env.su:
            if {"state", "doubt"} & vals.keys():
                raise UserError(self.env._("Use the buttons: Accept or Reject."))
            if {"value", "date", "asset_id"} & vals.keys():
                self.visit_id._check_not_done()
        assets = self.asset_id
        result = super().write(vals)
        if {"value", "date", "asset_id"} & vals.keys() and "state" not in vals:
            self._judge_anew()
        if {"value", "date", "state", "asset_id"} & vals.keys():
            self._refresh_assets()
            (assets - self.asset_id)._refresh_meter_sudo()
        return result

    def _judge_anew(self):
        for reading in self:
            others = self.search(
                [("asset_id", "=", reading.asset_id.id), ("state", "=", "accepted"), ("id", "!=", reading.id)],
                order="date, id",
            )
            verdict = judge_reading([(r.date, r.value) for r in others], reading.date, reading.value)
            fine = verdict == "ok"
            reading._set({"state": "accepted" if fine else "questioned", "doubt": False if fine else verdict})

    def _set(self, vals):
        """Write what only the judgement and the buttons write."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    @api.constrains("value", "date")
    def _check_sane(self):
        for reading in self:
            if not 0 <= reading.value < MAX_VALUE:
                raise ValidationError(self.env._("This is no reading of a meter."))
            if reading.date > fields.Date.add(fields.Date.context_today(reading), days=1):
                raise ValidationError(self.env._("A meter is not read in the future."))

    def unlink(self):
        assets = self.asset_id
        result = super().unlink()
        assets._refresh_meter_sudo()
        return result

    def _believed(self, asset_ids):
        rows = self.search([("asset_id", "in", asset_ids), ("state", "=", "accepted")], order="asset_id, date, id")
        return {asset.id: [(r.date, r.value) for r in group] for asset, group in rows.grouped("asset_id").items()}

    def _refresh_assets(self):
        if not self.env.context.get("service_keep_schedule"):
            self.asset_id._refresh_meter_sudo()

    def action_accept(self):
        """A person looked: the reading is right (a changed meter, a long journey)."""
        self._check_questioned()
        self._decide("accepted")

    def action_reject(self):
        """A person looked: the reading is wrong."""
        self._check_questioned()
        self._decide("rejected")

    def _decide(self, state):
        self.check_access("write")
        self._set({"state": state})
        self._refresh_assets()

    def _check_questioned(self):
        if any(reading.state != "questioned" for reading in self):
            raise UserError(self.env._("Only questioned readings can be accepted or rejected."))
