import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("crm_survey_manager_churn_report", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { content: "Open the app", trigger: ".o_app[data-menu-xmlid='crm_survey.menu_root']", run: "click" },
        { content: "Reporting", trigger: "[data-menu-xmlid='crm_survey.menu_report']", run: "click" },
        { content: "Churn report", trigger: "[data-menu-xmlid='crm_survey.menu_report_churn_summary']", run: "click" },
        { content: "Three in four were in our hands", trigger: ".o_field_widget[name=body]:contains('75 %')" },
        { content: "Where they went", trigger: ".o_field_widget[name=body] td:contains('Xe Tam Đảo')" },
        { content: "Down to the interviews", trigger: "button[name=action_interviews]", run: "click" },
        { content: "The reasons as a table", trigger: ".o_pivot th:contains('Core service failure')" },
        {
            content: "Down to those who left because of it",
            trigger: ".o_pivot tr:contains('Core service failure') td.o_pivot_cell_value:first",
            run: "click",
        },
        {
            content: "Down to one of them",
            trigger: ".o_data_row:contains('Tour Customer') td[name=partner_id]",
            run: "click",
        },
        {
            content: "In the customer's words",
            trigger: ".o_field_widget[name=customer_note]:contains('Gọi mãi không ai nghe'), .o_field_widget[name=customer_note] textarea",
            run: ({ anchor }) => {
                if (!(anchor.value || anchor.textContent).includes("Gọi mãi không ai nghe")) {
                    throw new Error("The verbatim is not there");
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("crm_survey_code_verbatims", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { content: "Open the app", trigger: ".o_app[data-menu-xmlid='crm_survey.menu_root']", run: "click" },
        { content: "Sort verbatims", trigger: "[data-menu-xmlid='crm_survey.menu_code']", run: "click" },
        { content: "Eight wait", trigger: ".o_data_row:eq(7)" },
        { content: "Into the first", trigger: ".o_data_row:first td[name=tag_ids]", run: "click" },
        { content: "Type a code", trigger: ".o_data_row:first td[name=tag_ids] input", run: "edit Chờ" },
        { content: "Take it", trigger: ".o-autocomplete--dropdown-item:contains('Chờ lâu')", run: "click" },
        { content: "It is there", trigger: ".o_data_row:first td[name=tag_ids] .o_tag:contains('Chờ lâu')" },
        { content: "Save", trigger: ".o_list_button_save", run: "click" },
        { content: "Saved", trigger: ".o_list_view:not(:has(.o_selected_row))" },
    ],
});
