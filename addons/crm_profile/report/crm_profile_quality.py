from odoo import fields, models
from odoo.tools import SQL

from ..domain.standing import SURE_CONFIDENCE
from ..models.crm_profile_attribute import KINDS


class CrmProfileQuality(models.Model):
    """How good what we know is: a row for each customer and attribute that a plan asks for or a fact tells of."""

    _name = "crm.profile.quality"
    _description = "Coverage and Quality"
    _auto = False
    _order = "partner_id, attribute_id"
    _rec_name = "attribute_id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    attribute_id = fields.Many2one("crm.profile.attribute", readonly=True)
    plan_id = fields.Many2one("crm.collection.plan", readonly=True)
    kind = fields.Selection(KINDS, "Section", readonly=True)
    depth = fields.Selection([("1", "1 – Contact"), ("2", "2 – Descriptive"), ("3", "3 – Intimate")], readonly=True)
    sensitivity = fields.Selection([("normal", "Normal"), ("restricted", "Restricted")], readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    collected_on = fields.Date("Last Told on", readonly=True)
    quality = fields.Selection(
        [
            ("good", "Good"),
            ("missing", "Missing"),
            ("stale", "Stale"),
            ("unverified", "Unverified"),
            ("disputed", "Disputed"),
        ],
        readonly=True,
        help="Unverified: believed by a colleague or from elsewhere, and nobody checked it. Stale: older than the plan "
        "allows, or expired.",
    )
    good_share = fields.Float("Good", readonly=True, aggregator="avg", help="Share of rows that are good.")
    held_share = fields.Float("Held", readonly=True, aggregator="avg", help="Share of rows of which anything is held.")

    @property
    def _table_query(self):
        for model in ("crm.profile.fact", "crm.profile.attribute", "crm.collection.plan.line", "res.partner"):
            self.env[model].flush_model()
        return SQL("%s %s", self._select(), self._from())

    def _select(self):
        return SQL(
            """SELECT x.partner_id::bigint * 100000 + x.attribute_id AS id, x.partner_id, x.attribute_id, x.plan_id,
                      a.kind, a.depth, a.sensitivity, p.company_id, p.user_id, p.country_id, x.collected_on, x.quality,
                      (x.quality = 'good')::int::float8 AS good_share,
                      (x.quality != 'missing')::int::float8 AS held_share %s""",
            self._select_more(),
        )

    def _select_more(self):
        """Columns that other addons add, beginning with a comma."""
        return SQL("")

    def _from(self):
        """What is wanted and what is held, brought together; joins of other addons behind."""
        return SQL(
            """FROM (SELECT COALESCE(w.partner_id, h.partner_id) AS partner_id,
                            COALESCE(w.attribute_id, h.attribute_id) AS attribute_id,
                            w.plan_id, h.collected_on,
                            CASE WHEN h.partner_id IS NULL THEN 'missing'
                                 WHEN h.disputed THEN 'disputed'
                                 WHEN h.collected_on IS NULL OR h.expires_on <= %(today)s
                                      OR h.collected_on <= %(today)s - make_interval(months => w.max_age) THEN 'stale'
                                 WHEN h.doubtful THEN 'unverified'
                                 ELSE 'good' END AS quality
                       FROM (%(wanted)s) w
                  FULL JOIN (%(held)s) h ON h.partner_id = w.partner_id AND h.attribute_id = w.attribute_id) x
               JOIN res_partner p ON p.id = x.partner_id AND p.active
               JOIN crm_profile_attribute a ON a.id = x.attribute_id AND a.active
                    AND CASE WHEN COALESCE(p.is_company, FALSE) THEN a.for_company ELSE a.for_person END""",
            today=SQL("%s::date", fields.Date.context_today(self)),
            wanted=self._wanted(),
            held=self._held(),
        )

    def _wanted(self):
        """What the running plans ask for: customer, attribute, the first plan, the shortest age."""
        plans = self.env["crm.collection.plan"].search(self.env["crm.collection.plan"]._get_running_domain())
        asked = [
            SQL(
                """SELECT s.id AS partner_id, l.attribute_id, l.plan_id, NULLIF(l.max_age_months, 0) AS max_age
                     FROM (%s) s, crm_collection_plan_line l WHERE l.plan_id = %s""",
                self.env["res.partner"]._search(plan._partner_domain()).select(),
                plan.id,
            )
            for plan in plans
            if plan.line_ids
        ]
        nothing = SQL(
            "SELECT NULL::int AS partner_id, NULL::int AS attribute_id, NULL::int AS plan_id, NULL::int AS max_age"
        )
        union = SQL(" UNION ALL ").join(asked) if asked else SQL("%s LIMIT 0", nothing)
        return SQL(
            """SELECT partner_id, attribute_id, MIN(plan_id) AS plan_id, MIN(max_age) AS max_age
                 FROM (%s) asked GROUP BY partner_id, attribute_id""",
            union,
        )

    def _held(self):
        """What is held, or was until it expired: the one that counts, and whether anything is doubted."""
        return SQL(
            """SELECT f.partner_id, f.attribute_id, BOOL_OR(f.status = 'disputed') AS disputed,
                      MAX(f.collected_on) FILTER (WHERE f.status IN ('stated', 'verified')) AS collected_on,
                      MAX(f.expires_on) FILTER (WHERE f.status IN ('stated', 'verified')) AS expires_on,
                      BOOL_OR(f.status = 'stated' AND (f.origin != 'customer' OR f.confidence < %s)) AS doubtful
                 FROM crm_profile_fact f
                WHERE f.status != 'superseded'
             GROUP BY f.partner_id, f.attribute_id""",
            SURE_CONFIDENCE,
        )

    def action_open_customers(self):
        """The customers behind these rows."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers"),
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", self.partner_id.ids)],
        }
