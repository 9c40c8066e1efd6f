import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * Choose a record of a relation by typing the beginning of its name.
 *
 * @param {string} field
 * @param {string} name
 */
function choose(field, name) {
    return [
        {
            content: `Type ${name}`,
            trigger: `.o_field_widget[name=${field}] input`,
            run: `edit ${name}`,
        },
        {
            content: `Take ${name}`,
            trigger: `.o-autocomplete--dropdown-item:contains("${name}")`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("crm_survey_churn_interview", {
    steps: () => [
        ...stepUtils.goToAppSteps("crm_survey.menu_root", "Open the surveys"),
        {
            content: "Who left",
            trigger: "[data-menu-xmlid='crm_survey.menu_churn']",
            run: "click",
        },
        {
            content: "The customer waits to be asked",
            trigger: ".o_kanban_record:contains('Leaver of the Tour')",
            run: "click",
        },
        {
            content: "Two sides, each with its own head",
            trigger: ".o_churn_customer .o_churn_head:contains('The customer says')",
        },
        {
            content: "Nobody decides before a reason is known",
            trigger: ".o_form_view:not(:has(button[name=action_confirm_ended]))",
        },
        ...choose("salesperson_reason_id", "Pricing"),
        {
            content: "What we think of it",
            trigger: ".o_churn_us .o_field_widget[name=salesperson_note] textarea",
            run: "edit They found us too dear",
        },
        {
            content: "Nothing is sold while the customer is heard",
            trigger: ".o_form_view:not(:has(button[name=action_win_back]))",
        },
        ...choose("primary_reason_id", "Response to failure"),
        { content: "They may be won back", trigger: ".o_churn_us label:contains('High')", run: "click" },
        {
            content: "We disagree, and see it",
            trigger: ".o_churn_us .o_field_widget[name=agreement]:contains('We disagree')",
        },
        {
            content: "Confirm the end",
            trigger: "button[name=action_confirm_ended]",
            run: "click",
        },
        {
            content: "It is decided",
            trigger: ".o_field_widget[name=outcome]:contains('Ended, confirmed')",
        },
        { content: "Win them back", trigger: "button[name=action_win_back]", run: "click" },
        {
            content: "The opportunity is there",
            trigger: ".o_form_view .o_field_widget[name=name] textarea, .o_form_view .o_field_widget[name=name] input",
        },
        {
            content: "Tagged as what it is",
            trigger: ".o_field_widget[name=tag_ids]:contains('Win back')",
        },
    ],
});
