import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_case_public", {
    steps: () => [
        { content: "who", trigger: ".o_service_report #email", run: "edit tour.customer@example.com" },
        { content: "what", trigger: "#issue", run: "edit Tour engine does not start" },
        { content: "more", trigger: "#text", run: "edit It only clicks" },
        { content: "send", trigger: ".o_service_report button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "thanked, and nothing else", trigger: ".o_service_thanks .alert-success" },
    ],
});

registry.category("web_tour.tours").add("service_case_colleague", {
    steps: () => [
        { content: "cards by status", trigger: ".o_kanban_record:contains('Tour engine')", run: "click" },
        { content: "the address is known", trigger: "button[name=action_take_suggested]", run: "click" },
        { content: "mine now", trigger: "button[name=action_take].btn-primary", run: "click" },
        { content: "assigned", trigger: ".o_arrow_button_current:contains('Assigned')" },
        { content: "a visit", trigger: "button[name=action_make_visit]", run: "click" },
        { content: "start", trigger: "button[name=action_start]", run: "click" },
        { content: "under way", trigger: ".o_arrow_button_current:contains('In Progress')" },
        { content: "finish", trigger: "button[name=action_finish].btn-primary", run: "click" },
        { content: "report", trigger: ".modal [name=note] textarea", run: "edit Battery charged" },
        { content: "done", trigger: ".modal button[name=action_done]", run: "click" },
        { content: "the visit is done", trigger: ".o_arrow_button_current:contains('Done')" },
        { content: "back to the case", trigger: ".o_back_button, .breadcrumb-item.o_back_button a", run: "click" },
        { content: "the report is proposed as solution", trigger: "[name=solution] textarea:value('Battery charged')" },
        { content: "solved", trigger: "button[name=action_solve]", run: "click" },
        { content: "it is", trigger: ".o_arrow_button_current:contains('Solved')" },
        { content: "for everybody", trigger: "button[name=action_write_answer]", run: "click" },
        { content: "publish", trigger: "button[name=action_publish]", run: "click" },
        { content: "published", trigger: ".o_arrow_button_current:contains('Published')" },
    ],
});
