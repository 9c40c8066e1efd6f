import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** What an unsaved change of the rules would do: a table of moves; a click lists the customers. */
export class LifecyclePreview extends Component {
    static template = "crm_lifecycle.Preview";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get data() {
        return this.props.record.data[this.props.name];
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: row.title,
            res_model: "res.partner",
            views: [[false, "list"]],
            domain: [["id", "in", row.ids]],
            context: { active_test: false, create: false },
            target: "new",
        });
    }
}

registry.category("fields").add("lifecycle_preview", { component: LifecyclePreview, supportedTypes: ["json"] });
