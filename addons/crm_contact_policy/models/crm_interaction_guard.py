from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import rules
from ..tools import without_defaults

# What only the gate and the senders write: a forged one would send, or make room under a cap.
ENGINE_FIELDS = {
    "attempts",
    "booked_on",
    "bypass_reason",
    "bypass_user_id",
    "deadline",
    "delivery_ref",
    "error",
    "hold_code",
    "is_manual",
    "message_id",
    "reason_code",
    "reason_params",
    "refused_on",
    "res_id",
    "res_model",
}
GATE_STATES = ("held", "denied")
# What somebody wrote down of a contact that took place: colleagues add to it, they do not rewrite it.
TOLD_FIELDS = {
    "asked",
    "cared_about",
    "duration",
    "is_complaint",
    "note",
    "outcome_id",
    "subject",
    "user_id",
}
COUNTED_FIELDS = {"channel_id", "company_id", "date", "direction", "partner_id", "purpose"}
STATE_MOVES = {
    "planned": {"done", "refused", "cancelled"},
    "held": {"refused", "cancelled"},
    "done": {"refused"},
}


class CrmInteraction(models.Model):
    """The ledger is what the caps count: people plan, log and close contacts, but do not rewrite them."""

    _name = "crm.interaction"
    _inherit = ["crm.interaction", "crm.interaction.entry.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        for vals in vals_list:
            given = {name for name, value in vals.items() if value}  # a copy brings the empty ones along
            self._check_engine_fields(given, ENGINE_FIELDS - {"res_model", "res_id", "is_manual"})
            if vals.get("state") in GATE_STATES:
                self._refuse_engine("state")
        forged = ENGINE_FIELDS | ({"state"} if self.env.context.get("default_state") in GATE_STATES else set())
        clean = without_defaults(self, forged - {"res_model", "res_id"})
        return super(CrmInteraction, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not self.env.su:
            self._check_engine_fields(vals.keys(), ENGINE_FIELDS | {"previous_id"})
            self._check_told(vals)
            self._check_state_move(vals)
            self._check_counted(vals)
        return super().write(vals)

    @api.model
    def _check_engine_fields(self, given, names):
        if forged := sorted(names & given):
            self._refuse_engine(*forged)

    @api.model
    def _refuse_engine(self, *names):
        labels = [self._fields[name]._description_string(self.env) for name in names]
        raise UserError(self.env._("Only the contact policy itself sets this: %(fields)s", fields=", ".join(labels)))

    def _check_state_move(self, vals):
        """:raise UserError: when a closed contact would be opened or taken out of the count"""
        target = vals.get("state")
        for interaction in self if target else ():
            if target != interaction.state and target not in STATE_MOVES.get(interaction.state, ()):
                self._refuse_closed(interaction)

    def _check_counted(self, vals):
        """Booked contacts and those of colleagues stay as they are once made; managers may correct them.

        Whoever wrote a contact down by hand may correct it on the same day.

        :raise UserError: when something the caps count would change
        """
        changed = COUNTED_FIELDS & vals.keys()
        if not changed or self.env.user.has_group("crm_contact_policy.group_manager"):
            return
        for interaction in self:
            booked = bool(interaction.booked_on or interaction.res_id) and not interaction.is_manual
            if interaction.state == "planned":
                forbidden = booked and changed - {"date"}
            else:
                forbidden = booked or interaction.create_uid != self.env.user or not interaction._is_of_today()
            if forbidden:
                self._refuse_closed(interaction)

    def _check_told(self, vals):
        """What a colleague wrote down of a closed contact is filled in or added to, not rewritten; managers may.

        :raise UserError: when something that is said there would be lost
        """
        given = TOLD_FIELDS & vals.keys()
        if not given or self.env.user.has_group("crm_contact_policy.group_manager"):
            return
        for interaction in self.filtered(lambda i: i.state not in ("planned", "held")):
            if self.env.user in (interaction.create_uid, interaction.user_id):
                continue
            if any(interaction._is_lost(name, vals[name]) for name in given):
                self._refuse_closed(interaction)

    def _is_lost(self, name, value):
        """Whether writing ``value`` into this field takes away what it says."""
        field = self._fields[name]
        held = field.convert_to_write(self[name], self)
        if not held:
            return False
        if field.type == "text":
            return held not in (value or "")
        return value != held

    def _is_of_today(self):
        """Whether it was written down today, in the company's time zone."""
        tz = self.company_id.sudo()._contact_tz()
        now = fields.Datetime.now()
        return rules.to_local(self.create_date or now, tz).date() == rules.to_local(now, tz).date()

    @api.model
    def _refuse_closed(self, interaction):
        raise UserError(
            self.env._(
                "“%(subject)s” is on record: what the contact rules count cannot be changed any more.",
                subject=interaction.display_name,
            )
        )
