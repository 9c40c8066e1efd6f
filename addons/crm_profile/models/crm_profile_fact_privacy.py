from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# What tells, or lets guess, what a fact says.
TELLING = ("value_", "option_id", "note", "evidence", "source_ref")


class CrmProfileFact(models.Model):
    """Who sees restricted facts is noted; messages never get at them; what was derived goes with them."""

    _inherit = "crm.profile.fact"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern
    _privacy = {
        "report": ("attribute_id", "value_display", "origin", "source", "collected_on", "status", "expires_on"),
        "mask": ("note", "evidence", "source_ref"),
    }

    # ------------------------------------------------------------------ reading
    def _is_reading_noted(self):
        """Whether a person reads who may see restricted facts, not a program on somebody's behalf."""
        return not self.env.su and self.env.user.has_group("crm_profile.group_restricted")

    def _note_reading(self):
        if self._is_reading_noted():
            self.env["crm.profile.access.log"]._note_sudo(self, self.env.context.get("profile_reading", "read"))

    def _read_format(self, fnames, load="_classic_read"):
        if not {"id", "display_name"}.issuperset(fnames):
            self._note_reading()
        return super()._read_format(fnames, load)

    @api.depends("value_key", "option_ids.name")
    @api.depends_context("lang")
    def _compute_value_display(self):
        self._note_reading()
        return super()._compute_value_display()

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        if self._is_reading_noted() and any(str(name).startswith(TELLING) for name in (*groupby, *aggregates)):
            self.env["crm.profile.access.log"]._note_summary_sudo(domain)
        return super()._read_group(domain, groupby, aggregates, having, offset, limit, order)

    # ------------------------------------------------------------------ messages
    @api.model
    def _search(self, domain, *args, **kwargs):
        """With ``profile_open_only`` in the context, while a message is made, only what everybody may see is found.

        Who looks for a value learns who has it: that is noted, too.
        """
        domain = Domain(domain)
        if self.env.context.get("profile_open_only"):
            domain &= Domain("sensitivity", "=", "normal")
        asked = (str(condition.field_expr) for condition in domain.iter_conditions())
        if self._is_reading_noted() and any(name.startswith(TELLING) for name in asked):
            self.env["crm.profile.access.log"]._note_summary_sudo(domain)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _restricted_query(self, domain):
        """Query for the restricted facts in ``domain`` the user may see; this look itself is not noted."""
        restricted = Domain(domain) & Domain("sensitivity", "=", "restricted")
        return super()._search(restricted)  # pylint: disable=super-method-mismatch  # _search() itself notes

    def _check_may_be_sent_sudo(self):
        """:raise AccessError: for a restricted fact, which no message is made of

        Sudo: whether a fact is restricted is asked without reading what it says.
        """
        if any(fact.sensitivity == "restricted" for fact in self.sudo()):
            raise AccessError(self.env._("No message is made of restricted facts."))

    # ------------------------------------------------------------------ erasing
    def _privacy_before_erase(self):
        """What was copied to the contact goes with the fact."""
        self.filtered(lambda fact: fact.status in ("stated", "verified"))._withdraw_mirror()

    def _withdraw_mirror(self):
        """Empty the contacts' fields that these facts filled, where they still say the same."""
        for attribute, facts in self.grouped("attribute_id").items():
            field = attribute.partner_field_id.sudo().name
            if not field:
                continue
            for fact in facts:
                value = fact.value_key if fact.value_type == "choice" else fact._python_value()
                if fact.partner_id[field] == value:
                    fact.partner_id.with_context(tracking_disable=True, profile_mirroring=True)[field] = False
