from odoo import fields, http
from odoo.addons.crm_profile.controllers.main import zip_headers
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request


class ProfilePortal(CustomerPortal):
    @http.route("/my/data", type="http", auth="user", website=True, methods=["GET"])
    def my_data(self):
        """What the customer can ask for, and how."""
        return request.render("crm_profile_portal.my_data", {"page_name": "my_data"})

    @http.route("/my/data/file", type="http", auth="user", website=True, methods=["POST"])
    def my_data_file(self, **_values):
        """The logged-in customer's own file; at most one an hour."""
        partner = request.env.user.partner_id
        try:
            requests = request.env["crm.privacy.request"]
            name, data = requests._hand_out_sudo(partner, fields.Datetime.now(), by_customer=True)
        except UserError as refusal:
            return request.render("crm_profile_portal.my_data", {"page_name": "my_data", "refusal": str(refusal)})
        return request.make_response(data, zip_headers(name))
