import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_plan_coordinator", {
    steps: () => [
        { content: "the calendar is shown first", trigger: ".o_calendar_view .o_calendar_renderer" },
        { content: "cards by state", trigger: ".o_switch_view.o_kanban", run: "click" },
        { content: "open the visit", trigger: ".o_kanban_record:contains('59-X1 TOUR')", run: "click" },
        { content: "start", trigger: "button[name=action_start]", run: "click" },
        {
            content: "in progress; finish it",
            trigger: ".o_arrow_button_current:contains('In Progress')",
        },
        { content: "finish", trigger: "button[name=action_finish].btn-primary", run: "click" },
        {
            content: "tick the checklist",
            trigger: ".modal .o_service_checklist .o_data_row .o_boolean_toggle input",
            run: "click",
        },
        { content: "read the meter", trigger: ".modal [name=meter] input", run: "edit 5200" },
        { content: "report", trigger: ".modal [name=note] textarea", run: "edit Oil changed" },
        { content: "done", trigger: ".modal button[name=action_done]", run: "click" },
        { content: "the next day is shown at once", trigger: ".o_notification:contains('next service')" },
        { content: "and on the visit", trigger: ".alert-success:contains('Next service')" },
        { content: "the state is done", trigger: ".o_arrow_button_current:contains('Done')" },
    ],
});

registry.category("web_tour.tours").add("service_plan_customer_vi", {
    steps: () => [
        {
            content: "my vehicles",
            trigger: "a[href='/my/assets']:contains('Xe và thiết bị của tôi')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "one of them",
            trigger: ".o_service_asset_card:contains('59-X1 TOUR')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "its next visit",
            trigger: ".o_service_visit_card:contains('Chờ xác nhận')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "no sideways scrolling on a phone",
            trigger: ".o_service_visit_page",
            run: () => {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen");
                }
            },
        },
        {
            content: "confirm",
            trigger: ".o_service_confirm:contains('Xác nhận')",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "thanked", trigger: ".alert-success:contains('Cảm ơn')" },
        { content: "no longer to be confirmed", trigger: ".o_service_visit_page:not(:has(.o_service_confirm))" },
    ],
});

const noSidewaysScrolling = {
    content: "no sideways scrolling on a phone",
    trigger: "body",
    run: () => {
        if (document.documentElement.scrollWidth > window.innerWidth) {
            throw new Error("The page is wider than the screen");
        }
    },
};

registry.category("web_tour.tours").add("service_plan_coordinator_week", {
    steps: () => [
        { content: "cards by state", trigger: ".o_switch_view.o_kanban", run: "click" },
        { content: "open the visit", trigger: ".o_kanban_record:contains('59-X1 TOUR')", run: "click" },
        { content: "who fits?", trigger: "button[name=action_candidates]", run: "click" },
        { content: "with reasons", trigger: ".modal .o_data_row:contains('of this branch')" },
        { content: "take the best", trigger: ".modal .o_data_row:first button[name=action_take]", run: "click" },
        { content: "in charge", trigger: "body:not(:has(.modal)) [name=user_id] input:value('Thợ Lành')" },
        { content: "schedule", trigger: "button[name=action_schedule]", run: "click" },
        { content: "scheduled", trigger: ".o_arrow_button_current:contains('Scheduled')" },
        {
            content: "planning",
            trigger: "button[data-menu-xmlid='crm_service_plan.menu_planning']",
            run: "click",
        },
        { content: "level", trigger: "a[data-menu-xmlid='crm_service_plan.menu_level']", run: "click" },
        { content: "propose", trigger: ".modal button[name=action_propose]", run: "click" },
        { content: "with reasons", trigger: ".modal .o_data_row:contains('its window is')" },
        { content: "accept all", trigger: ".modal button[name=action_accept_all]", run: "click" },
        { content: "moved", trigger: ".modal .o_data_row:contains('Moved')" },
        { content: "close", trigger: ".modal button[special=cancel]", run: "click" },
        { content: "closed", trigger: "body:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("service_plan_technician", {
    steps: () => [
        { content: "my day", trigger: ".o_service_my_day .o_kanban_record:contains('59-X1 TOUR')" },
        noSidewaysScrolling,
        { content: "start", trigger: ".o_kanban_record button:contains('Start')", run: "click" },
        { content: "under way", trigger: ".o_kanban_record button:contains('Finish')" },
        { content: "open it", trigger: ".o_kanban_record:contains('59-X1 TOUR') .fw-bold.fs-4", run: "click" },
        { content: "the clock runs", trigger: ".alert:contains('The clock has been running')" },
        noSidewaysScrolling,
        { content: "tick the checklist", trigger: "[name=line_ids] .o_data_row .o_boolean_toggle input", run: "click" },
        { content: "finish", trigger: "button[name=action_finish].btn-primary", run: "click" },
        { content: "read the meter", trigger: ".modal [name=meter] input", run: "edit 5200" },
        { content: "hours", trigger: ".modal [name=hours] input", run: "edit 1:30" },
        { content: "report", trigger: ".modal [name=note] textarea", run: "edit Chain is worn" },
        { content: "done", trigger: ".modal button[name=action_done]", run: "click" },
        { content: "the next day is shown", trigger: ".alert-success:contains('Next service')" },
    ],
});

registry.category("web_tour.tours").add("service_plan_customer_slot_vi", {
    steps: () => [
        { content: "in Vietnamese", trigger: ".o_service_confirm:contains('Xác nhận')" },
        {
            content: "another time",
            trigger: ".o_service_slots",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "free ones", trigger: ".o_service_slot_page .o_service_slot:contains('10:00')" },
        noSidewaysScrolling,
        {
            content: "this one",
            trigger: ".o_service_slot_day:first .o_service_slot:contains('10:00')",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "thanked", trigger: ".o_service_visit_page .alert-success" },
        { content: "at ten", trigger: ".o_service_visit_page:contains('10:00')" },
    ],
});
