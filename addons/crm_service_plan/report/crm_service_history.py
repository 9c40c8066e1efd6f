from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceHistory(models.Model):
    """All that ever happened to an asset or customer, at any branch of the head company; without cost and staff."""

    _name = "crm.service.history"
    _description = "Service History"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "summary"

    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [("visit", "Visit"), ("reading", "Meter Reading"), ("owner", "New Owner")], "What", readonly=True
    )
    summary = fields.Char("Work", readonly=True)
    asset_id = fields.Many2one("crm.service.asset", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    root_id = fields.Many2one("res.company", "Head Company", readonly=True)
    meter = fields.Float(readonly=True, digits=(16, 1), aggregator=None)
    status = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    is_sensitive = fields.Boolean("Health Data", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        rows = SQL(" UNION ALL ").join(self._sources())
        return SQL(
            """SELECT h.*, split_part(c.parent_path, '/', 1)::int AS root_id
                 FROM (%s) h JOIN res_company c ON c.id = h.company_id""",
            rows,
        )

    @api.model
    def _sources(self):
        """Selects of id (unique over all: number * 8 + a digit of the source), date, kind, summary, asset_id,
        partner_id, company_id, meter, status, res_model, res_id, is_sensitive. Digits 0–2 are taken here.

        :return: list of :class:`SQL`
        """
        return [
            SQL(
                """SELECT v.id::bigint * 8 AS id, COALESCE(v.done_date, v.planned_date) AS date, 'visit' AS kind,
                          v.name AS summary, v.asset_id, v.partner_id, v.company_id, v.meter::float8 AS meter,
                          v.state AS status, 'crm.service.visit' AS res_model, v.id AS res_id,
                          COALESCE(v.is_sensitive, FALSE) AS is_sensitive
                     FROM crm_service_visit v WHERE v.state IN ('done', 'missed', 'in_progress')"""
            ),
            SQL(
                """SELECT r.id::bigint * 8 + 1, r.date, 'reading', NULL, r.asset_id, a.partner_id, r.company_id,
                          r.value::float8, r.state, 'crm.service.meter.reading', r.id, FALSE
                     FROM crm_service_meter_reading r JOIN crm_service_asset a ON a.id = r.asset_id
                    WHERE r.visit_id IS NULL"""
            ),
            SQL(
                """SELECT o.id::bigint * 8 + 2, o.date_from, 'owner', p.name, o.asset_id, o.partner_id, o.company_id,
                          NULL::float8, NULL, 'crm.service.asset', o.asset_id, FALSE
                     FROM crm_service_asset_owner o JOIN res_partner p ON p.id = o.partner_id"""
            ),
        ]

    def action_open(self):
        """Open what the line is about, as far as the reader may."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
