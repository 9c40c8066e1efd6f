import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * Choose a record of a relation by typing its name.
 *
 * @param {string} field
 * @param {string} name
 * @param {string} [within]
 */
function choose(field, name, within = ".o_form_view") {
    return [
        { content: `Type ${name}`, trigger: `${within} .o_field_widget[name=${field}] input`, run: `edit ${name}` },
        { content: `Take ${name}`, trigger: `.o-autocomplete--dropdown-item:contains("${name}")`, run: "click" },
    ];
}

const page = (name) => ({ content: `Page ${name}`, trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });
const addStep = {
    content: "Add a step",
    trigger: ".o_field_widget[name=step_ids] .o_field_x2many_list_row_add a, .o_field_widget[name=step_ids] .o_field_x2many_list_row_add button",
    run: "click",
};

registry.category("web_tour.tours").add("crm_survey_make_program", {
    steps: () => [
        ...stepUtils.goToAppSteps("crm_survey.menu_root", "Open the surveys"),
        { content: "Asking", trigger: "[data-menu-xmlid='crm_survey.menu_asking']", run: "click" },
        { content: "Programs", trigger: "[data-menu-xmlid='crm_survey.menu_program']", run: "click" },
        { content: "A new one", trigger: ".o_kanban_view .o-kanban-button-new", run: "click" },
        { content: "Its name", trigger: ".oe_title .o_field_widget[name=name] :is(input, textarea)", run: "edit Quiet in autumn" },
        ...choose("survey_id", "We miss you"),
        { content: "The start: customers who turn quiet", trigger: ".o_field_widget[name=trigger]:visible" },
        page("who"),
        ...choose("stage_ids", "Quiet"),
        page("steps"),
        addStep,
        {
            content: "By e-mail first",
            trigger: ".o_field_widget[name=step_ids] .o_selected_row .o_field_widget[name=channel_id] input",
        },
        addStep,
        ...choose("channel_id", "Phone", ".o_field_widget[name=step_ids] .o_data_row:eq(1)"),
        {
            content: "A week later",
            trigger: ".o_field_widget[name=step_ids] .o_selected_row .o_field_widget[name=days] input",
            run: "edit 7",
        },
        page("how_much"),
        {
            content: "So many answers are wanted",
            trigger: ".o_field_widget[name=target_mode] .o_radio_item:contains('So many answers') input",
            run: "click",
        },
        {
            content: "Twenty",
            trigger: ".o_field_widget[name=target_number] input",
            run: "edit 20",
        },
        {
            content: "What would happen to one customer?",
            trigger: "button[name=action_preview]:enabled",
            run: "click",
        },
        ...choose("partner_id", "Quiet One", ".modal"),
        { content: "Not yet", trigger: ".modal .o_field_widget[name=text]:contains('The program is not running')" },
        { content: "What would be asked", trigger: ".modal .o_field_widget[name=text] ol li:nth-child(3)" },
        { content: "Enough seen", trigger: ".modal-footer button.btn-secondary", run: "click" },
        { content: "Start", trigger: "body:not(:has(.modal)) button[name=action_activate]:enabled", run: "click" },
        {
            content: "Three customers are quiet today",
            trigger: ".modal .o_field_widget[name=current_count]:contains(/^3$/)",
        },
        { content: "Nobody is asked unless we say so", trigger: ".modal .o_field_widget[name=now_reach]:contains(/^0$/)" },
        { content: "Ask them, too", trigger: ".modal .o_field_widget[name=include_current] input", run: "click" },
        { content: "All three can be reached now", trigger: ".modal .o_field_widget[name=now_reach]:contains(/^3$/)" },
        {
            content: "What limits it",
            trigger: ".modal .o_field_widget[name=limits]:contains('20 answers are needed')",
        },
        { content: "Go", trigger: ".modal button[name=action_confirm]", run: "click" },
        {
            content: "It runs",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current[data-value=running]",
        },
        { content: "Three wait for it", trigger: ".o_field_widget[name=waiting_count]:contains('3')" },
    ],
});
