import { registry } from "@web/core/registry";

const menu = (content, xmlid) => ({ content, trigger: `[data-menu-xmlid='crm_lifecycle.${xmlid}']`, run: "click" });
const card = (stage) => `.o_kanban_group:contains('${stage}') .o_kanban_record:contains('Khách Thử Tay')`;

/** Note on the page what the server answers to the next printing: a file is no page a tour could look at. */
function watchPrinting() {
    const { XMLHttpRequest } = window;
    const open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, url) {
        if (String(url).includes("/report/download")) {
            XMLHttpRequest.prototype.open = open;
            this.addEventListener("load", () => {
                const file = this.getResponseHeader("Content-Disposition") || "";
                document.body.dataset.printed = `${this.status} ${file}`;
            });
        }
        return open.apply(this, arguments);
    };
}

registry.category("web_tour.tours").add("crm_lifecycle_by_hand", {
    steps: () => [
        { content: "a new customer", trigger: card("New"), run: "drag_and_drop(.o_kanban_group:contains('Gone quiet'))" },
        { content: "to which stage", trigger: ".modal [name=stage_id] .o_radio_item:contains('Gone quiet') input:checked" },
        { content: "not without a reason", trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "the reason is asked for", trigger: ".modal [name=reason].o_field_invalid" },
        { content: "here it is", trigger: ".modal [name=reason] input", run: "edit Đang sửa nhà" },
        { content: "set it", trigger: ".modal button[name=action_apply]", run: "click" },
        { content: "closed", trigger: "body:not(:has(.modal))" },
        { content: "the card stands where it was dropped, pinned", trigger: `${card("Gone quiet")} .fa-thumb-tack` },
        { content: "the others stay", trigger: ".o_kanban_group:contains('New') .o_kanban_record:contains('Khách Ở Lại')" },
        { content: "open the customer", trigger: card("Gone quiet"), run: "click" },
        { content: "the stage", trigger: "[name=lifecycle_stage_id]:contains('Gone quiet')" },
        { content: "and why", trigger: "[name=lifecycle_reason]:contains('Đang sửa nhà')" },
        {
            content: "what to do next: do it",
            trigger: ".o_lifecycle_next_actions li:contains('Hẹn báo giá lốp xe') button:contains('Call back')",
            run: "click",
        },
        { content: "the promised call", trigger: ".o_breadcrumb .active:contains('Hẹn báo giá lốp xe')" },
        { content: "back", trigger: ".o_back_button", run: "click" },
        { content: "its lifecycle", trigger: ".o_notebook a.nav-link[name=lifecycle]", run: "click" },
        { content: "let the rules decide", trigger: "button[name=action_lifecycle_release]", run: "click" },
        { content: "they say new", trigger: "[name=lifecycle_stage_id]:contains('New')" },
        {
            content: "nothing is left to release",
            trigger: ".o_form_view:not(:has(button[name=action_lifecycle_release]))",
        },
        menu("reporting", "crm_lifecycle_menu_reporting"),
        {
            content: "one page",
            trigger: "[data-menu-xmlid='crm_lifecycle.crm_lifecycle_menu_summary']",
            run(actions) {
                watchPrinting();
                return actions.click();
            },
        },
        { content: "the file came", trigger: "body[data-printed^='200 attachment']" },
        menu("configuration", "crm_lifecycle_menu_config"),
        menu("rules", "crm_lifecycle_menu_policy"),
        { content: "of persons", trigger: ".o_data_row:contains('Person') .o_data_cell[name=name]", run: "click" },
        { content: "whoever opens them", trigger: ".o_form_view [name=version]" },
        { content: "nothing to preview yet", trigger: ".o_form_view:not(:has(.o_lifecycle_preview))" },
        { content: "the first purchase is enough", trigger: "[name=established_orders] input", run: "edit 1" },
        { content: "at once", trigger: "[name=established_days] input", run: "edit 0 && press Tab" },
        { content: "before saving: both move", trigger: ".o_lifecycle_preview:contains('Before you save: 2 of 2')" },
        { content: "who?", trigger: ".o_lifecycle_preview .row:contains('Established') button", run: "click" },
        { content: "they", trigger: ".modal .o_data_row:contains('Khách Thử Tay')" },
        { content: "thank you", trigger: ".modal .btn-close", run: "click" },
        { content: "not saved yet", trigger: "body:not(:has(.modal)) .o_form_status_indicator .o_form_button_save" },
        { content: "save", trigger: ".o_form_button_save", run: "click" },
        { content: "a new version of the rules", trigger: ".o_form_view:not(:has(.o_lifecycle_preview))" },
    ],
});
