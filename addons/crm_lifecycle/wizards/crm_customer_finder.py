from odoo import api, fields, models
from odoo.exceptions import UserError

LIMIT = 10


class CrmCustomerFinder(models.TransientModel):
    """At the counter: who has this phone number? If nobody, a new customer by name and phone."""

    _name = "crm.customer.finder"
    _description = "Find a Customer by Phone"
    _rec_name = "phone"

    phone = fields.Char()
    number = fields.Char(compute="_compute_found", help="The number in its international form.")
    found_ids = fields.Many2many("res.partner", compute="_compute_found")
    found_count = fields.Integer(compute="_compute_found")
    is_exact = fields.Boolean(compute="_compute_found", help="Those found have exactly this number.")
    name = fields.Char()
    is_company = fields.Boolean(string="A Company")

    @api.depends("phone")
    def _compute_found(self):
        for finder in self:
            found, exact = finder._find()
            finder.number = self.env["res.partner"]._phone_key(finder.phone)
            finder.found_ids = found
            finder.found_count = len(found)
            finder.is_exact = exact

    def _find(self):
        """Return (contacts, whether they have exactly this number); a part of a number finds those that hold it."""
        partners = self.env["res.partner"]
        digits = "".join(char for char in self.phone or "" if char.isdigit())
        exact = partners.search(partners._phone_key_domain(self.phone), limit=LIMIT, order="id")
        if exact or len(digits) < 4:
            return exact, bool(exact)
        return partners.search([("phone_mobile_search", "ilike", digits)], limit=LIMIT, order="id"), False

    def action_find(self):
        """Look again, for those without a keyboard."""
        return self._open(self.env._("Find by Phone"), self._name, self.id, target="new")

    def action_create(self):
        """Create the customer with the name and the phone number, and open it.

        :raise UserError: no name, no valid number, or somebody has it already
        """
        self.ensure_one()
        found, exact = self._find()
        if exact:
            raise UserError(self.env._("%(name)s has this number already.", name=found[0].display_name))
        if not self.number:
            raise UserError(self.env._("“%(phone)s” is no phone number.", phone=self.phone or ""))
        if not (self.name or "").strip():
            raise UserError(self.env._("What is the customer's name?"))
        partner = self.env["res.partner"].create(
            {"name": self.name.strip(), "phone": self.number, "is_company": self.is_company}
        )
        return self._open(partner.display_name, partner._name, partner.id)

    def _open(self, name, model, res_id, target="current"):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": res_id,
            "view_mode": "form",
            "target": target,
        }
