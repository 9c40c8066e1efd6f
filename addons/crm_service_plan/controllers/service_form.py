from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

MAX_BODY = 24 * 1024 * 1024  # four files of 5 MB, and the words
TYPED = ("issue", "text", "name", "email", "phone", "category_id")


def typed_text(value, limit=5000):
    """:return: what somebody typed, without signs no text has (a database refuses NUL)"""
    return "".join(char for char in str(value or "") if char >= " " or char in "\t\n\r")[:limit]


def sent_files(limit=5):
    """:return: ``[(name, bytes)]`` of the files sent; one more than allowed is enough to refuse"""
    files = request.httprequest.files.getlist("attachments")
    return [(typed_text(file.filename), file.read()) for file in files[:limit] if file.filename]


class ServiceForm(http.Controller):
    """The public pages: report a problem, published answers. They show nothing of any customer."""

    @http.route("/service/report", type="http", auth="public", methods=["GET"], website=True, sitemap=False)
    def report_page(self, **kwargs):
        """The empty form; customers who are logged in get the portal's."""
        if not request.env.company.sudo().service_form:
            raise request.not_found()
        if not request.env.user._is_public():
            return request.redirect("/my/cases/new")
        return self._render({})

    @http.route(
        "/service/report",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def report(self, **post):
        """Take a report. Whoever it comes from, the answer is the same."""
        company = request.env.company.sudo()
        if not company.service_form:
            raise request.not_found()
        typed = {key: typed_text(post.get(key)) for key in TYPED}
        if post.get("homepage"):  # people do not see this field
            return request.redirect("/service/report/thanks")
        if not self._within_limits(company, typed):
            return self._render(typed, "limit", 429)
        try:
            request.env["crm.service.case"]._report_public_sudo(company, typed, sent_files())
        except UserError as error:
            return self._render(typed, str(error), 400)
        return request.redirect("/service/report/thanks")

    @http.route("/service/report/thanks", type="http", auth="public", website=True, sitemap=False)
    def thanks(self, **kwargs):
        """Always the same words: no number, no name."""
        return request.render("crm_service_plan.public_report_thanks", {"no_index": True})

    def _within_limits(self, company, typed):
        hits, address = request.env["crm.service.form.hit"], (typed["email"] or typed["phone"]).strip().lower()
        return hits._allow_sudo(
            [
                ("visitor", f"{company.id} {request.httprequest.remote_addr}", company.service_form_per_visitor, 1),
                ("address", address and f"{company.id} {address}", company.service_form_per_address, 24),
            ]
        )

    def _render(self, typed, error=None, status=200):
        company = request.env.company
        values = {
            "typed": typed,
            "error": error,
            "categories": request.env["crm.service.case"]._form_categories_sudo(company),
            "answers": request.env["crm.service.answer"]._published_sudo("", company, limit=5),
            "company_phone": company.sudo().phone,
        }
        return request.render("crm_service_plan.public_report", values, status=status)

    @http.route("/service/answers", type="http", auth="public", website=True, readonly=True)
    def answers(self, search="", **kwargs):
        """Published answers; words are found with or without accents."""
        search = typed_text(search, 200)
        values = {
            "search": search,
            "answers": request.env["crm.service.answer"]._published_sudo(search, request.env.company),
        }
        return request.render("crm_service_plan.public_answers", values)

    @http.route("/service/answers/<int:answer_id>", type="http", auth="public", website=True, readonly=True)
    def answer(self, answer_id, **kwargs):
        """One published answer."""
        answer = request.env["crm.service.answer"]._published_sudo("", request.env.company, only=answer_id)
        if not answer:
            raise request.not_found()
        return request.render("crm_service_plan.public_answer", {"answer": answer})
