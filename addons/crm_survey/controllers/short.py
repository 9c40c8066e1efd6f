from odoo import http
from odoo.http import request


class ShortSurveyLink(http.Controller):
    """The short link of a text message; like every link it only leads on and changes nothing."""

    @http.route("/q/<string:code>", type="http", auth="public", methods=["GET"], sitemap=False, readonly=True)
    def survey_short(self, code, **kwargs):
        """Lead to the personal link, or tell that there is none."""
        user_input = request.env["survey.user_input"]._find_by_short_code_sudo(code)
        if not user_input:
            raise request.not_found()
        return request.redirect(user_input.get_start_url(), code=302, local=True)
