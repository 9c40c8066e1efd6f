import base64
import hashlib
import re
import struct
from datetime import date, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, email_normalize, format_date, hash_sign, hmac, verify_hash_signed

from ..domain import consent as words
from ..domain import rules, wishes

TOKEN_SCOPE = "crm_contact_policy.preferences"
TOKEN_DAYS = 180
FIRST_DAY = date(2020, 1, 1)  # from which short links count days
LONGEST_PAUSE = timedelta(days=366)
PAGE_CHANNELS = ("email", "sms", "phone", "chat", "post")


class ResPartner(models.Model):
    """The page on which customers say themselves what they want to hear, by which channel, when and from when on."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    # ------------------------------------------------------------------ links
    def _contact_preferences_url_sudo(self, purpose=""):
        """The customer's personal link to the preference page; everything the suite sends carries it.

        :param purpose: what the message that carries it is about

        Sudo: signing needs the database's secret; the link goes to the customer alone and is kept nowhere.
        """
        return f"{self.get_base_url()}/contact/preferences/{self._contact_token_sudo(purpose)}"

    def _contact_unsubscribe_url_sudo(self, purpose):
        """The link mail programs post to (RFC 8058, one click) to stop e-mails of this purpose.

        Sudo: as for the page.
        """
        return f"{self.get_base_url()}/contact/unsubscribe/{self._contact_token_sudo(purpose)}"

    def _contact_token_sudo(self, purpose):
        """A signed token that names the customer, the company and the purpose, good for 180 days.

        Sudo: signing needs the database's secret.
        """
        self.ensure_one()
        payload = [self.id, (self.company_id or self.env.company).id, purpose]
        return hash_sign(self.env(su=True), TOKEN_SCOPE, payload, expiration=timedelta(days=TOKEN_DAYS))

    @api.model
    def _contact_of_token_sudo(self, token):
        """(customer, purpose) of a token; an empty customer when it is forged, broken or too old.

        Sudo: the holder of the token need not be a user.
        """
        nobody = self.sudo().browse()
        try:
            payload = verify_hash_signed(self.env(su=True), TOKEN_SCOPE, token)
        except ValueError:  # no token of ours at all
            return nobody, ""
        if not payload:
            return nobody, ""
        partner_id, company_id, purpose = payload
        company = self.env["res.company"].sudo().browse(company_id).exists()
        partner = nobody.browse(partner_id).exists()
        return (partner.with_company(company) if company else nobody), purpose

    # ------------------------------------------------------------------ short links, for text messages
    def _contact_short_url_sudo(self, day):
        """A link of some forty characters that leads to the customer's page.

        :param day: when it is sent (date); the link is good for 180 days

        Sudo: signing needs the database's secret.
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        return f"{self.get_base_url()}/c/{self._contact_short_code_sudo(self.id, company.id, (day - FIRST_DAY).days)}"

    def _contact_has_short_url_sudo(self, text, today):
        """Whether ``text`` holds a link to this customer's page that is still good. Sudo: as for the link."""
        codes = re.findall(re.escape(f"{self.get_base_url()}/c/") + r"([\w-]+)", text)
        return any(self._contact_of_short_code_sudo(code, today) == self for code in codes)

    @api.model
    def _contact_short_code_sudo(self, partner_id, company_id, day):
        """Customer, company, day and 72 signed bits as one word. Sudo: as for the link."""
        numbers = struct.pack(">IIH", partner_id, company_id, day)
        signature = bytes.fromhex(hmac(self.env(su=True), TOKEN_SCOPE, numbers.hex()))[:9]
        return base64.urlsafe_b64encode(numbers + signature).decode().rstrip("=")

    @api.model
    def _contact_of_short_code_sudo(self, code, today):
        """The customer a short link names, in the company that sent it; empty when forged, broken or too old.

        :param today: date

        Sudo: the holder of the link need not be a user.
        """
        nobody = self.sudo().browse()
        try:
            numbers = struct.unpack(">IIH", base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))[:10])
        except (ValueError, struct.error):  # no link of ours at all
            return nobody
        known = consteq(code, self._contact_short_code_sudo(*numbers)) if code.isascii() else False
        if not known or not 0 <= (today - FIRST_DAY).days - numbers[2] <= TOKEN_DAYS:
            return nobody
        company = self.env["res.company"].sudo().browse(numbers[1]).exists()
        partner = nobody.browse(numbers[0]).exists()
        return partner.with_company(company) if company else nobody

    # ------------------------------------------------------------------ the page
    def _contact_page_sudo(self, at):
        """What the preference page of this customer shows.

        :param at: now, naive UTC
        :return: values of the page's template

        Sudo: a customer reads nothing of ours but this page about themselves.
        """
        self.ensure_one()
        partner = self.sudo()
        channels = partner._contact_page_channels()
        said, needed, child = partner._contact_page_basis_sudo(at)
        wish = partner._contact_wish(at)
        zone = partner.tz or self.env.company.sudo()._contact_tz()
        paused = wish.paused_until if wish.paused_until and wish.paused_until > at else None
        cells = {
            (purpose, channel.code): words.allowed(
                words.consent_status(said, purpose, channel.code, at), purpose, needed
            )
            for purpose in rules.PURPOSES
            for channel in channels
        }
        return {
            "company": self.env.company.sudo(),
            "address": self._mask_email(partner.email_normalized),
            "topics": partner._contact_page_topics(),
            "channels": channels,
            "cells": cells,
            "seen": ",".join("-".join(cell) for cell in cells),
            "wish": wish,
            "weekdays": partner._contact_page_weekdays(),
            "hours": [(hour, f"{hour:02d}:00") for hour in range(25)],
            "paused_on": rules.to_local(paused, zone).date() if paused else "",
            "paused_text": format_date(self.env, rules.to_local(paused, zone).date()) if paused else "",
            "today": rules.to_local(at, zone).date() + timedelta(days=1),
            "silent": not any(cells.values()) and not child,
            "guarded": partner._contact_page_guarded(child),
            "blocked": partner._contact_page_blocked(said, at),
        }

    def _contact_page_channels(self):
        """The channels this customer can be reached by."""
        channels = self.env["crm.contact.channel"].search([("code", "in", PAGE_CHANNELS)])
        problem = self.env["crm.contact.gate"]._problem
        return channels.filtered(lambda channel: not problem(self, channel, ()) or channel.code == "email")

    def _contact_purposes_needing_consent(self):
        gate = self.env["crm.contact.gate"]
        return gate._read_books_sudo(self, self.env.company)[self.id].needs_consent

    def _contact_page_basis_sudo(self, at):
        """(words that count, purposes that need one, code of a child's refusal or empty), the same as at the gate.

        Of a child everything needs a word but what was asked for, and only a parent's or guardian's opens anything.

        Sudo: a child is protected also from those who may not read its age.
        """
        said = self.contact_consent_ids._as_rule_inputs()
        needed = self._contact_purposes_needing_consent()
        child = self.env["crm.contact.gate"]._read_children_sudo(self, at).get(self.id, "")
        if child:
            said, needed = words.of_child(said), {*needed, *rules.PURPOSES} - rules.ASKED_FOR
        return said, needed, child

    def _contact_page_guarded(self, child):
        """Why the customer cannot tick what is not ticked, empty for grown-ups.

        :param child: code of the refusal; where ages are restricted it tells nothing of them, nor does the page
        """
        if not child:
            return ""
        if child == "consent_of_parent":
            return self.env._("What is not ticked here a parent or guardian must allow. Please ask them to tell us.")
        return self.env._("What is not ticked here needs a consent we cannot take on this page. Please speak with us.")

    def _contact_wish(self, at):
        row = self.env["crm.contact.preference"]._last_sudo(self, at).get(self.id)
        return row._as_rule_input() if row else wishes.Wish()

    def _contact_page_blocked(self, said, at):
        """Why nothing comes whatever the customer ticks, empty when nothing stands in the way."""
        channel = self.env["crm.contact.channel"]._by_code("email")
        gate = self.env["crm.contact.gate"]
        if gate._problem(self, channel, gate._read_blacklisted(self, channel)) == "email_blacklisted":
            return self.env._("This e-mail address is on our list of addresses we never write to.")
        firm = self.commercial_partner_id
        theirs = firm.contact_consent_ids._as_rule_inputs() if firm != self else []
        if words.consent_status([word for word in theirs if not word.purpose], "", "email", at) == words.WITHDRAWN:
            return self.env._("Your company asked us not to write to its people.")
        return ""

    @api.model
    def _contact_page_topics(self):
        """(purpose, title, explanation) in the reader's language, the most wanted first."""
        return [
            ("service", self.env._("Appointments and service"), self.env._("Reminders and dates you booked")),
            ("support", self.env._("Answers to your requests"), self.env._("What you asked us or reported to us")),
            ("care", self.env._("Wishes"), self.env._("Birthdays, anniversaries, holidays")),
            ("survey", self.env._("Questions"), self.env._("What you think of what you bought")),
            ("sale", self.env._("Advice and proposals"), self.env._("Personal, from our staff")),
            ("marketing", self.env._("News and offers"), self.env._("Mailings and promotions")),
        ]

    @api.model
    def _contact_page_weekdays(self):
        names = self.env["crm.contact.policy.hours"]._fields["weekday"]._description_selection(self.env)
        return [(int(number), name) for number, name in names]

    @api.model
    def _mask_email(self, email):
        """``an@example.com`` as ``a…@example.com``: the holder of a forwarded link learns no address."""
        name, at_sign, host = (email or "").partition("@")
        return f"{name[:1]}…{at_sign}{host}" if host else ""

    # ------------------------------------------------------------------ what the customer says
    def _contact_page_save_sudo(self, form, at, evidence):
        """Record what the customer ticked; only what changed.

        :param form: values the page posted
        :param at: now, naive UTC
        :param evidence: where it came from
        :raise UserError: for hours, days or a pause that make no sense; nothing is recorded then

        Sudo: customers have no access of their own; the page lets them speak of themselves alone.
        """
        self.ensure_one()
        partner = self.sudo()
        wish = partner._contact_parse_wish(form, at)
        seen = {tuple(cell.split("-", 1)) for cell in form.get("seen", "").split(",") if "-" in cell}
        shown = {(purpose, c.code) for purpose in rules.PURPOSES for c in partner._contact_page_channels()}
        wanted = {cell: f"ok-{cell[0]}-{cell[1]}" in form for cell in sorted(seen & shown)}
        said, needed, child = partner._contact_page_basis_sudo(at)
        if child:  # it may say no, but not yes
            wanted = {
                cell: ticked and words.allowed(words.consent_status(said, *cell, at), cell[0], needed)
                for cell, ticked in wanted.items()
            }
        rows = words.changes(said, wanted, at, rules.PURPOSES, rules.CHANNELS, needed)
        self.env["crm.contact.consent"]._record_sudo(partner, rows, at, "customer", evidence)
        if wish != partner._contact_wish(at):
            preferences = self.env["crm.contact.preference"]
            vals = preferences._prepare_wish_vals(wish)
            preferences.sudo().create(
                {"partner_id": partner.id, "date": at, "source": "customer", "evidence": evidence, **vals}
            )

    def _contact_stop_sudo(self, at, evidence, purpose="", channel="", source="customer"):
        """The customer wants no more contacts: of one purpose, by one channel, or at all.

        :param at: now, naive UTC
        :param evidence: where it came from

        Sudo: customers have no access of their own; they speak of themselves alone.
        """
        said = self.sudo().contact_consent_ids._as_rule_inputs()
        known = [word for word in said if (word.purpose, word.channel) == (purpose, channel)]
        if words.consent_status(known, purpose, channel, at) != words.WITHDRAWN:
            row = words.Consent(words.WITHDRAWN, at, purpose, channel)
            self.env["crm.contact.consent"]._record_sudo(self, [row], at, source, evidence)

    def _contact_parse_wish(self, form, at):
        try:
            start, end = int(form.get("hour_from", 0)), int(form.get("hour_to", 24))
            pause = fields.Date.to_date(form.get("pause") or None)
        except ValueError as error:
            raise UserError(self.env._("Please choose the hours and the day from the page.")) from error
        days = frozenset(day for day in range(7) if f"day-{day}" in form)
        if not 0 <= start < end <= 24 or not days:
            raise UserError(self.env._("Please choose at least one day, and an end later than the beginning."))
        until = None
        if pause:
            # a day at the end of the calendar has no moment in every zone
            possible = abs(pause - at.date()) <= LONGEST_PAUSE + timedelta(days=2)
            zone = self.tz or self.env.company.sudo()._contact_tz()
            until = rules.to_utc(datetime.combine(pause, time()), zone) if possible else at
            if not at < until <= at + LONGEST_PAUSE:
                raise UserError(self.env._("Please choose a day of the coming twelve months for the pause."))
        return wishes.Wish(float(start), float(end), days, until)

    @api.model
    def _contact_evidence(self, token, ip):
        """What proves that the customer said so: the link's fingerprint and the network it came from, no address.

        :param token: the link's token, empty on the portal
        :param ip: address of the caller, whose last part is left out
        """
        key = hashlib.sha256((token or "").encode()).hexdigest()[:12] if token else self.env.user.login
        separator = ":" if ":" in (ip or "") else "."
        parts = (ip or "").split(separator)
        network = separator.join(parts[:3] + ["x"]) if len(parts) > 3 else ""
        return self.env._("Preference page, link %(key)s, network %(network)s", key=key, network=network or "–")

    @api.model
    def _contact_is_for(self, partner, email_values):
        """Whether an outgoing e-mail goes to this customer and nobody else."""
        if email_values.get("partner_id"):
            return email_values["partner_id"] == partner
        return email_values["email_to_normalized"] == [email_normalize(partner.email, strict=False)]
