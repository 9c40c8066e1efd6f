import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("contact_policy_log_visit", {
    steps: () => [
        { content: "my call list", trigger: ".o_list_view .o_data_row:contains('Hẹn ghé thăm')" },
        {
            content: "log it",
            trigger: ".o_data_row:contains('Hẹn ghé thăm') button[name=action_log]",
            run: "click",
        },
        { content: "it was a visit", trigger: ".modal [name=channel_id] .o_radio_item:contains('Visit') input", run: "click" },
        { content: "what they cared about", trigger: ".modal [name=cared_about] textarea", run: "edit Giá và bảo hành" },
        { content: "what they asked", trigger: ".modal [name=asked] textarea", run: "edit Có trả góp không" },
        { content: "the next one", trigger: ".modal [name=next_kind] label:contains('A meeting')", run: "click" },
        {
            content: "when",
            trigger: ".modal [name=next_date] input, .modal [name=next_date] button",
            run: "click",
        },
        { content: "tomorrow or so", trigger: ".modal [name=next_date] input", run: "edit 12/15/2037 10:00:00" },
        { content: "about", trigger: ".modal [name=next_subject] input", run: "edit Ký hợp đồng" },
        { content: "save", trigger: ".modal button[name=action_save]", run: "click" },
        { content: "said so", trigger: ".o_notification:contains('Written down')" },
        { content: "the meeting is in the list", trigger: ".o_data_row:contains('Ký hợp đồng')" },
    ],
});
