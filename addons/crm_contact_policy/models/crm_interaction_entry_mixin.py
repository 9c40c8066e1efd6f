from odoo import api, models

# What a second record of the same contact may bring up to date.
REFRESHED = ("partner_id", "company_id", "state", "date", "subject", "note", "user_id", "duration", "purpose")
REFRESHED_FLAGS = ("outcome_id", "is_complaint", "next_date")


class CrmInteractionEntryMixin(models.AbstractModel):
    """The door by which other models write contacts that took place into the ledger."""

    _name = "crm.interaction.entry.mixin"
    _description = "Entries of the Ledger"

    @api.model
    def _ledger_record(self, vals_list, per_partner=False):
        """Write contacts that were made, or are planned, without asking the gate: it is a ledger entry, not a send.

        :param vals_list: dictionaries with ``partner_id``, ``channel`` (code), ``purpose``, ``date`` (naive UTC), and
            optionally ``direction`` (default out), ``state`` (default done), ``subject``, ``note``, ``user_id``,
            ``duration`` (hours), ``outcome_id``, ``company_id``, ``res_model``, ``res_id``, ``is_complaint``,
            ``next_date``; those without a partner are left out
        :param per_partner: several customers may share one record (a meeting): each gets an entry
        :return: crm.interaction, one for each entry, in that order

        Recording the same (``res_model``, ``res_id``, channel, direction) again changes the entry there is – never one
        that the gate booked, which is returned as it stands. The number of queries does not grow with the entries.
        """
        channels = self.env["crm.contact.channel"].sudo()
        channel_ids = {code: channels._by_code(code).id for code in {vals["channel"] for vals in vals_list}}
        prepared = [self._prepare_ledger_vals(vals, channel_ids) for vals in vals_list if vals.get("partner_id")]
        return self.browse(self._ledger_write_sudo(prepared, per_partner).ids)

    @api.model
    def _prepare_ledger_vals(self, vals, channel_ids):
        vals = dict(vals)
        vals["channel_id"] = channel_ids[vals.pop("channel")]
        vals.setdefault("direction", "out")
        vals.setdefault("state", "done")
        vals["company_id"] = vals.get("company_id") or self.env.company.id
        return vals

    @api.model
    def _ledger_write_sudo(self, vals_list, per_partner):
        """Create the missing entries, refresh the others.

        Sudo: the ledger is kept whoever acts, a customer on the portal or a colleague without the group included.
        """
        ledger = self.sudo()
        known = ledger._ledger_known(vals_list, per_partner)
        new = [vals for vals in vals_list if ledger._ledger_key(vals, per_partner) not in known]
        fresh, keys = [], set()
        for vals in new:  # the same contact twice in one call is one entry, too
            key = ledger._ledger_key(vals, per_partner)
            if key is None or key not in keys:
                fresh.append(vals)
                keys.add(key)
        made = ledger.create([dict({"user_id": self.env.uid}, **vals) for vals in fresh])
        by_fresh = {id(vals): interaction for vals, interaction in zip(fresh, made, strict=True)}
        by_key = {ledger._ledger_key(vals, per_partner): by_fresh[id(vals)] for vals in fresh}
        result = ledger.browse()
        for vals in vals_list:
            key = ledger._ledger_key(vals, per_partner)
            interaction = by_fresh.get(id(vals)) or known.get(key) or by_key[key]
            if id(vals) not in by_fresh:
                interaction._ledger_refresh(vals)
            result += interaction
        return result

    @staticmethod
    def _ledger_key(vals, per_partner):
        """What makes two entries the same contact; None when it is about nothing in particular."""
        if not (vals.get("res_model") and vals.get("res_id")):
            return None
        key = (vals["res_model"], vals["res_id"], vals["channel_id"], vals["direction"])
        return (*key, vals["partner_id"]) if per_partner else key

    def _ledger_known(self, vals_list, per_partner):
        """{key: interaction} of the entries there are; when several, the oldest."""
        ids_by_model = {}
        for vals in vals_list:
            if self._ledger_key(vals, per_partner):
                ids_by_model.setdefault(vals["res_model"], set()).add(vals["res_id"])
        known = {}
        for model, ids in ids_by_model.items():
            for entry in self.search([("res_model", "=", model), ("res_id", "in", sorted(ids))], order="id"):
                key = self._ledger_key(entry._ledger_identity(), per_partner)
                known.setdefault(key, entry)
        return known

    def _ledger_identity(self):
        return {
            "res_model": self.res_model,
            "res_id": self.res_id,
            "channel_id": self.channel_id.id,
            "direction": self.direction,
            "partner_id": self.partner_id.id,
        }

    def _ledger_refresh(self, vals):
        """Bring an entry up to date; what the gate booked, and a refusal, stays."""
        if self.booked_on:
            return
        changes = {name: vals[name] for name in REFRESHED if vals.get(name)}
        changes.update({name: vals[name] for name in REFRESHED_FLAGS if name in vals})
        if self.state == "refused":
            changes.pop("state", None)
        fields = self._fields
        changes = {
            name: value
            for name, value in changes.items()
            if fields[name].convert_to_cache(value, self) != fields[name].convert_to_cache(self[name], self)
        }
        if changes:
            self.write(changes)
