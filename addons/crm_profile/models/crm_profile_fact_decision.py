from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import standing
from .crm_profile_fact import OPEN


class CrmProfileFact(models.Model):
    """What becomes of facts later: chosen, verified, doubted, merged, expired."""

    _inherit = "crm.profile.fact"

    # ------------------------------------------------------------------ decisions
    def _rivals(self):
        """Other open facts about the same thing."""
        self.ensure_one()
        return self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("attribute_id", "=", self.attribute_id.id),
                ("status", "in", OPEN),
                ("id", "!=", self.id),
            ]
        )

    def _check_open(self):
        if any(fact.status not in OPEN for fact in self):
            raise UserError(self.env._("Only a fact that is still open can be decided."))

    def action_choose(self):
        """Decide a dispute: this statement counts, the others about the same thing are superseded.

        :raise UserError: when it is superseded or expired, or when a verified one stands against it
        """
        self._check_open()
        for fact in self:
            rivals = fact._rivals()
            if "verified" in rivals.mapped("status"):
                raise UserError(self.env._("A verified fact stands against it: dispute that one first."))
            rivals._set({"status": "superseded", "superseded_by_id": fact.id, **self._prepare_decided_vals()})
            status = "verified" if fact.status == "verified" else "stated"
            fact._set({"status": status, "is_wrong": False, **self._prepare_decided_vals()})
        self._mirror()

    def _prepare_decided_vals(self):
        """Who decided, and when."""
        return {"decided_by_id": self.env.uid, "decided_on": fields.Date.context_today(self)}

    def action_wrong(self):
        """Decide that it is not true: it goes to the history, and nothing takes its place.

        Where a contact's field holds it, the field is emptied.

        :raise UserError: when it is superseded or expired
        """
        self._check_open()
        self._set({"status": "superseded", "is_wrong": True, **self._prepare_decided_vals()})
        self._withdraw_own_mirror()

    def action_open_verify(self):
        """Ask what proves it, then verify."""
        self.ensure_one()
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verify"),
            "res_model": "crm.profile.verify",
            "view_mode": "form",
            "target": "new",
            "context": {"default_fact_id": self.id},
        }

    def action_verify(self):
        """Verify: somebody checked it. Everything else said about it is superseded.

        :raise UserError: when it is superseded or expired, or nothing proves it
        """
        self._check_open()
        self._check_proof()
        for fact in self:
            fact._rivals()._set({"status": "superseded", "superseded_by_id": fact.id})
            fact._set(
                {
                    "status": "verified",
                    "verified_by_id": self.env.uid,
                    "verified_on": fields.Date.context_today(self),
                    "confidence": 1.0,
                }
            )
        self._mirror()

    def _check_proof(self):
        """:raise UserError: a person verifies, and neither a text nor a document proves it"""
        if not self.env.su and any(not (fact.evidence or "").strip() and not fact.evidence_ids for fact in self):
            raise UserError(self.env._("Say what proves it, or add a document."))

    def _check_kept(self, vals):
        """What somebody noted, and what proved a verified fact, is not rewritten by others; managers may.

        :raise UserError: when a note of a colleague, or the proof of a verified fact, would change
        """
        if self.env.su or self.env.user.has_group("crm_profile.group_manager"):
            return
        mine = self.filtered(lambda fact: fact.user_id == self.env.user)
        proved = self.filtered(lambda fact: fact.status == "verified" and fact.verified_by_id != self.env.user)
        noted = (self - mine).filtered("note") if "note" in vals else self.browse()
        if noted or (proved and vals.keys() & {"evidence", "evidence_ids"}):
            raise UserError(self.env._("A colleague wrote this down: record a fact of your own, or ask a manager."))

    def action_dispute(self):
        """Doubt it: it is no longer used until somebody decides, nor does a contact's field hold it.

        :raise UserError: when it is superseded or expired
        """
        self._check_open()
        used = self.filtered(lambda fact: fact.status in standing.USABLE)
        self._set({"status": "disputed", "verified_by_id": False, "verified_on": False})
        used._withdraw_own_mirror()

    def _withdraw_own_mirror(self):
        """Empty the fields these facts filled, of the contacts the user may change."""
        self.filtered(lambda fact: fact.partner_id.has_access("write"))._withdraw_mirror()

    # ------------------------------------------------------------------ partners
    @api.model
    def _settle_merged_sudo(self, partner):
        """After a merge, let one statement count for each attribute: higher standing first, then the later one.

        Sudo: facts the user may not see are merged, too.
        """
        facts = self.sudo().search([("partner_id", "=", partner.id), ("status", "in", OPEN)])
        for group in facts.grouped("attribute_id").values():
            usable = group.filtered(lambda fact: fact.status in standing.USABLE)
            ordered = usable.sorted(lambda fact: (fact._as_statement().rank, fact.collected_on, fact.id))
            opens = self.sudo()
            for fact in ordered:
                statements = [other._as_statement() for other in opens]
                outcome = standing.settle_all(statements, fact._as_statement())
                for place, status in outcome.changes.items():
                    opens[place]._set(
                        {"status": status, "superseded_by_id": fact.id if status == "superseded" else False}
                    )
                if outcome.new is None:
                    fact._set({"status": "superseded", "superseded_by_id": opens._pick(fact.value_key).id})
                    continue
                fact._set({"status": outcome.new})
                opens = (opens | fact).filtered(lambda other: other.status in OPEN)

    # ------------------------------------------------------------------ retention
    @api.model
    def _cron_expire(self, as_of=None):
        """Let facts expire whose retention is over on ``as_of`` (date; default today)."""
        as_of = as_of or fields.Date.context_today(self)
        domain = Domain("status", "in", OPEN) & Domain("expires_on", "<=", as_of)
        while facts := self.search(domain, limit=1000):
            facts._set({"status": "expired"})
            if not self.env["ir.cron"]._commit_progress(len(facts), remaining=self.search_count(domain)):
                break
