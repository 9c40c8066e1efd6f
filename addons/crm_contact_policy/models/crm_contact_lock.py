from odoo import fields, models
from odoo.tools import SQL


class CrmContactLock(models.Model):
    """One row per partner that bookings must rewrite, so that two of them cannot overlap.

    A mere row lock is not enough: under repeatable read the one who waited would go on with the snapshot it had before
    and not see the booking that was made meanwhile. Rewriting a row makes the database refuse the later one
    (serialization failure), and Odoo repeats that request on a fresh snapshot. The partner's own row is left alone, so
    a user who edits the contact is never disturbed.
    """

    _name = "crm.contact.lock"
    _description = "Contact Booking Lock"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    bookings = fields.Integer(default=0)

    _partner_unique = models.Constraint("unique(partner_id)", "One lock per partner.")

    def _take_sudo(self, partner_ids):
        """Hold the booking lock of these partners until the transaction ends.

        Raw SQL (and so without access checks): there is no ORM upsert, and whoever books must lock.

        :raise psycopg2.errors.SerializationFailure: when another transaction booked one of them meanwhile.
        """
        if not partner_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_contact_lock (partner_id, bookings)
                     SELECT id, 1 FROM unnest(%s) AS id ORDER BY id
                ON CONFLICT (partner_id) DO UPDATE SET bookings = crm_contact_lock.bookings + 1
                """,
                sorted(partner_ids),
            )
        )
