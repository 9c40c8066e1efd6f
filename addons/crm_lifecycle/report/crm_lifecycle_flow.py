from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class CrmLifecycleFlow(models.Model):
    """Who moved from which stage to which: this month against the last one.

    A row for each move, and one for each move and province. Whoever does not ask for provinces gets the former. Moves
    of customers whom the reader may not see do not count.
    """

    _name = "crm.lifecycle.flow"
    _inherit = ["crm.at.once.mixin"]
    _description = "Flow between Stages"
    _auto = False
    _order = "this_month desc, last_month desc, id"
    _rec_name = "to_stage_id"
    _depends = {
        "crm.lifecycle.transition": [
            "partner_id", "company_id", "from_stage_id", "to_stage_id", "effective_on", "recorded_on", "trigger",
            "generation",
        ],
        "res.company": ["lifecycle_generation"],
        "res.partner": ["state_id", "user_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    from_stage_id = fields.Many2one("crm.lifecycle.stage", string="From", readonly=True)
    to_stage_id = fields.Many2one("crm.lifecycle.stage", string="To", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Province", readonly=True)
    is_by_province = fields.Boolean(string="Each Province", readonly=True)
    this_month = fields.Integer(readonly=True)
    last_month = fields.Integer(readonly=True)
    last_month_so_far = fields.Integer(
        readonly=True, help="Last month up to the same day, which this month compares with."
    )
    noticed_later = fields.Integer(
        readonly=True,
        help="Moves of last month that were noticed only this month: last month's figure was smaller when it ended.",
    )
    difference = fields.Integer(readonly=True, help="This month less last month up to the same day.")

    @property
    def _table_query(self):
        transition = self.env["crm.lifecycle.transition"]
        names = ("id", "partner_id", "company_id", "from_stage_id", "to_stage_id", "effective_on", "generation")
        table = transition._table
        columns = [*(SQL.identifier(table, name) for name in names), SQL("%s AS is_late", transition._late(table))]
        moves = SQL("SELECT %s FROM %s", SQL(", ").join(columns), SQL.identifier(table))
        if self.env["crm.lifecycle.status"]._sees_some():
            moves = transition._search([]).select(*columns)
        return SQL(
            """WITH moved AS (
                   SELECT t.id, t.company_id, t.from_stage_id, t.to_stage_id, p.state_id,
                          t.effective_on >= date_trunc('month', d.today) AS is_this,
                          t.effective_on <= d.today - interval '1 month' AS is_so_far, t.is_late
                     FROM (%s) t
                     JOIN res_company c ON c.id = t.company_id AND t.generation = COALESCE(c.lifecycle_generation, 1)
                     JOIN %s d (company_id, today) ON d.company_id = c.id
                     JOIN res_partner p ON p.id = t.partner_id
                    WHERE t.effective_on
                          BETWEEN (date_trunc('month', d.today) - interval '1 month')::date AND d.today)
               SELECT min(id)::bigint * 2 + (1 - GROUPING(state_id)) AS id, company_id, from_stage_id, to_stage_id,
                      state_id, GROUPING(state_id) = 0 AS is_by_province,
                      count(*) FILTER (WHERE is_this) AS this_month,
                      count(*) FILTER (WHERE NOT is_this) AS last_month,
                      count(*) FILTER (WHERE is_so_far) AS last_month_so_far,
                      count(*) FILTER (WHERE is_late AND NOT is_this) AS noticed_later,
                      count(*) FILTER (WHERE is_this) - count(*) FILTER (WHERE is_so_far) AS difference
                 FROM moved
                GROUP BY company_id, from_stage_id, to_stage_id, GROUPING SETS ((), (state_id))""",
            moves,
            self.env["res.company"]._lifecycle_days(),
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Keep the rows of provinces from whoever does not ask for them: they hold the same moves again."""
        return super()._search(self._one_grain(domain), *args, **kwargs)

    @api.model
    def _read_group(self, domain, groupby=(), *args, **kwargs):
        """As :meth:`_search`; grouped by province, the rows of provinces are read."""
        return super()._read_group(self._one_grain(domain, groupby), groupby, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        """As :meth:`_read_group`."""
        groupby = [spec for specs in grouping_sets for spec in specs]
        return super()._read_grouping_sets(self._one_grain(domain, groupby), grouping_sets, *args, **kwargs)

    @api.model
    def _one_grain(self, domain, groupby=()):
        """Return ``domain`` narrowed to one row for each move, or for each move and province where one asks for it."""
        domain = Domain(domain)
        asked = {condition.field_expr.split(".")[0] for condition in domain.iter_conditions()}
        if asked & {"id", "is_by_province"}:
            return domain
        by_province = "state_id" in asked or any(spec.split(".")[0] == "state_id" for spec in groupby)
        return domain & Domain("is_by_province", "=", by_province)

    def action_view_customers(self):
        """Open the changes of this month behind the row; where there was none yet, those of the last one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_transition_action")
        today = self.company_id._lifecycle_today()
        begin, end = today.replace(day=1), today
        if not self.this_month:
            begin, end = begin - relativedelta(months=1), begin - relativedelta(days=1)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("from_stage_id", "=", self.from_stage_id.id),
            ("to_stage_id", "=", self.to_stage_id.id),
            ("effective_on", ">=", begin),
            ("effective_on", "<=", end),
            ("is_current", "=", True),
        ]
        if self.is_by_province:
            domain.append(("state_id", "=", self.state_id.id))
        month = format_date(self.env, begin, date_format="MMMM yyyy")
        name = f"{self.from_stage_id.name} → {self.to_stage_id.name} · {month}"
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": domain,
            "context": {},
        }
