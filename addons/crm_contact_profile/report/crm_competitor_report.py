from odoo import fields, models
from odoo.tools import SQL


class CrmCompetitorReport(models.Model):
    """Beside what customers say about competitors when asked: what is said about them in public."""

    _inherit = "crm.competitor.report"

    mention_count = fields.Integer("Mentions", readonly=True, aggregator="sum", groups="crm_contact_policy.group_user")
    mention_score = fields.Float(
        "Tone of Mentions",
        readonly=True,
        aggregator="avg",
        groups="crm_contact_policy.group_user",
        help="−1 all negative, 1 all positive",
    )

    @property
    def _table_query(self):
        """Statements have even numbers, mentions odd ones; who does not see mentions gets none of their rows."""
        statements = super()._table_query
        self.env["crm.mention"].flush_model()
        sees = self.env.su or self.env.user.has_group("crm_contact_policy.group_user")
        return SQL(
            """SELECT s.id::bigint * 2 AS id, %(shared)s, s.rating_price, s.rating_quality, s.rating_service,
                      s.rating_delivery, s.rating_average, s.customer_count, s.considers_count, s.uses_count,
                      s.left_count, s.liked, s.disliked, 0 AS mention_count, NULL::float8 AS mention_score
                 FROM (%(statements)s) s
            UNION ALL
               SELECT m.id::bigint * 2 + 1, m.competitor_id, m.partner_id, m.company_id, NULL, m.date, m.user_id,
                      NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, NULL, NULL, 1, m.score::float8
                 FROM crm_mention m
                WHERE m.competitor_id IS NOT NULL AND m.active AND %(sees)s""",
            shared=SQL("s.competitor_id, s.partner_id, s.company_id, s.relation, s.date, s.user_id"),
            statements=statements,
            sees=sees,
        )
