import { registry } from "@web/core/registry";

const next = { content: "Go on", trigger: "button[type=submit]:contains('Tiếp tục'):enabled", run: "click" };

registry.category("web_tour.tours").add("crm_survey_customer_phone", {
    steps: () => [
        {
            content: "The page fits the phone and speaks Vietnamese",
            trigger: "h1:contains('Lâu rồi chưa gặp')",
            run: () => {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The start page is wider than the phone");
                }
            },
        },
        { content: "Start", trigger: "button[value=start]:enabled", run: "click" },
        {
            content: "Say why",
            trigger: ".js_question-wrapper:contains('Lý do chính') label:contains('Chuyển nhà')",
            run: "click",
        },
        next,
        {
            content: "Say what was good",
            trigger: ".js_question-wrapper:contains('hài lòng điều gì') textarea",
            run: "edit Thợ làm kỹ",
        },
        next,
        { content: "Nothing was bad", trigger: ".js_question-wrapper:contains('chưa vừa ý') textarea" },
        next,
        {
            content: "Satisfied",
            trigger: ".js_question-wrapper:contains('Nhìn chung') label:contains('4')",
            run: "click",
        },
        next,
        {
            content: "Not elsewhere: the questions about the competitor are left out",
            trigger: ".js_question-wrapper:contains('nơi khác') label:contains('Không')",
            run: "click",
        },
        next,
        {
            content: "Eleven buttons fit the phone",
            trigger: ".js_question-wrapper:contains('giới thiệu') label:contains('9')",
            run: ({ anchor }) => {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The scale is wider than the phone");
                }
                anchor.click();
            },
        },
        next,
        {
            content: "Somebody needs us",
            trigger: ".js_question-wrapper:contains('đang cần đến') label:contains('Có')",
            run: "click",
        },
        next,
        {
            content: "Who it is: asked because of the yes",
            trigger: ".js_question-wrapper:contains('Là ai') textarea",
            run: "edit Chị Lan nhà bên",
        },
        next,
        {
            content: "By Zalo",
            trigger: ".js_question-wrapper:contains('liên lạc') label:contains('Zalo')",
            run: "click",
        },
        { content: "Send", trigger: "button[type=submit]:contains('Gửi'):enabled", run: "click" },
        { content: "Yes, send", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "Thanked", trigger: ".o_survey_finished:contains('Cảm ơn')" },
        {
            content: "The answers are not shown again",
            trigger: ".o_survey_finished:not(:has(.o_survey_review))",
        },
    ],
});

/** Choose a mark; every mark fits the phone and is large enough for a thumb. */
function mark(title, value) {
    return {
        content: `${value} for “${title}”`,
        trigger: `.js_question-wrapper:contains('${title}') input[type=radio][value='${value}']:not(:visible)`,
        run: ({ anchor }) => {
            if (document.documentElement.scrollWidth > window.innerWidth) {
                throw new Error(`The scale of “${title}” is wider than the phone`);
            }
            for (const label of anchor.closest("[role=radiogroup]").querySelectorAll("label")) {
                const { width, height } = label.getBoundingClientRect();
                if (Math.min(width, height) < 40) {
                    throw new Error(`A mark of “${title}” is ${width} × ${height} pixels small`);
                }
            }
            anchor.closest("label").click();
        },
    };
}

registry.category("web_tour.tours").add("crm_survey_customer_marks", {
    steps: () => [
        { content: "Start", trigger: "button[value=start]:enabled", run: "click" },
        mark("hài lòng thế nào", 2),
        next,
        {
            content: "Asked why, because of the bad mark",
            trigger: ".js_question-wrapper:contains('Điều gì chưa tốt') textarea",
            run: "edit Chờ lâu",
        },
        next,
        mark("dễ hay khó", 7),
        next,
        {
            content: "Done at once: nothing is left",
            trigger: ".js_question-wrapper:contains('xong ngay') label:contains('Có')",
            run: "click",
        },
        next,
        mark("giới thiệu", 0),
        next,
        {
            content: "No reminder",
            trigger: ".js_question-wrapper:contains('nhắc anh/chị') label:contains('Không')",
            run: "click",
        },
        next,
        {
            content: "The last question can be sent",
            trigger: ".js_question-wrapper:contains('mong muốn') textarea",
        },
        { content: "Send", trigger: "button[type=submit]:contains('Gửi'):enabled", run: "click" },
        { content: "Yes, send", trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "Thanked", trigger: ".o_survey_finished:contains('Cảm ơn')" },
    ],
});

registry.category("web_tour.tours").add("crm_survey_customer_declines", {
    steps: () => [
        {
            content: "Not this time",
            trigger: ".o_crm_survey_decline button:contains('Tôi không muốn trả lời')",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "Understood", trigger: ".o_crm_survey_message:contains('Cảm ơn')" },
    ],
});
