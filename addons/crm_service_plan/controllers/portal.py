from datetime import datetime
from urllib.parse import urlencode

from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request

from ..domain.short_link import long_link
from .service_form import typed_text


class ServicePortal(CustomerPortal):
    """The customer's own assets and visits. Reading never changes anything; changes are POSTs with a CSRF token."""

    def _service_counters(self):
        """:return: ``{counter of the portal's home: model of the customer's own records}``"""
        return {"service_asset_count": "crm.service.asset", "service_visit_count": "crm.service.visit"}

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for counter, model in self._service_counters().items():
            if counter in counters:
                records = request.env[model]
                values[counter] = records.search_count(self._own_domain()) if records.has_access("read") else 0
        return values

    def _own_domain(self):
        return [("partner_id", "child_of", request.env.user.partner_id.commercial_partner_id.ids)]

    def _service_list(self, model, name, page_name, page, order, **more):
        """A page of the customer's own records of a model."""
        records = request.env[model]
        domain = self._own_domain()
        url = f"/my/{name}"
        pager = portal_pager(url=url, total=records.search_count(domain), page=page, step=self._items_per_page)
        found = records.search(domain, order=order, limit=self._items_per_page, offset=pager["offset"])
        values = {
            **self._prepare_portal_layout_values(),
            name: records._portal_cards_sudo(found),
            "pager": pager,
            "page_name": page_name,
            "default_url": url,
            **more,
        }
        return request.render(f"crm_service_plan.portal_my_{name}", values)

    def _service_record(self, model, record_id, access_token=None):
        """:return: the record (superuser), or None if neither the user nor the token may see it"""
        try:
            return self._document_check_access(model, record_id, access_token)
        except (AccessError, MissingError):
            return None

    def _service_pdf(self, record, report):
        record = record.with_context(lang=record.partner_id.lang)
        return self._show_report(record, "pdf", report, download=True)

    @http.route(["/my/assets", "/my/assets/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_assets(self, page=1, **kwargs):
        """List of the customer's vehicles and machines."""
        return self._service_list("crm.service.asset", "assets", "service_asset", page, "code")

    @http.route("/my/assets/<int:asset_id>", type="http", auth="user", website=True, readonly=True)
    def portal_asset_page(self, asset_id, **kwargs):
        """One asset: warranty, meter, plans, what comes next, history."""
        asset = self._service_record("crm.service.asset", asset_id)
        if not asset:
            return request.redirect("/my")
        values = {**self._prepare_portal_layout_values(), "service_asset": asset, "page_name": "service_asset"}
        return request.render("crm_service_plan.portal_asset_page", values)

    @http.route("/my/assets/<int:asset_id>/schedule.pdf", type="http", auth="user", website=True, readonly=True)
    def portal_asset_schedule(self, asset_id, **kwargs):
        """The schedule of one asset as PDF."""
        asset = self._service_record("crm.service.asset", asset_id)
        if not asset:
            return request.redirect("/my")
        return self._service_pdf(asset, "crm_service_plan.action_report_service_schedule")

    @http.route(["/my/visits", "/my/visits/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_visits(self, page=1, **kwargs):
        """List of the customer's visits, the open ones first, below the plans that are about no asset."""
        plans = self._own_plans() if page == 1 else None
        order = "planned_date desc, id desc"
        return self._service_list("crm.service.visit", "visits", "service_visit", page, order, plans=plans)

    def _own_plans(self):
        return request.env["crm.service.subscription"]._portal_plans_sudo(request.env.user)

    @http.route("/my/plans/<int:plan_id>/schedule.pdf", type="http", auth="user", website=True, readonly=True)
    def portal_plan_schedule(self, plan_id, **kwargs):
        """The schedule of a plan that is about no asset (a loan, a vaccination) as PDF."""
        subscription = self._own_plans().filtered(lambda plan: plan.id == plan_id)
        if not subscription:
            return request.redirect("/my")
        return self._service_pdf(subscription, "crm_service_plan.action_report_service_plan_schedule")

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
            "message": message if message in ("confirmed", "asked", "rated", "closed", "moved") else None,
            "page_name": "service_visit",
        }
        return request.render("crm_service_plan.portal_visit_page", values)

    @http.route("/v/<string:word>", type="http", auth="public", methods=["GET"], sitemap=False, readonly=True)
    def visit_by_short_link(self, word, **kwargs):
        """The link of a text message leads to the visit's page, which decides whether it may be seen."""
        link = long_link(word)
        if not link:
            raise request.not_found()
        visit_id, token = link
        return request.redirect(f"/my/visits/{visit_id}?{urlencode({'access_token': token})}", code=303)

    @http.route("/my/visits/<int:visit_id>/confirm", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_confirm(self, visit_id, access_token=None, **kwargs):
        """The customer confirms the visit."""
        return self._change(visit_id, access_token, "confirmed", lambda visit: visit._customer_confirm())

    @http.route("/my/visits/<int:visit_id>/move", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_move(self, visit_id, access_token=None, wish="", **kwargs):
        """The customer asks for another day: the coordinator gets an activity."""
        return self._change(
            visit_id, access_token, "asked", lambda visit: visit._customer_ask_move(typed_text(wish, 500))
        )

    @http.route("/my/visits/<int:visit_id>/rate", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_rate(self, visit_id, access_token=None, rate="", feedback="", **kwargs):
        """The customer says how a finished visit was."""
        return self._change(
            visit_id, access_token, "rated", lambda visit: visit._customer_rate(rate, typed_text(feedback, 1000))
        )

    @http.route("/my/visits/<int:visit_id>/slots", type="http", auth="public", website=True, readonly=True)
    def portal_visit_slots(self, visit_id, access_token=None, message=None, **kwargs):
        """The free slots of a visit; looking books nothing."""
        visit = self._visit(visit_id, access_token)
        if not visit:
            return request.redirect("/my")
        values = {
            **self._prepare_portal_layout_values(),
            "service_visit": visit,
            "access_token": access_token,
            "days": visit._customer_slots() if visit._may("start") else [],
            "message": message if message == "taken" else None,
            "page_name": "service_visit",
        }
        return request.render("crm_service_plan.portal_visit_slots", values)

    @http.route("/my/visits/<int:visit_id>/slot", type="http", auth="public", methods=["POST"], website=True)
    def portal_visit_slot(self, visit_id, access_token=None, start="", **kwargs):
        """The customer chooses a slot; when somebody was quicker, a fresh list follows."""
        visit = self._visit(visit_id, access_token)
        if not visit:
            return request.redirect("/my")
        try:
            moment = datetime.strptime(start, "%Y-%m-%dT%H:%M:%S")
        except ValueError:
            return self._back(visit, access_token, "taken", "/slots")
        try:
            with request.env.cr.savepoint():
                visit._customer_take_slot(moment)
        except UserError:
            return self._back(visit, access_token, "taken", "/slots")
        request.env["crm.service.visit.message"]._request_sudo(visit, "invite")
        return self._back(visit, access_token, "moved")

    @http.route("/my/visits/<int:visit_id>/appointment.ics", type="http", auth="public", website=True, readonly=True)
    def portal_visit_ics(self, visit_id, access_token=None, **kwargs):
        """The visit for the customer's calendar."""
        visit = self._visit(visit_id, access_token)
        if not visit or visit.state != "scheduled" or not visit.planned_start:
            return request.redirect("/my")
        headers = [
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", content_disposition("appointment.ics")),
        ]
        return request.make_response(visit._calendar_file(), headers=headers)

    @http.route("/my/visits/<int:visit_id>/report.pdf", type="http", auth="public", website=True, readonly=True)
    def portal_visit_report(self, visit_id, access_token=None, **kwargs):
        """What was done, as PDF."""
        visit = self._visit(visit_id, access_token)
        if not visit or visit.state != "done":
            return request.redirect("/my")
        return self._service_pdf(visit, "crm_service_plan.action_report_service_visit")

    def _visit(self, visit_id, access_token):
        """:return: the visit (superuser), or None if neither the user nor the token may see it, or the link expired"""
        visit = self._service_record("crm.service.visit", visit_id, access_token)
        if not visit or not (self._own_login(visit) or visit._link_valid()):
            return None
        if request.env.user._is_public() and visit.partner_id.lang:
            request.update_context(lang=visit.partner_id.lang)
        return visit.with_context(lang=request.env.context.get("lang"))

    def _own_login(self, visit):
        try:
            visit.with_user(request.env.user).check_access("read")
        except AccessError:
            return False
        return True

    def _change(self, visit_id, access_token, done, change):
        visit = self._visit(visit_id, access_token)
        if not visit:
            return request.redirect("/my")
        try:
            change(visit)
        except UserError:
            done = "closed"
        return self._back(visit, access_token, done)

    def _back(self, visit, access_token, message, suffix=""):
        query = {"message": message, **({"access_token": access_token} if access_token else {})}
        return request.redirect(f"/my/visits/{visit.id}{suffix}?{urlencode(query)}")
