from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.errors import ExclusionViolation


class CrmServiceBooking(models.Model):
    """Time of a person, or of one place of a tool, taken by a visit. The database itself refuses to take it twice."""

    _name = "crm.service.booking"
    _description = "Booked Time"
    _order = "start, id"
    _log_access = False

    visit_id = fields.Many2one("crm.service.visit", required=True, index=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="visit_id.partner_id")
    company_id = fields.Many2one("res.company", "Branch", required=True, index=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", index="btree_not_null", readonly=True, ondelete="cascade")
    resource_id = fields.Many2one(
        "resource.resource", "Tool", index="btree_not_null", readonly=True, ondelete="cascade"
    )
    place = fields.Integer(readonly=True, help="Which of the tool's places, from 0.")
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)

    _lasts = models.Constraint("CHECK(stop > start)", "Booked time ends after it begins.")
    _one_owner = models.Constraint("CHECK(num_nonnulls(user_id, resource_id) = 1)", "A person or a tool is booked.")
    # Integer ranges, so that no extension of the database is needed for the equality of a person or place.
    _person_once = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&, tsrange(start, stop) WITH &&)"
        " WHERE (user_id IS NOT NULL)",
        "This person is booked at that time.",
    )
    _tool_once = models.Constraint(
        "EXCLUDE USING gist (int4range(resource_id, resource_id, '[]') WITH &&, int4range(place, place, '[]') WITH &&,"
        " tsrange(start, stop) WITH &&) WHERE (resource_id IS NOT NULL)",
        "This tool is booked at that time.",
    )

    @api.depends("user_id", "resource_id", "visit_id")
    def _compute_display_name(self):
        for booking in self:
            who = booking.user_id.name or booking.resource_id.name or ""
            booking.display_name = f"{who}: {booking.visit_id.display_name or ''}"

    def _book(self, rows):
        """Take the time of people and tools, whoever else is doing the same in this moment.

        :param rows: dicts ``visit_id, company_id, user_id, resource_id, place, start, stop``; ``places``: how many the
            tool has
        :raises UserError: somebody took it first
        """
        # always in the same order, so that two who want the same things do not wait for each other
        for row in sorted(rows, key=lambda r: (r["user_id"] or 0, r["resource_id"] or 0, r["start"])):
            # another place of the tool may still be free when somebody took the first in this moment
            places = sorted(range(row.get("places", 1)), key=lambda place, row=row: (place != row["place"], place))
            if not any(self._insert({**row, "place": place}) for place in places):
                self._refuse(row)
        self.invalidate_model()

    def _insert(self, row):
        """:return: whether the time was free, decided by the database"""
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        """INSERT INTO crm_service_booking
                               (visit_id, company_id, user_id, resource_id, place, start, stop)
                           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
                        row["visit_id"],
                        row["company_id"],
                        row["user_id"] or None,
                        row["resource_id"] or None,
                        row["place"],
                        row["start"],
                        row["stop"],
                    ),
                    log_exceptions=False,
                )
        except ExclusionViolation:
            return False
        return True

    @api.model
    def _check_free(self, user, start, stop):
        """:raises UserError: somebody is booked for part of this time"""
        row = {"user_id": user.id, "resource_id": None, "start": start, "stop": stop}
        if self._taken_by_sudo(row)[2]:
            self._refuse(row)

    def _refuse(self, row):
        who, visit, __ = self._taken_by_sudo(row)
        if visit and visit.has_access("read"):
            raise UserError(self.env._("%(who)s is on “%(visit)s” at that time.", who=who, visit=visit.display_name))
        raise UserError(self.env._("%(who)s was booked for that time by somebody else.", who=who))

    def _taken_by_sudo(self, row):
        """:return: name of the person or tool, the visit (if this transaction sees it) that took the time, the booking

        Runs as superuser: tools and colleagues of other branches have names the reader may know, their visits not.
        """
        name = "user_id" if row["user_id"] else "resource_id"
        other = self.sudo().search(
            [(name, "=", row[name]), ("start", "<", row["stop"]), ("stop", ">", row["start"])], limit=1
        )
        who = self.sudo().env[self._fields[name].comodel_name].browse(row[name]).name
        return who, other.visit_id.with_env(self.env), other
