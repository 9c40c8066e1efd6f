from markupsafe import escape
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..domain.short_link import short_word

RATES = {"1": 1, "3": 3, "5": 5}


class CrmServicePortalMixin(models.AbstractModel):
    """What the customer may do with a visit. The controller has checked that it is theirs."""

    _name = "crm.service.portal.mixin"
    _description = "What Customers Do with Visits"

    @api.model
    def _portal_cards_sudo(self, visits):
        """:return: the same visits, readable by the page

        Runs as superuser: the cards show the branch and the tasks, which customers cannot read; the visits themselves
        were found with the customer's own rights.
        """
        return visits.sudo()

    def _short_url(self):
        """:return: the link to see and confirm the visit, short enough for a text message"""
        self.ensure_one()
        word = short_word(self.id, self._portal_ensure_token())
        return self.get_base_url() + (f"/v/{word}" if word else self.get_portal_url())

    def _customer_confirm(self):
        """Confirm by link or on the portal. Twice is as good as once.

        :raises UserError: the visit is closed
        """
        self.ensure_one()
        if self.state in ("confirmed", "scheduled"):
            return
        self._check_may("confirm")
        self._move({"state": "confirmed", "confirm_date": fields.Datetime.now()})
        self._customer_note(self.env._("The customer confirmed the visit."))

    def _customer_ask_move(self, wish):
        """Ask for another day: nothing is moved by itself, the coordinator gets an activity; asking again renews it.

        :param wish: the customer's words
        :raises UserError: the visit is closed or under way
        """
        self.ensure_one()
        self._check_may("start")
        summary, note = self.env._("The customer asks for another day"), escape(wish)
        call = self.env.ref("mail.mail_activity_data_call")
        asked = self.activity_ids.filtered(lambda a: a.activity_type_id == call and a.summary == summary)[:1]
        if asked and html2plaintext(asked.note or "") == html2plaintext(note):
            return  # a second click
        self._customer_note(self.env._("The customer asks for another day: %(wish)s", wish=wish))
        if asked:
            asked.note = note
            return
        self.activity_schedule(
            activity_type_id=call.id,
            summary=summary,
            note=note,
            user_id=(self.user_id or self.plan_ids.user_id[:1]).id or self.env.uid,
        )

    def _customer_rate(self, rate, feedback):
        """Rate a finished visit.

        :param rate: "1" bad, "3" fair, "5" good
        :param feedback: the customer's words
        :raises UserError: not finished, or an unknown rate
        """
        self.ensure_one()
        if self.state != "done" or rate not in RATES:
            raise UserError(self.env._("Only a finished visit can be rated."))
        rating = self.rating_ids.filtered("consumed")[:1]
        token = None if rating else self._rating_get_access_token()
        self.rating_apply(RATES[rate], token=token, rating=rating, feedback=feedback, subtype_xmlid="mail.mt_note")

    def _customer_note(self, body):
        self.message_post(body=body, author_id=self.partner_id.id, subtype_xmlid="mail.mt_note")
