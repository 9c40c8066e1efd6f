from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import rules
from ..domain.sources import purpose_of
from ..tools import without_defaults


class MailActivity(models.Model):
    """A call planned in Odoo stands in the call list: one planned contact, which the activity moves and closes."""

    _inherit = "mail.activity"

    crm_interaction_id = fields.Many2one(
        "crm.interaction", "Planned Contact", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """:raise UserError: for an activity that names its planned contact itself"""
        for vals in vals_list:
            self._check_planned_contact(vals)
        clean = without_defaults(self, {"crm_interaction_id"})
        activities = super(MailActivity, clean).create(vals_list).with_env(self.env)
        calls = activities.filtered(lambda a: a.activity_category == "phonecall" and not a.crm_interaction_id)
        if calls:
            calls._ledger_plan_sudo()
        return activities

    def _check_planned_contact(self, vals):
        """What an activity closes or moves in the ledger is its own call, not any contact somebody names."""
        if not self.env.su and vals.get("crm_interaction_id"):
            raise UserError(self.env._("The planned contact of an activity is kept by itself."))

    def write(self, vals):
        self._check_planned_contact(vals)
        result = super().write(vals)
        if "active" in vals:
            self.filtered("crm_interaction_id")._ledger_reopen_sudo()
        if vals.keys() & {"date_deadline", "user_id"}:
            self.filtered("crm_interaction_id")._ledger_move_sudo()
        return result

    def unlink(self):
        """An activity given up gives up the planned call."""
        planned = self.sudo().filtered("active").crm_interaction_id.filtered(lambda i: i.state == "planned")
        result = super().unlink()
        planned.exists().write({"state": "cancelled"})
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call marked done is a contact."""
        calls = self.filtered(lambda a: a.activity_category == "phonecall" and a.active)
        missing = calls.filtered(lambda a: not a.crm_interaction_id)
        missing._ledger_plan_sudo()
        calls._ledger_done_sudo()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    # ------------------------------------------------------------------ the ledger
    def _ledger_moment_sudo(self):
        """The deadline's day at nine in the morning where the person lives. Sudo: reads a colleague's time zone."""
        user = self.sudo().user_id
        tz = user.tz or user.company_id._contact_tz()
        return rules.to_utc(datetime.combine(self.date_deadline, time(9)), tz)

    def _ledger_plan_sudo(self):
        """Plan the contact of each call about a customer.

        The note is not taken over: who may not read the document shall not read it in the ledger, as with e-mails.

        Sudo: who has activities need not keep the ledger.
        """
        ledger = self.env["crm.interaction"]
        channel = self.env["crm.contact.channel"].sudo()._by_code("phone")
        vals_list, calls = [], self.browse()
        about = self.sudo().filtered(lambda a: a.res_model and a.res_id and purpose_of(a.res_model))
        partners = ledger._ledger_document_partners_sudo([(call.res_model, call.res_id) for call in about])
        for call in about:
            partner = ledger._ledger_customers_sudo(partners[call.res_model, call.res_id])
            if not partner:
                continue
            record = self.env[call.res_model].sudo().browse(call.res_id)
            company = record.company_id if "company_id" in record._fields else self.env["res.company"]
            calls += call
            vals_list.append(
                {
                    "partner_id": partner.id,
                    "company_id": company[:1].id or call.user_id.company_id.id or self.env.company.id,
                    "channel_id": channel.id,
                    "purpose": purpose_of(call.res_model),
                    "state": "planned",
                    "date": call._ledger_moment_sudo(),
                    "user_id": call.user_id.id or self.env.uid,
                    "subject": call.summary or record.display_name,
                    "res_model": call.res_model,
                    "res_id": call.res_id,
                }
            )
        for call, planned in zip(calls.sudo(), ledger.sudo().create(vals_list), strict=True):
            call.crm_interaction_id = planned

    def _ledger_move_sudo(self):
        """Move the planned calls along. Sudo: see :meth:`_ledger_plan_sudo`."""
        for activity in self.sudo():
            planned = activity.crm_interaction_id
            if planned.state != "planned":
                continue
            vals = {"user_id": activity.user_id.id} if activity.user_id != planned.user_id else {}
            tz = activity.user_id.tz or planned.company_id._contact_tz()
            if rules.to_local(planned.date, tz).date() != activity.date_deadline:
                vals["date"] = activity._ledger_moment_sudo()
            if vals:
                planned.write(vals)

    def _ledger_reopen_sudo(self):
        """A call taken up again is planned again; one put away undone is given up. Sudo: as for planning."""
        for activity in self.sudo():
            planned = activity.crm_interaction_id
            if activity.active and planned.state in ("done", "cancelled"):
                planned.write({"state": "planned", "date": activity._ledger_moment_sudo()})
            elif not activity.active and planned.state == "planned":
                planned.write({"state": "cancelled"})

    def _ledger_done_sudo(self):
        """Close the planned calls as done; the feedback stays with the document. Sudo: as for planning."""
        for activity in self.sudo():
            planned = activity.crm_interaction_id
            if planned.state == "planned":
                planned.write({"state": "done", "date": fields.Datetime.now()})
