"""How a customer fills in a questionnaire, question by question, as the web page would save it."""

#: question code -> what people write
WORDS = {
    "liked": ["Thợ làm kỹ, giá rõ ràng.", "Nhân viên dễ thương.", "Gần nhà, làm nhanh.", "Bảo hành đàng hoàng."],
    "disliked": ["Thứ bảy chờ lâu quá.", "Không có chỗ đậu xe.", "Ít khi nhắn nhắc lịch.", "Không có gì."],
    "competitor": ["Head Hoàng Long", "Tiệm sửa xe Anh Tư", "Garage Thành Phát"],
    "competitor_likes": ["Mở cửa chủ nhật.", "Rẻ hơn vài chục ngàn.", "Có nước uống, máy lạnh."],
    "bring_back": ["Mở cửa sáng chủ nhật.", "Giảm giá gói bảo dưỡng.", "Nhắn tin khi tới kỳ thay nhớt."],
    "words": ["Tiệm làm được, chỉ là không còn tiện."],
}
OTHER_WORDS = ["Không có ý kiến gì thêm.", "Cảm ơn tiệm đã hỏi thăm."]
#: question code -> label codes, the more often the more likely
CHOICES = {
    "reason": ["natural", "moved", "changed_job", "forgot", "forgot", "income", "competitor", "dissatisfied"],
    "elsewhere": ["no", "no", "yes"],
}
COMMENTS = {
    "natural": "Dạo này xe ít đi nên chưa tới kỳ.",
    "moved": "Tôi mới chuyển nhà qua Gò Vấp, hơi xa tiệm.",
    "changed_job": "Giờ tôi đi làm bằng xe công ty.",
    "forgot": "Bận quá nên quên luôn, để cuối tuần ghé.",
    "dissatisfied": "Lần trước thay phanh xong vẫn kêu.",
}


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
    kind, labels = question.question_type, question.suggested_answer_ids
    if kind == "simple_choice":
        label = _label(question, rnd, leaver)
        return label.id, COMMENTS.get(label.code) if question.comments_allowed and not leaver else None
    if kind == "multiple_choice":
        return rnd.sample(labels.ids, min(len(labels), rnd.choice([1, 1, 2]))), None
    if kind == "matrix":
        good = labels[: len(labels) // 2 + 1] if leaver else labels
        return {str(row.id): [rnd.choice(good.ids)] for row in question.matrix_row_ids}, None
    if kind == "scale":
        low, high = question.scale_min, question.scale_max
        low, high = (low, max(low, high - 3)) if leaver else (max(low, high - 4), high)
        return str(rnd.randint(low, high)), None
    if kind in ("char_box", "text_box"):
        return _words(question, rnd, leaver), None
    return (str(rnd.randint(1, 20)), None) if kind == "numerical_box" else (None, None)


def _label(question, rnd, leaver):
    wanted = rnd.choice(CHOICES.get(question.code, [""]))
    if leaver:
        wanted = {
            "primary_reason": leaver[0],
            "elsewhere": "yes" if leaver[1] else "no",
            "cause": "no" if leaver[0] == "circumstances" else "yes",
        }.get(question.code, wanted)
    labels = question.suggested_answer_ids
    return labels.filtered(lambda label: label.code == wanted)[:1] or rnd.choice(labels)


def _words(question, rnd, leaver):
    if question.validation_email or question.save_as_email:
        return None
    if leaver and question.code in ("competitor", "words"):
        return leaver[1] if question.code == "competitor" else leaver[2]
    return rnd.choice(WORDS.get(question.code, OTHER_WORDS))
