// The whole loop as a salesperson sees it. `window.loop` holds what the test looked up: the customer's name, the words of
// the reason, what the customer answered, and the plate of the vehicle whose visit is due.
const { registry } = odoo.loader.modules.get("@web/core/registry");
const { customer, reason, answer, plate } = window.loop;

const openApp = (xmlid) => [
    { content: "all apps", trigger: ".o_navbar_apps_menu button", run: "click" },
    { content: `app ${xmlid}`, trigger: `.o_app[data-menu-xmlid='${xmlid}']`, run: "click" },
];

registry.category("web_tour.tours").add("lifecycle_loop", {
    steps: () => [
        { content: "customers stand in their stages", trigger: ".o_kanban_group:contains('Gone quiet')" },
        {
            content: "one of them fell quiet; open them",
            trigger: `.o_kanban_group:contains('Gone quiet') .o_kanban_record:contains("${customer}")`,
            run: "click",
        },
        { content: "the stage on the customer", trigger: "[name=lifecycle_stage_id]:contains('Gone quiet')" },
        { content: "and why", trigger: `[name=lifecycle_reason]:contains("${reason}")` },
        { content: "what is known of them", trigger: ".o_notebook a.nav-link[name=profile]", run: "click" },
        { content: "the answer is a fact", trigger: `[name=profile_html]:contains("${answer}")` },
        ...openApp("crm_survey.menu_root"),
        { content: "asking", trigger: "[data-menu-xmlid='crm_survey.menu_asking']", run: "click" },
        { content: "invitations", trigger: "[data-menu-xmlid='crm_survey.menu_invitation']", run: "click" },
        {
            content: "the invitation to the customer",
            trigger: `.o_list_view .o_data_row:contains("${customer}") .o_data_cell[name=partner_id]`,
            run: "click",
        },
        { content: "was sent", trigger: ".o_form_view [name=sent_on]:not(.o_invisible_modifier)" },
        { content: "and answered", trigger: ".o_arrow_button_current:contains('Answered')" },
        ...openApp("crm_service_plan.menu_root"),
        { content: "visits", trigger: "[data-menu-xmlid='crm_service_plan.menu_visits']", run: "click" },
        { content: "in the calendar", trigger: ".o_calendar_view .o_calendar_renderer" },
        { content: "as cards", trigger: ".o_switch_view.o_kanban", run: "click" },
        { content: "the visit that is due", trigger: `.o_kanban_record:contains("${plate}")`, run: "click" },
        { content: "finish it", trigger: "button[name=action_finish]:visible", run: "click" },
        { content: "hours worked", trigger: ".modal [name=hours] input", run: "edit 0:45" },
        { content: "report", trigger: ".modal [name=note] textarea", run: "edit Xe chạy tốt, hẹn kỳ sau." },
        { content: "done", trigger: ".modal button[name=action_done]", run: "click" },
        { content: "the state is done", trigger: ".o_arrow_button_current:contains('Done')" },
        { content: "and the next is dated", trigger: ".alert-success:contains('Next service')" },
    ],
});
