import { registry } from "@web/core/registry";

const { DateTime } = luxon;

registry.category("web_tour.tours").add("contact_preferences_phone_vi", {
    steps: () => [
        { content: "the page speaks Vietnamese", trigger: "h1:contains('Quý khách muốn nhận tin gì')" },
        {
            content: "nothing is wider than the phone",
            trigger: ".o_contact_preferences",
            run() {
                const root = document.scrollingElement;
                if (root.scrollWidth > root.clientWidth) {
                    throw new Error(`The page is ${root.scrollWidth} px wide`);
                }
            },
        },
        { content: "offers by e-mail, please", trigger: "label[for='ok-marketing-email']", run: "click" },
        { content: "no questions by SMS", trigger: "label[for='ok-survey-sms']", run: "click" },
        { content: "not before nine", trigger: "select#hour_from", run: "select 9" },
        { content: "nor after five", trigger: "select#hour_to", run: "select 17" },
        { content: "not on Sundays", trigger: "label[for='day-6']:contains('Chủ Nhật')", run: "click" },
        {
            content: "silence for ten days",
            trigger: "input#pause",
            run() {
                this.anchor.value = DateTime.now().plus({ days: 10 }).toISODate();
            },
        },
        {
            content: "save",
            trigger: "button[value=save]:contains('Lưu')",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "thanked", trigger: ".alert-success:contains('Cảm ơn')" },
        { content: "the choice is shown", trigger: ".o_contact_preferences_form:has(#ok-marketing-email:checked)" },
    ],
});
