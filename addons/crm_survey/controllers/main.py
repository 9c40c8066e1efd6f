from odoo import fields, http
from odoo.addons.survey.controllers.main import Survey
from odoo.http import request

from ..domain.names import CUSTOMER_TYPES, OPEN_STATES
from ..domain.validity import as_sent

# Participations begun in this browser (session key): only there are answers shown again.
BEGUN = "crm_survey_begun"


class CustomerSurvey(Survey):
    """Customer surveys by personal link: nothing changes on GET, and nothing is shown once it is answered."""

    def _check_validity(self, survey_sudo, answer_sudo, answer_token, ensure_token=True, check_partner=True):
        """Beside core's checks: a closed invitation has no link, and an interviewer may fill in for the customer."""
        invitation_sudo = answer_sudo.crm_invitation_id
        if invitation_sudo and invitation_sudo.state not in (*OPEN_STATES, "done"):
            return "crm_closed"
        if invitation_sudo and check_partner and not request.env.user._is_public():
            if answer_sudo.partner_id != request.env.user.partner_id:
                if not invitation_sudo._may_interview(request.env.user):
                    return "crm_other_user"
                check_partner = False
        return super()._check_validity(
            survey_sudo, answer_sudo, answer_token, ensure_token=ensure_token, check_partner=check_partner
        )

    def _interviewer_values(self, answer_sudo):
        user, invitation_sudo = request.env.user, answer_sudo.crm_invitation_id
        if not invitation_sudo or not user._is_internal() or answer_sudo.partner_id == user.partner_id:
            return {"crm_interviewer": False}
        if not invitation_sudo._may_interview(user):
            return {"crm_interviewer": False}
        return invitation_sudo._interviewer_page_sudo()

    def _redirect_with_error(self, access_data, error_key):
        ours = error_key in ("crm_closed", "crm_other_user", "answer_deadline")
        if ours and access_data["answer_sudo"].crm_invitation_id:
            return self._render_message(access_data, self._message(access_data, error_key))
        return super()._redirect_with_error(access_data, error_key)

    def _message(self, access_data, key):
        """Return the message to the holder of the link, in the language of the questionnaire."""
        lang = self._get_lang_with_fallback(access_data["answer_sudo"].sudo(False)).code
        return access_data["answer_sudo"].crm_invitation_id.with_context(lang=lang)._link_message(key)

    def _render_message(self, access_data, message):
        lang = self._get_lang_with_fallback(access_data["answer_sudo"].sudo(False)).code
        request.update_context(lang=lang)
        return request.render(
            "crm_survey.survey_message",
            {"survey": access_data["survey_sudo"].with_context(lang=lang), "message": message, "answer": None},
        )

    @http.route(
        "/survey/decline/<string:survey_token>/<string:answer_token>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def survey_decline(self, survey_token, answer_token, never_again=None, **post):
        """The customer does not want to answer; POST only, because mail scanners follow every link."""
        access_data = self._get_access_data(survey_token, answer_token, ensure_token=True)
        if access_data["validity_code"] is not True:
            return self._redirect_with_error(access_data, access_data["validity_code"])
        invitation_sudo = access_data["answer_sudo"].crm_invitation_id
        if not invitation_sudo or invitation_sudo.state not in OPEN_STATES:
            return request.redirect("/")
        invitation_sudo._decline_sudo(fields.Datetime.now(), never_again=bool(never_again))
        key = "never_again" if never_again else "declined"
        return self._render_message(access_data, self._message(access_data, key))

    @http.route()
    def survey_begin(self, survey_token, answer_token, **post):
        """Remember the browser that begins: a link forwarded half-way goes on, but shows no answers."""
        answer_sudo = self._fetch_from_access_token(survey_token, answer_token)[1]
        if answer_sudo.crm_invitation_id and answer_sudo.state == "new":
            request.session[BEGUN] = [*request.session.get(BEGUN, []), answer_sudo.id][-20:]
        return super().survey_begin(survey_token, answer_token, **post)

    def _prepare_survey_data(self, survey_sudo, answer_sudo, **post):
        """Whoever fills in for the customer gets the script beside the questions; nobody else does.

        Whoever did not begin goes on after the last question, without a way back to what was answered.
        """
        begun = not answer_sudo.crm_invitation_id or answer_sudo.id in request.session.get(BEGUN, [])
        shown = survey_sudo._get_pages_or_questions(answer_sudo)
        if post.get("previous_page_id") and (not begun or int(post["previous_page_id"]) not in shown.ids):
            del post["previous_page_id"]
        data = super()._prepare_survey_data(survey_sudo, answer_sudo, **post)
        if not begun:
            data.update({"crm_hide_answers": True, "can_go_back": False, "previous_page_id": False})
        return {**data, **self._interviewer_values(answer_sudo)}

    def _extract_comment_from_answers(self, question, answers):
        """Core takes the number 0 for no answer."""
        return super()._extract_comment_from_answers(question, as_sent(answers))

    @http.route()
    def survey_retry(self, survey_token, answer_token, **post):
        """Nobody takes part twice by one invitation, even one that is gone with its customer."""
        answer_sudo = self._fetch_from_access_token(survey_token, answer_token)[1]
        if answer_sudo.survey_id.survey_type in CUSTOMER_TYPES and not answer_sudo.test_entry:
            return request.redirect("/")
        return super().survey_retry(survey_token, answer_token, **post)

    @http.route()
    def survey_print(self, survey_token, review=False, answer_token=None, **post):
        """Whoever holds the token of a customer's answers may not read them: only our own people, by their rights."""
        answer_sudo = self._fetch_from_access_token(survey_token, answer_token)[1]
        if answer_sudo.survey_id.survey_type in CUSTOMER_TYPES:
            lines = answer_sudo.user_input_line_ids.browse().with_user(request.env.user)
            if not answer_sudo.with_user(request.env.user).has_access("read") or not lines.has_access("read"):
                return request.redirect("/")
        return super().survey_print(survey_token, review=review, answer_token=answer_token, **post)
