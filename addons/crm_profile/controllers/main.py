from odoo import fields, http
from odoo.http import content_disposition, request


class CustomerFile(http.Controller):
    @http.route("/crm_profile/file/<int:partner_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def customer_file(self, partner_id):
        """The file of everything known of a customer, for a privacy officer to hand over."""
        name, data = request.env["res.partner"].browse(partner_id)._profile_file(fields.Datetime.now())
        return request.make_response(data, zip_headers(name))


def zip_headers(name):
    return [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", content_disposition(name)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
