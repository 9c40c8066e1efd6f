from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

PAGE = "crm_contact_policy.preferences_page"
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class ContactPreferences(http.Controller):
    """The customer's own page: by a personal link without login, or on the portal. A GET changes nothing."""

    # ------------------------------------------------------------------ by link
    @http.route(
        "/contact/preferences/<string:token>", type="http", auth="public", methods=["GET"], website=True,
        multilang=False, sitemap=False,
    )
    def by_link(self, token, **params):
        """Show the page."""
        partner, _purpose = self._customer(token)
        return self._render(partner, saved=bool(params.get("saved")))

    @http.route(
        "/contact/preferences/<string:token>", type="http", auth="public", methods=["POST"], website=True,
        multilang=False, sitemap=False,
    )
    def save_by_link(self, token, **form):
        """Record what the customer wants."""
        partner, _purpose = self._customer(token)
        return self._save(partner, form, token)

    @http.route(
        "/c/<string:code>", type="http", auth="public", methods=["GET"], website=True, multilang=False, sitemap=False
    )
    def by_short_link(self, code, **_params):
        """The link of a text message leads to the page; a broken one to the page that says so."""
        today = fields.Date.context_today(request.env.user)
        partner = request.env["res.partner"]._contact_of_short_code_sudo(code, today)
        token = partner._contact_token_sudo("") if partner else "-"
        response = request.redirect(f"/contact/preferences/{token}", code=303)
        response.headers.update(HEADERS)
        return response

    @http.route(
        "/contact/unsubscribe/<string:token>", type="http", auth="public", methods=["GET"], website=True,
        multilang=False, sitemap=False,
    )
    def unsubscribe_page(self, token, **_params):
        """Somebody opened the link meant for mail programs: show the page, change nothing."""
        return request.redirect(f"/contact/preferences/{token}")

    # RFC 8058: the mail program posts without cookies, hence without a CSRF token; the signed token in the address is
    # the secret, and all it can do here is to stop e-mails.
    @http.route(
        "/contact/unsubscribe/<string:token>", type="http", auth="public", methods=["POST"], website=True, csrf=False,
        multilang=False, sitemap=False,
    )
    def unsubscribe(self, token, **_form):
        """One click in the mail program: no more e-mails of this purpose."""
        partner, purpose = self._customer(token)
        if not partner:
            return request.make_response("", status=404)
        partner._contact_stop_sudo(fields.Datetime.now(), self._evidence(token), purpose=purpose, channel="email")
        return request.make_response("", headers=list(HEADERS.items()))

    # ------------------------------------------------------------------ on the portal
    @http.route("/my/contact-preferences", type="http", auth="user", methods=["GET"], website=True, sitemap=False)
    def on_portal(self, **params):
        """Show the page to a portal user."""
        return self._render(request.env.user.partner_id, saved=bool(params.get("saved")), portal=True)

    @http.route("/my/contact-preferences", type="http", auth="user", methods=["POST"], website=True, sitemap=False)
    def save_on_portal(self, **form):
        """Record what the portal user wants."""
        return self._save(request.env.user.partner_id, form, "", portal=True)

    # ------------------------------------------------------------------ helpers
    def _customer(self, token):
        partner, purpose = request.env["res.partner"]._contact_of_token_sudo(token)
        if partner.lang:
            request.update_context(lang=partner.lang)
        return partner.with_context(lang=partner.lang or request.env.lang), purpose

    def _render(self, partner, portal=False, **values):
        if partner:
            values |= partner._contact_page_sudo(fields.Datetime.now())
        values |= {"partner": partner, "portal": portal, "page_name": "contact_preferences"}
        response = request.render(PAGE, values, status=200 if partner else 404)
        response.headers.update(HEADERS)
        return response

    def _save(self, partner, form, token, portal=False):
        if not partner:
            return self._render(partner)
        at, evidence = fields.Datetime.now(), self._evidence(token)
        form = {name: value for name, value in form.items() if isinstance(value, str)}  # no files
        try:
            if form.get("action") == "stop":
                partner._contact_stop_sudo(at, evidence)
            else:
                partner._contact_page_save_sudo(form, at, evidence)
        except UserError as error:
            return self._render(partner, portal=portal, error=str(error))
        return request.redirect(f"{request.httprequest.path}?saved=1", code=303)

    def _evidence(self, token):
        return request.env["res.partner"]._contact_evidence(token, request.httprequest.remote_addr)
