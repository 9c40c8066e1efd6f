import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_care_relative", {
    steps: () => [
        { content: "A new occasion", trigger: ".o_list_button_add, .o-kanban-button-new", run: "click" },
        { content: "Whose customer", trigger: ".o_field_widget[name=partner_id] input", run: "edit Nguyễn Thị Lan" },
        {
            content: "Choose her",
            trigger: ".o-autocomplete--dropdown-item:contains('Nguyễn Thị Lan')",
            run: "click",
        },
        { content: "Day", trigger: ".o_field_widget[name=day] input", run: "edit 8" },
        { content: "Month", trigger: ".o_field_widget[name=month] input", run: "edit 11" },
        { content: "A relative", trigger: ".o_field_widget[name=whose] input[data-value=relative]", run: "click" },
        { content: "Name", trigger: ".o_field_widget[name=relative_name] input", run: "edit Minh" },
        {
            content: "Her son",
            trigger: ".o_field_widget[name=relation] input, .o_field_widget[name=relation] select",
            run: function (helpers) {
                if (helpers.anchor.tagName === "SELECT") {
                    return helpers.select('"child"');
                }
                return helpers.click();
            },
        },
        {
            content: "Child",
            trigger: ".o_select_menu_item:contains('Child'), .o_field_widget[name=relation] select",
            run: function (helpers) {
                if (helpers.anchor.tagName !== "SELECT") {
                    return helpers.click();
                }
            },
        },
        {
            content: "Who agreed",
            trigger: ".o_field_widget[name=consent] input, .o_field_widget[name=consent] select",
            run: function (helpers) {
                if (helpers.anchor.tagName === "SELECT") {
                    return helpers.select('"representative"');
                }
                return helpers.click();
            },
        },
        {
            content: "A parent",
            trigger: ".o_select_menu_item:contains('guardian'), .o_field_widget[name=consent] select",
            run: function (helpers) {
                if (helpers.anchor.tagName !== "SELECT") {
                    return helpers.click();
                }
            },
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        { content: "It says what will go when", trigger: ".alert-info:contains('a greeting goes by e-mail')" },
        { content: "The message", trigger: ".o_notebook .nav-link:contains('Message')", run: "click" },
        { content: "To be read beforehand", trigger: ".o_field_widget[name=preview_body]:contains('Minh')" },
    ],
});
