import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_profile_decide_conflict", {
    steps: () => [
        {
            content: "both sides are shown: the customer's word",
            trigger: ".o_kanban_record:contains('Tour Bình') .o_crm_conflict_side:contains('Honda Vision'):contains('Stated by the customer')",
        },
        {
            content: "and the colleague's belief, which looks different",
            trigger: ".o_kanban_record:contains('Tour Bình') .o_crm_conflict_side:contains('Yamaha') .o_crm_badge_believed",
        },
        {
            content: "keep what the customer said",
            trigger: ".o_kanban_record:contains('Tour Bình') .o_crm_conflict_side:contains('Honda Vision') button[name=action_keep_left]",
            run: "click",
        },
        {
            content: "it is decided",
            trigger: ".o_kanban_view:not(:contains('Honda Vision'))",
        },
        {
            content: "the next one: in detail",
            trigger: ".o_kanban_record:contains('Giáo viên') .fw-bold:contains('Tour An')",
            run: "click",
        },
        { content: "neither is true", trigger: ".o_form_view button[name=action_both_wrong]", run: "click" },
        { content: "nothing is left to decide", trigger: ".o_kanban_view:not(:contains('Giáo viên'))" },
    ],
});
