from odoo import api, fields, models


class ResPartner(models.Model):
    """A field that an attribute mirrors: writing it records a fact. Accepting a fact writes the field (``_mirror``)."""

    # One concern a file, so that files stay small.
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        mirrored = self.env["crm.profile.attribute"]._mirrored_fields()
        told = [(partner, vals.keys() & mirrored.keys()) for partner, vals in zip(partners, vals_list, strict=True)]
        partners._record_mirrored_sudo([(partner, name) for partner, names in told for name in names])
        return partners

    def write(self, vals):
        mirrored = self.env["crm.profile.attribute"]._mirrored_fields()
        names = [] if self.env.context.get("profile_mirroring") else [name for name in vals if name in mirrored]
        before = {(partner, name): partner[name] for partner in self for name in names}
        result = super().write(vals)
        self._record_mirrored_sudo([key for key, value in before.items() if key[0][key[1]] != value])
        return result

    def _record_mirrored_sudo(self, keys):
        """Record what now stands in the fields: a fact for each attribute that mirrors one.

        An emptied field tells nothing. What no plan asks of this customer is not recorded.

        Sudo: whoever may edit a contact need not be one who sees facts.

        :param keys: list of (partner, name of a field)
        """
        told = [(partner, name) for partner, name in keys if partner[name]]
        if not told:
            return
        mirrored = self.env["crm.profile.attribute"]._mirrored_fields()
        attributes = self.env["crm.profile.attribute"].sudo()
        rows = []
        for partner, name in told:
            for attribute in attributes.browse(mirrored[name]):
                if attribute._fits(partner):
                    rows.append(self._prepare_mirrored_row(partner.sudo(), attribute, name))
        facts = self.env["crm.profile.fact"].sudo().with_context(profile_mirroring=True)
        outside = self.env["crm.collection.plan"]._out_of_scope_sudo(
            [(row["partner_id"], row["attribute_id"]) for row in rows]
        )
        facts._record([row for row in rows if (row["partner_id"], row["attribute_id"]) not in outside])

    def _prepare_mirrored_row(self, partner, attribute, name):
        """The statement in a field: by the customer if he wrote it himself, else by a colleague or an import."""
        if self.env.user.partner_id.commercial_partner_id == partner.commercial_partner_id:
            source = "partner"
        else:
            source = "import" if self.env.context.get("import_file") else "employee"
        value = partner[name]
        if attribute.value_type in ("choice", "multi"):
            codes = attribute._option_codes()[attribute.id]
            value = codes.get(str(value), value)
        return {
            "partner_id": partner.id,
            "attribute_id": attribute.id,
            "value": value,
            "source": source,
            "source_ref": self.env._("Contact form") if source != "import" else self.env._("Import of contacts"),
            "collected_on": fields.Date.context_today(self),
        }
