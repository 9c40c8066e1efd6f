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
