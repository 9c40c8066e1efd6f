from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal import ServicePortal
from .service_form import MAX_BODY, sent_files, typed_text


class CasePortal(ServicePortal):
    """The customer's own cases and contracts; a GET changes nothing."""

    def _service_counters(self):
        return super()._service_counters() | {
            "service_case_count": "crm.service.case",
            "service_contract_count": "crm.service.contract",
        }

    def _own_record(self, model, record_id):
        """:return: the record (superuser) if it is the customer's own, else None"""
        record = self._service_record(model, record_id)
        commercial = request.env.user.partner_id.commercial_partner_id
        return record if record and record.sudo().partner_id.commercial_partner_id == commercial else None

    @http.route(["/my/cases", "/my/cases/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_my_cases(self, page=1, **kwargs):
        """List of the customer's cases."""
        return self._service_list("crm.service.case", "cases", "service_case", page, "received_on desc, id desc")

    @http.route("/my/cases/<int:case_id>", type="http", auth="user", website=True, readonly=True)
    def portal_case_page(self, case_id, message=None, **kwargs):
        """One case: what was said, who takes care, what helped."""
        case = self._own_record("crm.service.case", case_id)
        if not case:
            return request.redirect("/my")
        values = {
            **self._prepare_portal_layout_values(),
            "service_case": case,
            "messages": case._portal_messages_sudo(),
            "message": message if message in ("sent", "reported", "closed") else None,
            "page_name": "service_case",
        }
        return request.render("crm_service_plan.portal_case_page", values)

    @http.route("/my/cases/new", type="http", auth="user", methods=["GET"], website=True, readonly=True)
    def portal_case_new(self, asset_id=None, **kwargs):
        """The form to report a problem."""
        return self._render_new({"asset_id": asset_id})

    @http.route("/my/cases/new", type="http", auth="user", methods=["POST"], website=True, max_content_length=MAX_BODY)
    def portal_case_create(self, **post):
        """Report a problem."""
        typed = {key: typed_text(post.get(key)) for key in ("issue", "text", "asset_id", "category_id")}
        limits = [("user", str(request.env.uid), 20, 1)]
        if not request.env["crm.service.form.hit"]._allow_sudo(limits):
            return self._render_new(typed, "limit", 429)
        try:
            case = request.env["crm.service.case"]._report_customer_sudo(request.env.user, typed, sent_files())
        except UserError as error:
            return self._render_new(typed, str(error), 400)
        return request.redirect(f"/my/cases/{case.id}?message=reported")

    @http.route("/my/cases/<int:case_id>/reply", type="http", auth="user", methods=["POST"], website=True)
    def portal_case_reply(self, case_id, text="", **kwargs):
        """Add something to a case."""
        case = self._own_record("crm.service.case", case_id)
        if not case:
            return request.redirect("/my")
        done = "sent"
        try:
            case.with_context(service_author=request.env.user.partner_id.id)._customer_reply(typed_text(text))
        except UserError:
            done = "closed"
        return request.redirect(f"/my/cases/{case_id}?message={done}")

    def _render_new(self, typed, error=None, status=200):
        company = request.env.company
        values = {
            **self._prepare_portal_layout_values(),
            "typed": typed,
            "error": error,
            "assets": request.env["crm.service.asset"].search(self._own_domain(), limit=200),
            "categories": request.env["crm.service.case"]._form_categories_sudo(company),
            "page_name": "service_case",
            "service_case_new": True,
        }
        return request.render("crm_service_plan.portal_case_new", values, status=status)

    @http.route(
        ["/my/contracts", "/my/contracts/page/<int:page>"], type="http", auth="user", website=True, readonly=True
    )
    def portal_my_contracts(self, page=1, **kwargs):
        """List of the customer's contracts with what is left."""
        order = "end_date desc, id desc"
        return self._service_list("crm.service.contract", "contracts", "service_contract", page, order)

    @http.route("/my/contracts/<int:contract_id>", type="http", auth="user", website=True, readonly=True)
    def portal_contract_page(self, contract_id, report_type=None, download=False, **kwargs):
        """One contract; as PDF with ``report_type=pdf``."""
        contract = self._own_record("crm.service.contract", contract_id)
        if not contract:
            return request.redirect("/my")
        if report_type in ("html", "pdf"):
            return self._show_report(
                model=contract,
                report_type=report_type,
                report_ref="crm_service_plan.action_report_contract",
                download=bool(download),
            )
        values = {
            **self._prepare_portal_layout_values(),
            "service_contract": contract,
            "page_name": "service_contract",
        }
        return request.render("crm_service_plan.portal_contract_page", values)
