from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Beyond so many facts a summary of groups is one line for each attribute.
FEW = 80


class CrmProfileAccessLog(models.Model):
    """Who looked at which restricted fact, on which day and how. Never what it says."""

    _name = "crm.profile.access.log"
    _description = "Read Log of Restricted Facts"
    _order = "id desc"
    _rec_name = "attribute_id"
    _privacy = {"report": ("day", "attribute_id", "how")}

    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, index=True, ondelete="restrict")
    day = fields.Date(required=True, readonly=True, index=True)
    moment = fields.Datetime("First Time", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty: a summary of many customers.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null", ondelete="set null")
    attribute_id = fields.Many2one("crm.profile.attribute", readonly=True, ondelete="set null")
    how = fields.Selection(
        [
            ("read", "Seen"),
            ("group", "Counted"),
            ("report", "Printed"),
            ("export", "Exported"),
            ("file", "File for the customer"),
        ],
        required=True,
        readonly=True,
    )

    _once_idx = models.Index("(user_id, day, partner_id, attribute_id)")

    @api.depends("user_id", "attribute_id", "day")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.user_id.name} – {log.attribute_id.name or ''} ({log.day})"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super  # it refuses
        raise UserError(self.env._("The read log writes itself."))

    def write(self, vals):  # pylint: disable=method-required-super  # it refuses
        raise UserError(self.env._("The read log is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The read log is never changed."))

    @api.model
    def _note_sudo(self, facts, how):
        """Note that the user sees these facts: one line a day for each customer and attribute, in one statement.

        Nothing is noted of what a program reads (superuser), nor of facts that are not restricted.

        :param how: read, group, report, export or file

        Sudo: nobody may write here. SQL: one statement for any number of facts; ``NOT EXISTS`` instead of a unique key,
        which would make two requests of one user wait for each other, and break the merging of customers.
        """
        seen = facts.sudo().filtered(lambda fact: isinstance(fact.id, int) and fact.sensitivity == "restricted")
        if not seen:
            return
        rows = sorted({(fact.partner_id.id, fact.attribute_id.id, fact.company_id.id or None) for fact in seen})
        self._insert(rows, how)

    @api.model
    def _note_summary_sudo(self, domain, how="group"):
        """Note that the user learnt of the restricted facts in ``domain`` by value: they were counted, or looked for.

        Sudo: see :meth:`_note_sudo`; the facts are those the user may see.
        """
        found = self.env["crm.profile.fact"]._restricted_query(domain)
        found.limit = FEW + 1
        facts = self.env["crm.profile.fact"].browse(found)
        if len(facts) <= FEW:
            self._note_sudo(facts, how)
            return
        found.limit = None
        rows = self.env.execute_query(found.select(SQL("DISTINCT %s", SQL.identifier(found.table, "attribute_id"))))
        self._insert([(None, attribute_id, None) for (attribute_id,) in rows], how)

    @api.model
    def _insert(self, rows, how):
        partners, attributes, companies = (list(column) for column in zip(*rows, strict=True))
        missing = SQL(
            """SELECT seen.partner, seen.attribute, seen.company
                 FROM unnest(%(partners)s::int[], %(attributes)s::int[], %(companies)s::int[])
                      AS seen (partner, attribute, company)
                WHERE NOT EXISTS (
                      SELECT 1 FROM crm_profile_access_log l
                       WHERE l.user_id = %(user)s AND l.day = %(day)s AND l.how = %(how)s
                         AND l.partner_id IS NOT DISTINCT FROM seen.partner
                         AND l.attribute_id IS NOT DISTINCT FROM seen.attribute)""",
            user=self.env.uid,
            day=fields.Date.context_today(self),
            how=how,
            partners=partners,
            attributes=attributes,
            companies=companies,
        )
        # A request that only reads may have a connection that cannot write (a replica). If there is anything to note,
        # the INSERT is refused there, and Odoo repeats the request with one that can.
        if self.env.cr.readonly and not self.env.execute_query(SQL("%s LIMIT 1", missing)):
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_profile_access_log
                          (user_id, day, moment, how, partner_id, attribute_id, company_id,
                           create_uid, create_date, write_uid, write_date)
                   SELECT %(user)s, %(day)s, %(now)s, %(how)s, missing.*, %(user)s, %(now)s, %(user)s, %(now)s
                     FROM (%(missing)s) missing""",
                user=self.env.uid,
                day=fields.Date.context_today(self),
                now=fields.Datetime.now(),
                how=how,
                missing=missing,
            )
        )
