from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request


class ServicePortal(CustomerPortal):
    """The customer's own assets and visits. Reading never changes anything; changes are POSTs with a CSRF token."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for counter, model in (
            ("service_asset_count", "crm.service.asset"),
            ("service_visit_count", "crm.service.visit"),
        ):
            if counter in counters:
                records = request.env[model]
                values[counter] = records.search_count(self._own_domain()) if records.has_access("read") else 0
        return values

    def _own_domain(self):
        return [("partner_id", "child_of", request.env.user.partner_id.commercial_partner_id.ids)]

    def _service_pager(self, model, url, page, order):
        records = request.env[model]
        domain = self._own_domain()
        pager = portal_pager(url=url, total=records.search_count(domain), page=page, step=self._items_per_page)
        found = records.search(domain, order=order, limit=self._items_per_page, offset=pager["offset"])
        return found, pager

    @http.route(["/my/assets", "/my/assets/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_assets(self, page=1, **kwargs):
        """List of the customer's vehicles and machines."""
        assets, pager = self._service_pager("crm.service.asset", "/my/assets", page, "code")
        values = {
            **self._prepare_portal_layout_values(),
            "assets": request.env["crm.service.asset"]._portal_cards_sudo(assets),
            "pager": pager,
            "page_name": "service_asset",
            "default_url": "/my/assets",
        }
        return request.render("crm_service_plan.portal_my_assets", values)

    @http.route("/my/assets/<int:asset_id>", type="http", auth="user", website=True, readonly=True)
    def portal_asset_page(self, asset_id, **kwargs):
        """One asset: warranty, meter, plans, what comes next, history."""
        try:
            asset = self._document_check_access("crm.service.asset", asset_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = {**self._prepare_portal_layout_values(), "service_asset": asset, "page_name": "service_asset"}
        return request.render("crm_service_plan.portal_asset_page", values)

    @http.route(["/my/visits", "/my/visits/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_visits(self, page=1, **kwargs):
        """List of the customer's visits, the open ones first."""
        visits, pager = self._service_pager("crm.service.visit", "/my/visits", page, "planned_date desc, id desc")
        values = {
            **self._prepare_portal_layout_values(),
            "visits": request.env["crm.service.visit"]._portal_cards_sudo(visits),
            "pager": pager,
            "page_name": "service_visit",
            "default_url": "/my/visits",
        }
        return request.render("crm_service_plan.portal_my_visits", values)

    @http.route("/my/visits/<int:visit_id>", type="http", auth="public", website=True, readonly=True)
    def portal_visit_page(self, visit_id, access_token=None, message=None, **kwargs):
        """One visit, by login or by the link of the reminder."""
        visit = self._visit(visit_id, access_token)
        if not visit:
            return request.redirect("/my")
        values = {
            **self._prepare_portal_layout_values(),
            "service_visit": visit,
            "access_token": access_token,
            "message": message if message in ("confirmed", "asked", "rated", "closed") else None,
            "page_name": "service_visit",
        }
        return request.render("crm_service_plan.portal_visit_page", values)

    @http.route("/my/visits/<int:visit_id>/confirm", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_confirm(self, visit_id, access_token=None, **kwargs):
        """The customer confirms the visit."""
        return self._change(visit_id, access_token, "confirmed", lambda visit: visit._customer_confirm())

    @http.route("/my/visits/<int:visit_id>/move", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_move(self, visit_id, access_token=None, wish="", **kwargs):
        """The customer asks for another day: the coordinator gets an activity."""
        return self._change(visit_id, access_token, "asked", lambda visit: visit._customer_ask_move(wish[:500]))

    @http.route("/my/visits/<int:visit_id>/rate", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_rate(self, visit_id, access_token=None, rate="", feedback="", **kwargs):
        """The customer says how a finished visit was."""
        return self._change(visit_id, access_token, "rated", lambda visit: visit._customer_rate(rate, feedback[:1000]))

    def _visit(self, visit_id, access_token):
        """:return: the visit (superuser), or None if neither the user nor the token may see it"""
        try:
            visit = self._document_check_access("crm.service.visit", visit_id, access_token)
        except (AccessError, MissingError):
            return None
        if request.env.user._is_public() and visit.partner_id.lang:
            request.update_context(lang=visit.partner_id.lang)
        return visit.with_context(lang=request.env.context.get("lang"))

    def _change(self, visit_id, access_token, done, change):
        visit = self._visit(visit_id, access_token)
        if not visit:
            return request.redirect("/my")
        try:
            change(visit)
        except UserError:
            done = "closed"
        url = (
            visit.get_portal_url(query_string=f"&message={done}")
            if access_token
            else f"/my/visits/{visit.id}?message={done}"
        )
        return request.redirect(url)
