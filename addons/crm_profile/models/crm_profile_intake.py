from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .crm_profile_fact import OPEN


class CrmProfileIntake(models.Model):
    """Found on the web or bought: no fact before somebody accepts it, and gone when somebody rejects it."""

    _name = "crm.profile.intake"
    _description = "Found Fact to Review"
    _order = "id"
    _privacy = {
        "report": ("attribute_id", "value", "found", "source_ref", "found_on"),
        "mask": ("value", "note", "source_ref"),
        "note_fields": ("note",),
        "note_date": "found_on",
        "drop_date": "found_on",
    }

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index="btree_not_null")
    is_company = fields.Boolean(related="partner_id.is_company")
    attribute_id = fields.Many2one("crm.profile.attribute", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(string="Section", related="attribute_id.kind", store=True)
    sensitivity = fields.Selection(related="attribute_id.sensitivity", store=True, index=True)
    value = fields.Char("What Was Found", required=True, help="Of several options: separated by semicolons.")
    found = fields.Selection(
        [("web", "On the web"), ("bought", "Bought"), ("other", "Elsewhere")], required=True, default="web"
    )
    source_ref = fields.Char("Where From", required=True, help="The page or the seller, so that it can be checked.")
    found_on = fields.Date("Found on", required=True, default=fields.Date.context_today)
    note = fields.Text("Notes")
    user_id = fields.Many2one("res.users", "Found by", default=lambda self: self.env.user, readonly=True)
    held_ids = fields.Many2many("crm.profile.fact", compute="_compute_held", string="Held Facts")
    held_count = fields.Integer(compute="_compute_held", string="Facts Held")
    held_html = fields.Html("What We Hold", compute="_compute_held", sanitize=False)
    problem = fields.Char(compute="_compute_problem", help="Why it cannot be accepted.")

    @api.depends("attribute_id", "partner_id")
    @api.depends_context("lang", "uid")
    def _compute_held(self):
        """What we hold about the same thing, in one query."""
        domain = Domain("partner_id", "in", self.partner_id.ids) & Domain("attribute_id", "in", self.attribute_id.ids)
        facts = self.env["crm.profile.fact"].search(domain & Domain("status", "in", OPEN))
        facts = facts.grouped(lambda fact: (fact.partner_id, fact.attribute_id))
        for intake in self:
            held = facts.get((intake.partner_id, intake.attribute_id), self.env["crm.profile.fact"])
            held = held.sorted(lambda fact: (fact._as_statement().rank, fact.collected_on, fact.id), reverse=True)
            intake.held_ids = held
            intake.held_count = len(held)
            intake.held_html = held._render_sides() if held else False

    @api.depends("attribute_id", "partner_id", "value")
    @api.depends_context("lang", "uid", "company")
    def _compute_problem(self):
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(self._get_pairs())
        options = self.attribute_id._option_codes()
        for intake in self:
            intake.problem = intake._get_problem(outside, options)

    def _get_pairs(self):
        return [(intake.partner_id.id, intake.attribute_id.id) for intake in self]

    def _get_problem(self, outside, options):
        """Why it cannot become a fact; False if it can."""
        self.ensure_one()
        attribute, partner = self.attribute_id, self.partner_id
        if not attribute or not partner:
            return False
        if (partner.id, attribute.id) in outside:
            return self.env._("No collection plan asks for it.")
        if not attribute._fits(partner):
            return self.env._("It does not concern such a customer.")
        try:
            attribute._parse_text(self.value or "", options.get(attribute._origin.id))
        except UserError as error:
            return str(error)
        return False

    @api.depends("attribute_id.name", "partner_id.display_name")
    def _compute_display_name(self):
        # Never the value: names of related records are shown to those who may not read the record.
        for intake in self:
            intake.display_name = f"{intake.partner_id.display_name or ''} – {intake.attribute_id.name or ''}"

    def action_accept(self):
        """Make facts of them: of a third party, with their reference and little confidence.

        What cannot be accepted stays in the queue with its problem.

        :return: a notification with the numbers
        :raise AccessError: for who may not record facts
        """
        self.check_access("write")
        self.env["crm.profile.fact"].check_access("create")
        good = self.filtered(lambda intake: not intake.problem)
        options = good.attribute_id._option_codes()
        self.env["crm.profile.fact"]._record(
            [
                {
                    "partner_id": intake.partner_id.id,
                    "attribute_id": intake.attribute_id.id,
                    "value": intake.attribute_id._parse_text(intake.value, options[intake.attribute_id.id]),
                    "source": "third_party",
                    "source_ref": intake.source_ref,
                    "collected_on": intake.found_on,
                    "note": intake.note,
                }
                for intake in good
            ]
        )
        rest = len(self) - len(good)
        accepted = len(good)
        good._drop_sudo("accepted", "accepted")
        message = self.env._("%(accepted)s accepted, %(rest)s cannot be.", accepted=accepted, rest=rest)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if rest else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_reject(self):
        """Ask why, then drop them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "crm.profile.intake.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_intake_ids": self.ids},
        }

    def _reject(self, reason):
        """Drop them for ``reason`` (a code of ``crm.profile.tally.reason``).

        :raise AccessError: for who may not edit them
        """
        self.check_access("write")
        self._drop_sudo("rejected", reason)

    def _drop_sudo(self, outcome, reason):
        """Delete them and count them.

        Sudo: users decide what is in the queue, but delete nothing otherwise.
        """
        if not self:
            return
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only colleagues decide what becomes a fact."))
        self.env["crm.profile.tally"]._count_sudo(
            [(intake.attribute_id.id, outcome, "third_party", reason) for intake in self]
        )
        self.sudo().unlink()
