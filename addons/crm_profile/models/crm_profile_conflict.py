from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_profile_fact import OPEN


class CrmProfileConflict(models.Model):
    """Something about a customer of which different things are said, or one that somebody doubts: to be decided."""

    _name = "crm.profile.conflict"
    _description = "Conflict of Facts"
    _auto = False
    _order = "last_on desc, id desc"
    _rec_name = "attribute_id"

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    attribute_id = fields.Many2one("crm.profile.attribute", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(related="attribute_id.kind", string="Section")
    sensitivity = fields.Selection([("normal", "Normal"), ("restricted", "Restricted")], readonly=True)
    fact_count = fields.Integer("Statements", readonly=True)
    last_on = fields.Date("Last Said on", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    fact_ids = fields.Many2many("crm.profile.fact", compute="_compute_sides", string="What Is Said")
    left_id = fields.Many2one("crm.profile.fact", compute="_compute_sides")
    right_id = fields.Many2one("crm.profile.fact", compute="_compute_sides")
    left_html = fields.Html("This", compute="_compute_sides", sanitize=False)
    right_html = fields.Html("That", compute="_compute_sides", sanitize=False)

    @property
    def _table_query(self):
        # A query, no database view: it reads only the open facts, through their index.
        self.env["crm.profile.fact"].flush_model(["partner_id", "attribute_id", "status", "collected_on", "company_id"])
        return SQL(
            """SELECT MIN(f.id) FILTER (WHERE f.status = 'disputed') AS id, f.partner_id, f.attribute_id,
                      MIN(f.company_id) AS company_id, MIN(f.sensitivity) AS sensitivity,
                      COUNT(*)::int AS fact_count, MAX(f.collected_on) AS last_on, MIN(p.user_id) AS user_id
                 FROM crm_profile_fact f
                 JOIN res_partner p ON p.id = f.partner_id
                WHERE f.status IN %s
             GROUP BY f.partner_id, f.attribute_id
               HAVING BOOL_OR(f.status = 'disputed')""",
            OPEN,
        )

    @api.depends_context("lang", "uid")
    def _compute_sides(self):
        """Both sides, the one of higher standing first; one query for all conflicts."""
        facts = self.env["crm.profile.fact"]
        domain = Domain("partner_id", "in", self.partner_id.ids) & Domain("attribute_id", "in", self.attribute_id.ids)
        said = facts.search(domain & Domain("status", "in", OPEN)).grouped(lambda f: (f.partner_id, f.attribute_id))
        for conflict in self:
            mine = said.get((conflict.partner_id, conflict.attribute_id), facts)
            mine = mine.sorted(lambda fact: (fact._as_statement().rank, fact.collected_on, fact.id), reverse=True)
            conflict.fact_ids = mine
            conflict.left_id, conflict.right_id = mine[:1], mine[1:2]
            conflict.left_html = mine[:1]._render_sides()
            conflict.right_html = mine[1:2]._render_sides() if len(mine) > 1 else False

    def action_keep_left(self):
        """This counts."""
        return self._keep("left_id")

    def action_keep_right(self):
        """That counts."""
        return self._keep("right_id")

    def action_both_wrong(self):
        """None of it is true: all go to the history."""
        for conflict in self:
            conflict.fact_ids.action_wrong()
        return self._next()

    def _keep(self, side):
        """Decide for one side; against a verified one only with evidence.

        :raise UserError: when it was decided meanwhile
        """
        self.ensure_one()
        fact = self.exists()[side] if self.exists() else self.env["crm.profile.fact"]
        if not fact:
            raise UserError(self.env._("This was decided meanwhile."))
        if "verified" in fact._rivals().mapped("status") and fact.status != "verified":
            return fact.action_open_verify()
        fact.action_choose()
        return self._next()

    def _next(self):
        """From a form on to the next conflict; from a list or cards stay there, they are read again."""
        if not self.env.context.get("conflict_form"):
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_profile.crm_profile_conflict_action")
        if following := self.search([], limit=1):
            action.update(res_id=following.id, views=[(False, "form")], view_mode="form")
        return dict(action, target="main")
