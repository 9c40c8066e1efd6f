import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const goOn = {
    content: "Go on",
    trigger: ".o_survey_form button[type=submit]:contains('Continue'):enabled",
    run: "click",
};
const asked = (text) => `.js_question-wrapper:contains("${text}")`;

registry.category("web_tour.tours").add("crm_survey_interviewer", {
    steps: () => [
        ...stepUtils.goToAppSteps("crm_survey.menu_root", "Open the surveys"),
        {
            content: "To the call queue",
            trigger: "[data-menu-xmlid='crm_survey.menu_queue']",
            run: "click",
        },
        {
            content: "The queue says who and why",
            trigger: ".o_list_view .o_data_row:contains('Nobody There')",
        },
        { content: "Call the first", trigger: ".o_control_panel button:contains('Next call')", run: "click" },
        {
            content: "Nobody answers: one key",
            trigger: ".modal:contains('Nobody There') button[data-hotkey='n']",
            run: "click",
        },
        {
            content: "The next dialog is there: call back",
            trigger: ".modal:contains('Busy Bee') button[data-hotkey='c']",
            run: "click",
        },
        {
            content: "The third one talks",
            trigger: ".modal:contains('Talks Gladly') button[data-hotkey='f']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The script is there",
            trigger: ".o_crm_survey_intro:contains('May I speak with Talks Gladly')",
        },
        { content: "Start", trigger: "button[value=start]:enabled", run: "click" },
        {
            content: "Say why",
            trigger: `${asked("main reason")} label:contains('No need at the moment')`,
            run: "click",
        },
        goOn,
        { content: "What was good", trigger: `${asked("what did you like")} textarea`, run: "edit Good craftsmen" },
        goOn,
        { content: "Nothing was bad", trigger: `${asked("what did you not like")} textarea` },
        goOn,
        { content: "Satisfied", trigger: `${asked("how satisfied")} label:contains('5')`, run: "click" },
        goOn,
        { content: "Nowhere else", trigger: `${asked("buy elsewhere")} label:contains('No')`, run: "click" },
        goOn,
        { content: "Recommends us", trigger: `${asked("recommend")} label:contains('9')`, run: "click" },
        goOn,
        { content: "Nobody to refer", trigger: `${asked("need us now")} label:contains('No')`, run: "click" },
        goOn,
        { content: "By phone", trigger: `${asked("keep in touch")} label:contains('By phone')`, run: "click" },
        {
            content: "Send",
            trigger: ".o_survey_form button[type=submit]:contains('Submit'):enabled",
            run: "click",
        },
        { content: "Yes, send", trigger: ".modal-footer .btn-primary", run: "click" },
        {
            content: "Complete: back to the queue",
            trigger: ".o_survey_finished .o_crm_survey_back",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "Called and done", trigger: ".o_list_view:not(:contains('Talks Gladly'))" },
    ],
});
