"""How a customer fills in a questionnaire, question by question, as the web page would save it."""

COMMENTS = [
    "Xe ít đi nên chưa tới kỳ.",
    "Tôi mới chuyển nhà qua Gò Vấp, hơi xa tiệm.",
    "Dạo này công việc bận, chưa ghé được.",
    "Tiệm làm kỹ, nhưng cuối tuần chờ lâu.",
    "Nhân viên dễ thương, giá rõ ràng.",
    "Mong tiệm nhắn trước khi tới kỳ thay nhớt.",
]


def answer(invitation, rnd, leaver=None):
    """Start, answer every question that applies, and finish: what lies in between is the survey's own code.

    :param invitation: ``crm.survey.invitation`` with a link
    :param rnd: random.Random
    :param leaver: (reason code, competitor, words) for a churn interview
    """
    env = invitation.env
    # As on the page: the public user with the token, everything else as superuser.
    user_input = invitation.user_input_id.with_user(env.ref("base.public_user")).sudo()
    user_input._mark_in_progress()
    for question in user_input.predefined_question_ids:
        if question in user_input._get_inactive_conditional_questions():
            continue
        value, comment = _value(question, rnd, leaver)
        if value:
            user_input._save_lines(question, value, comment)
    user_input._mark_done()


def _value(question, rnd, leaver):
    """(value as the page sends it, comment or None)."""
    labels = question.suggested_answer_ids
    if question.question_type == "simple_choice":
        wanted = labels.filtered(lambda label: leaver and label.code == leaver[0])
        comment = leaver[1] if leaver and question.target_churn == "competitor_id" else None
        return (wanted[:1] or rnd.choice(labels)).id, comment
    if question.question_type == "multiple_choice":
        return rnd.sample(labels.ids, min(len(labels), rnd.choice([1, 1, 2]))), None
    if question.question_type == "matrix":
        return {str(row.id): [rnd.choice(labels.ids)] for row in question.matrix_row_ids}, None
    if question.question_type == "scale":
        low = question.scale_min if not leaver else question.scale_min
        return str(rnd.randint(max(low, question.scale_max - (4 if not leaver else 7)), question.scale_max)), None
    if question.question_type in ("char_box", "text_box"):
        return _words(question, rnd, leaver), None
    if question.question_type == "numerical_box":
        return str(rnd.randint(1, 20)), None
    return None, None


def _words(question, rnd, leaver):
    if question.validation_email or question.save_as_email:
        return None
    if leaver:
        return leaver[1] if question.target_churn == "competitor_id" else leaver[2]
    if question.target_kind == "competitor":
        return rnd.choice(["Head Hoàng Long", "Tiệm sửa xe Anh Tư"])
    return rnd.choice(COMMENTS)
