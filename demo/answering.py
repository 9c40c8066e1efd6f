"""How a customer fills in a questionnaire, question by question, as the web page would save it."""

from odoo import fields

#: question code -> what people write
WORDS = {
    "liked": ["Thợ làm kỹ, giá rõ ràng.", "Nhân viên dễ thương.", "Gần nhà, làm nhanh.", "Bảo hành đàng hoàng."],
    "disliked": ["Thứ bảy chờ lâu quá.", "Không có chỗ đậu xe.", "Ít khi nhắn nhắc lịch.", "Không có gì."],
    "competitor": ["Head Hoàng Long", "Tiệm sửa xe Anh Tư", "Garage Thành Phát"],
    "competitor_likes": ["Mở cửa chủ nhật.", "Rẻ hơn vài chục ngàn.", "Có nước uống, máy lạnh."],
    "bring_back": ["Mở cửa sáng chủ nhật.", "Giảm giá gói bảo dưỡng.", "Nhắn tin khi tới kỳ thay nhớt."],
    "words": ["Tiệm làm được, chỉ là không còn tiện."],
    "recommend_why": ["Thợ làm kỹ, giá rõ ràng.", "Nhân viên nhớ tên khách, dễ thương.", "Làm nhanh, gần nhà."],
    "recommend_best": ["Mở cửa sáng chủ nhật.", "Nhắn tin khi tới kỳ thay nhớt.", "Bớt phải chờ ngày thứ bảy."],
    "trend": ["Chắc vẫn như năm nay.", "Sang năm đi nhiều hơn, xe cần bảo dưỡng kỹ hơn.", "Đang tính đổi qua xe điện."],
    "missing": ["Chỗ ngồi chờ mát hơn, có nước uống.", "Chưa có dịch vụ tới nhà lấy xe.", "Thiếu chỗ đậu xe."],
    "loss": ["Tôi phải tìm tiệm khác, mất thời gian lắm.", "Tiếc vì thợ ở đây biết xe của tôi."],
    "next": ["Thêm hai xe giao hàng.", "Thay vỏ và nhông sên dĩa cả đội."],
    "need": ["Một xe tay ga đi làm hằng ngày, cốp rộng.", "Xe số bền cho con đi học."],
    "current": ["Wave Alpha 2014, máy còn tốt.", "Vision 2017, hay hỏng vặt."],
    "deal_breaker": ["Chờ giao xe quá hai tuần.", "Giá cao hơn giá niêm yết."],
    "questions": ["Có nhận xe cũ đổi xe mới không?", "Trả góp cần giấy tờ gì?"],
}
#: What is said instead by somebody who is not content.
POOR_WORDS = {
    "recommend_why": ["Nhân viên quầy trả lời cộc lốc.", "Thay phanh xong vẫn kêu.", "Chờ gần hai tiếng mới tới lượt."],
    "recommend_best": ["Làm đúng giờ hẹn, đừng để khách chờ.", "Thợ kiểm tra kỹ trước khi giao xe."],
}
#: question code -> numbers that can be said
NUMBERS = {"budget": [28_000_000, 35_000_000, 42_000_000], "share": [40, 60, 80, 90]}
OTHER_WORDS = ["Không có ý kiến gì thêm.", "Cảm ơn tiệm đã hỏi thăm."]
#: question code -> label codes, the more often the more likely
CHOICES = {
    "reason": ["natural", "moved", "changed_job", "forgot", "forgot", "income", "competitor", "dissatisfied"],
    "elsewhere": ["no", "no", "yes"],
    "when": ["now", "quarter", "quarter"],
}
COMMENTS = {
    "natural": "Dạo này xe ít đi nên chưa tới kỳ.",
    "moved": "Tôi mới chuyển nhà qua Gò Vấp, hơi xa tiệm.",
    "changed_job": "Giờ tôi đi làm bằng xe công ty.",
    "forgot": "Bận quá nên quên luôn, để cuối tuần ghé.",
    "dissatisfied": "Lần trước thay phanh xong vẫn kêu.",
}


def answer(invitation, rnd, leaver=None, by=None, mood=""):
    """Start, answer every question that applies, and finish: what lies in between is the survey's own code.

    :param invitation: ``crm.survey.invitation`` with a link
    :param rnd: random.Random
    :param leaver: (reason code, competitor, words) for a churn interview
    :param by: who fills in for the customer on the phone
    :param mood: fine, poor, or straight (one and the same answer to all points); else as it comes
    """
    env = invitation.env
    # As on the page: the public user with the token, everything else as superuser.
    invitation.sudo()._ensure_links(fields.Datetime.now())
    user_input = invitation.sudo().user_input_id.with_user(by or env.ref("base.public_user")).sudo()
    user_input._mark_in_progress()
    for question in user_input.predefined_question_ids:
        if question in user_input._get_inactive_conditional_questions():
            continue
        value, comment = _value(question, rnd, leaver, mood)
        if value:
            user_input._save_lines(question, value, comment)
    user_input._mark_done()


def _value(question, rnd, leaver, mood):
    """(value as the page sends it, comment or None)."""
    kind, labels = question.question_type, question.suggested_answer_ids
    if kind == "simple_choice":
        label = _label(question, rnd, leaver)
        return label.id, COMMENTS.get(label.code) if question.comments_allowed and not leaver else None
    if kind == "multiple_choice":
        return rnd.sample(labels.ids, min(len(labels), rnd.choice([1, 1, 2]))), None
    if kind == "matrix":
        if mood == "straight":
            return {str(row.id): labels[1:2].ids for row in question.matrix_row_ids}, None
        half = len(labels) // 2
        # The best label comes first.
        good = labels[: half + 1] if leaver or mood == "fine" else labels[half:] if mood else labels
        return {str(row.id): [rnd.choice(good.ids)] for row in question.matrix_row_ids}, None
    if kind == "scale":
        low, high = question.scale_min, question.scale_max
        if mood == "poor":
            low, high = low, low + max(1, (high - low) // 2)
        elif mood:
            low, high = max(low, high - 2), high
        else:
            low, high = (low, max(low, high - 3)) if leaver else (max(low, high - 4), high)
        return str(rnd.randint(low, high)), None
    if kind in ("char_box", "text_box"):
        return _words(question, rnd, leaver, mood), None
    if kind == "numerical_box":
        known = NUMBERS.get(question.code)
        return str(rnd.choice(known) if known else rnd.randint(1, 20)), None
    return None, None


def _label(question, rnd, leaver):
    wanted = rnd.choice(CHOICES.get(question.code, [""]))
    if leaver:
        wanted = {
            "primary_reason": leaver[0],
            "elsewhere": "yes" if leaver[1] else "no",
            "cause": "no" if leaver[0] == "circumstances" else "yes",
        }.get(question.code, wanted)
    labels = question.suggested_answer_ids
    if leaver and question.code == "secondary_reason":
        labels = labels.filtered(lambda label: label.code != leaver[0])
    return labels.filtered(lambda label: label.code == wanted)[:1] or rnd.choice(labels)


def _words(question, rnd, leaver, mood):
    if question.validation_email or question.save_as_email:
        return None
    if leaver and question.code in ("competitor", "words"):
        return leaver[1] if question.code == "competitor" else leaver[2]
    words = POOR_WORDS if mood == "poor" and question.code in POOR_WORDS else WORDS
    return rnd.choice(words.get(question.code, OTHER_WORDS))
