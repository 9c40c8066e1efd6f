import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** What to do next for a customer: a short list, each with why and until when; a click does it. */
export class LifecycleNextActions extends Component {
    static template = "crm_lifecycle.NextActions";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get actions() {
        return this.props.record.data[this.props.name] || [];
    }

    isHere(item) {
        return (
            !item.action ||
            (item.action.res_model === "res.partner" && item.action.res_id === this.props.record.resId)
        );
    }

    run(item) {
        this.action.doAction(item.action, { onClose: () => this.props.record.load() });
    }
}

registry
    .category("fields")
    .add("lifecycle_next_actions", { component: LifecycleNextActions, supportedTypes: ["json"] });
