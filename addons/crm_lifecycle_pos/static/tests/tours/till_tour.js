import { registry } from "@web/core/registry";

const INPUT = ".modal .modal-header input";
const FOUND = ".modal .partner-list b:contains(Nguyễn Thị Đào)";

function look(text) {
    return [
        { content: `type ${text}`, trigger: INPUT, run: `edit ${text}` },
        { content: "look for it", trigger: INPUT, run: "press Enter" },
    ];
}

registry.category("web_tour.tours").add("crm_lifecycle_pos_till", {
    steps: () => [
        { content: "begin", trigger: ".screen-login .open-register-btn", run: "click" },
        { content: "choose a customer", trigger: ".product-screen .set-partner", run: "click" },
        ...look("nguyen thi dao"),
        { content: "found without accents", trigger: FOUND },
        ...look("0901 234 567"),
        { content: "found by the number as it is dialled", trigger: FOUND },
        ...look("0977 123 456"),
        { content: "nobody", trigger: ".modal:contains(No customers found)" },
        { content: "a new one", trigger: ".modal button[aria-label='Add a customer']", run: "click" },
        {
            content: "the number is there already",
            trigger: ".modal .o_field_widget[name=phone] input:value(+84 977 123 456)",
        },
    ],
});
