from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..models.crm_interaction import PURPOSE_SELECTION

KEPT = (
    "partner_id", "channel_id", "direction", "purpose", "date", "duration", "outcome_id", "subject",
    "is_complaint", "cared_about", "asked", "note",
)  # fmt: skip


class CrmInteractionLog(models.TransientModel):
    """Log a call or visit, and plan the next one, in one save."""

    _name = "crm.interaction.log"
    _description = "Log a Call or Visit"

    interaction_id = fields.Many2one("crm.interaction", "Planned Contact", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade")
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        default=lambda self: self.env["crm.contact.channel"]._by_code("phone"),
        domain=[("code", "in", ("phone", "visit", "chat", "social"))],
    )
    direction = fields.Selection(
        [("out", "We contacted them"), ("in", "They contacted us")], required=True, default="out"
    )
    purpose = fields.Selection(PURPOSE_SELECTION, required=True, default="sale")
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    duration = fields.Float("Duration (hours)")
    outcome_id = fields.Many2one(
        "crm.interaction.outcome",
        domain="['|', ('channel_ids', '=', False), ('channel_ids', 'in', channel_id)]",
    )
    subject = fields.Char()
    is_complaint = fields.Boolean("Complaint")
    cared_about = fields.Text("What They Cared About")
    asked = fields.Text("What They Asked")
    note = fields.Text("Notes")
    next_kind = fields.Selection(
        [("none", "Nothing"), ("call", "A call"), ("meeting", "A meeting")],
        "Next",
        required=True,
        compute="_compute_next",
        store=True,
        readonly=False,
        precompute=True,
    )
    next_date = fields.Datetime("On", compute="_compute_next", store=True, readonly=False, precompute=True)
    next_duration = fields.Float("For (hours)", default=0.5)
    next_subject = fields.Char("About")
    advice = fields.Char(compute="_compute_advice")
    res_model = fields.Char()
    res_id = fields.Integer()

    @api.model
    def default_get(self, fields_list):
        """Take the customer from where the dialog was opened: a contact, a lead, a planned contact."""
        vals = super().default_get(fields_list)
        context = self.env.context
        if planned := self.env["crm.interaction"].browse(vals.get("interaction_id")).exists():
            planned.check_access("read")
            vals.update({name: planned[name] for name in KEPT if not planned._fields[name].relational})
            vals.update({name: planned[name].id for name in KEPT if planned._fields[name].relational})
            vals["date"] = fields.Datetime.now()
        elif context.get("active_model") in self.env and context.get("active_id") and not vals.get("partner_id"):
            record = self.env[context["active_model"]].browse(context["active_id"])
            record.check_access("read")
            if record._name == "res.partner":
                vals["partner_id"] = record.id
            elif "partner_id" in record._fields:
                vals.update(partner_id=record.partner_id.id, res_model=record._name, res_id=record.id)
        return {name: value for name, value in vals.items() if name in fields_list}

    # ------------------------------------------------------------------ what comes next
    def _as_interaction(self):
        """The contact as it would be saved, in memory."""
        return self.env["crm.interaction"].new(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.env.company.id,
                "channel_id": self.env["crm.contact.channel"]._by_code("phone").id,
                "purpose": self.purpose,
                "date": self.date,
            }
        )

    @api.depends("outcome_id")
    def _compute_next(self):
        """ "Call again in two months" proposes the first free moment of the first working day the policy allows."""
        for dialog in self:
            months = dialog.outcome_id.months
            dialog.next_kind = "call" if months and dialog.partner_id else dialog.next_kind or "none"
            if not months or not dialog.partner_id or not dialog.date:
                continue
            moment, _reason = dialog._as_interaction()._follow_up(dialog.date + relativedelta(months=months))
            if moment and self.env["crm.interaction"]._busy_sudo(
                self.env.user, dialog.partner_id, moment, moment + timedelta(hours=dialog.next_duration or 0.5)
            ):
                moment = (dialog._free_slots(moment) or [moment])[0]
            dialog.next_date = moment
            if not moment:
                dialog.next_kind = "none"

    def _free_slots(self, after):
        return self.env["crm.interaction"]._free_slots(
            self.env.user, self.partner_id, after, self.next_duration, self.interaction_id
        )

    @api.depends("outcome_id", "next_kind", "next_date", "partner_id", "purpose")
    def _compute_advice(self):
        """What the policy says about the next contact, while there is time to change it."""
        for dialog in self:
            dialog.advice = False
            months = dialog.outcome_id.months
            wished = dialog.next_date or (months and dialog.date and dialog.date + relativedelta(months=months))
            if not wished or not dialog.partner_id or (dialog.next_kind == "none" and not months):
                continue
            moment, reason = dialog._as_interaction()._follow_up(wished)
            if reason:
                dialog.advice = reason
            elif moment > wished + timedelta(minutes=1):
                dialog.advice = self.env._(
                    "Better from %(moment)s on",
                    moment=format_datetime(self.env, moment, tz=self.env.user.tz, dt_format="short"),
                )

    # ------------------------------------------------------------------ save
    def _check(self):
        """:raise UserError: when the next contact lies in the past, has no date, or the customer wants no calls"""
        if self.duration < 0 or self.next_duration < 0:
            raise UserError(self.env._("A duration cannot be negative."))
        if self.next_kind == "none":
            return
        if not self.next_date:
            raise UserError(self.env._("When is the next contact?"))
        if self.next_date <= max(self.date, fields.Datetime.now() - timedelta(minutes=1)):
            raise UserError(self.env._("The next contact must lie in the future."))
        if self.next_kind == "call":
            _moment, reason = self._as_interaction()._follow_up(self.next_date)
            if reason:
                raise UserError(self.env._("No further call can be planned: %(reason)s", reason=reason))

    def action_save(self):
        """Write the contact down and plan the next one: all or nothing.

        :raise UserError: when the next contact is impossible, or somebody is busy at that time
        """
        self.ensure_one()
        self._check()
        interaction = self._save_interaction()
        self._save_next(interaction)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._saved_message(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _saved_message(self):
        if self.next_kind == "none":
            return self.env._("Written down.")
        moment = format_datetime(self.env, self.next_date, tz=self.env.user.tz, dt_format="short")
        return self.env._("Written down. Next contact: %(moment)s", moment=moment)

    def _save_interaction(self):
        values = {name: self[name].id if self._fields[name].relational else self[name] for name in KEPT}
        values["subject"] = values["subject"] or False
        planned = self.interaction_id
        if planned:
            planned._check_open()
            changed = {name: value for name, value in values.items() if planned[name] != self[name]}
            changed.pop("partner_id", None)
            changed.pop("outcome_id", None)  # written below, without the follow-up it would plan once more
            planned.write({**changed, "state": "done"})
            if self.outcome_id:
                planned.write({"outcome_id": self.outcome_id.id, "next_date": False})
            return planned
        if self.res_model in self.env and self.res_id:
            self.env[self.res_model].browse(self.res_id).check_access("read")
            values.update(res_model=self.res_model, res_id=self.res_id)
        if not values["subject"]:
            del values["subject"]
        interaction = self.env["crm.interaction"].create({**values, "state": "done", "next_date": False})
        interaction._mark_manual_sudo()
        return interaction

    def _save_next(self, interaction):
        if self.next_kind == "none":
            return
        ledger = self.env["crm.interaction"]
        ledger._check_free(self.env.user, self.partner_id, self.next_date, self.next_duration, interaction)
        if self.next_kind == "meeting":
            self._plan_meeting_sudo(interaction)
        interaction.next_date = self.next_date
        planned = interaction.next_ids.filtered(lambda i: i.state == "planned")
        if self.next_kind == "call":
            self._plan_call(planned)

    def _plan_call(self, planned):
        """The planned call gets its activity: it also stands in the salesperson's to-dos."""
        phone = self.env["crm.contact.channel"]._by_code("phone")
        vals = {"duration": self.next_duration}
        if self.next_subject:
            vals["subject"] = self.next_subject
        if planned.channel_id != phone:
            vals["channel_id"] = phone.id
        planned.write(vals)
        planned._ensure_activity_sudo()

    @staticmethod
    def _prepare_meeting_about(interaction, calendar):
        """The meeting is about what the contact was about: a lead shows it among its meetings."""
        model, res_id = interaction.res_model, interaction.res_id
        if not res_id or model == calendar._name or model not in calendar.env:
            return {}
        vals = {"res_model_id": calendar.env["ir.model"]._get_id(model), "res_id": res_id}
        if model == "crm.lead" and "opportunity_id" in calendar._fields:
            vals["opportunity_id"] = res_id
        return vals

    def _plan_meeting_sudo(self, interaction):
        """Put the meeting into the calendar; its planned visit follows this contact.

        Sudo: only for the link between two entries the user just made.
        """
        calendar = self.env["calendar.event"].with_context(active_model=False, active_id=False, active_ids=False)
        event = calendar.create(
            {
                **self._prepare_meeting_about(interaction, calendar),
                "name": self.next_subject or self.env._("Meeting with %(customer)s", customer=self.partner_id.name),
                "start": self.next_date,
                "stop": self.next_date + timedelta(hours=self.next_duration or 0.5),
                "user_id": self.env.uid,
                "partner_ids": [(6, 0, (self.partner_id | self.env.user.partner_id).ids)],
            }
        )
        event._ledger_entries_sudo().filtered(lambda i: i.partner_id == self.partner_id)._set(
            {"previous_id": interaction.id, "purpose": self.purpose}
        )
        interaction.invalidate_recordset(["next_ids"])
