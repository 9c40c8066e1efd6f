from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_lull_cause import CAUSES, KINDS


class CrmLifecycleStatus(models.Model):
    """Why a customer is silent: the last cause told since the last purchase."""

    _inherit = "crm.lifecycle.status"

    lull_cause = fields.Selection(
        CAUSES,
        string="Cause of the Lull",
        compute="_compute_lull",
        search="_search_lull_cause",
        help="The last cause told since the last purchase; a purchase ends it.",
    )
    lull_kind = fields.Selection(KINDS, string="What Happened", compute="_compute_lull")
    lull_id = fields.Many2one("crm.lull.cause", string="Told", compute="_compute_lull")

    @api.depends("partner_id", "company_id", "last_date")
    def _compute_lull(self):
        self.env["crm.lull.cause"].flush_model()
        rows = self.env.execute_query(self._lull_query(SQL("AND s.id = ANY(%s)", self.ids))) if self.ids else []
        found = dict(rows)
        lines = self.env["crm.lull.cause"].browse(found.values())
        lines.fetch(["cause", "kind"])
        for status in self:
            line = lines.browse(found.get(status.id))
            status.lull_id = line
            status.lull_cause = line.cause
            status.lull_kind = line.kind

    @api.model
    def _lull_query(self, condition):
        """Return ``SQL`` of (status id, cause id) of what holds now, for statuses ``s`` under a condition."""
        return SQL(
            """SELECT DISTINCT ON (s.id) s.id AS status_id, l.id AS lull_id
                 FROM crm_lifecycle_status s
                 JOIN crm_lull_cause l ON l.partner_id = s.partner_id AND l.company_id = s.company_id
                WHERE (s.last_date IS NULL OR l.said_on > s.last_date) %s
             ORDER BY s.id, l.said_on DESC, l.id DESC""",
            condition,
        )

    @api.model
    def _search_lull_cause(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["crm.lull.cause"].flush_model()
        held = self._lull_query(SQL())
        wanted = [item for item in value if item]
        ids = SQL(
            """(SELECT h.status_id FROM (%s) h JOIN crm_lull_cause c ON c.id = h.lull_id WHERE c.cause = ANY(%s))""",
            held,
            wanted,
        )
        domain = Domain("id", "in", ids)
        if len(wanted) != len(value):
            domain |= Domain("id", "not in", SQL("(SELECT h.status_id FROM (%s) h)", held))
        return domain

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by the cause, which is read from what was told."""
        if groupby_spec != "lull_cause":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields["lull_cause"], "read")
        self.env["crm.lull.cause"].flush_model()
        return SQL(
            """(SELECT l.cause FROM crm_lull_cause l
                 WHERE l.partner_id = %(partner)s AND l.company_id = %(company)s
                   AND (%(last)s IS NULL OR l.said_on > %(last)s)
              ORDER BY l.said_on DESC, l.id DESC LIMIT 1)""",
            partner=SQL.identifier(alias, "partner_id"),
            company=SQL.identifier(alias, "company_id"),
            last=SQL.identifier(alias, "last_date"),
        )
