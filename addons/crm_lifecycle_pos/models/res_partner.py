from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    pos_search_key = fields.Char(
        compute="_compute_pos_search_key", help="Name without accents and the number as it is dialled in the country."
    )

    @api.depends("plain_name", "phone")
    @api.depends_context("company")
    def _compute_pos_search_key(self):
        country = self.env.company.country_id
        for partner in self:
            dialled = partner._phone_format(number=partner.phone, country=country, force_format="NATIONAL")
            digits = "".join(char for char in dialled or "" if char.isdigit())
            partner.pos_search_key = f"{partner.plain_name} {digits}".strip()

    @api.model
    def _load_pos_data_fields(self, config):
        """Add what the customer is found by at the till."""
        return [*super()._load_pos_data_fields(config), "pos_search_key"]

    @api.model
    def get_new_partner(self, config_id, domain, offset):
        """Find by name without accents too: “nguyen” finds “Nguyễn”."""
        names = [leaf[2] for leaf in domain if not isinstance(leaf, str) and tuple(leaf[:2]) == ("name", "ilike")]
        if names:
            domain = ["|", ("plain_name", "ilike", names[0]), *domain]
        return super().get_new_partner(config_id, domain, offset)
