import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { useService } from "@web/core/utils/hooks";

/** A card dropped on another stage opens the dialog that asks for the reason and the expiry. */
export class LifecycleKanbanRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.action = useService("action");
    }

    get isByStage() {
        return this.props.list.isGrouped && this.props.list.groupByField?.name === "stage_id";
    }

    get canMoveRecords() {
        return this.isByStage && !this.env.isSmall;
    }

    get canResequenceGroups() {
        return false;
    }

    async sortRecordDrop(dataRecordId, dataGroupId, { element, parent }) {
        if (!this.isByStage || !parent || parent.dataset.id === element.parentElement.dataset.id) {
            return;
        }
        parent.classList.remove("o_kanban_hover");
        const record = this.props.list.records.find((item) => item.id === dataRecordId);
        const group = this.props.list.groups.find((item) => item.id === parent.dataset.id);
        if (!record || !group) {
            return;
        }
        await this.action.doAction("crm_lifecycle.crm_lifecycle_stage_set_action", {
            additionalContext: {
                default_partner_ids: [record.data.partner_id.id],
                default_stage_id: group.value,
            },
            onClose: () => this.props.list.model.load(),
        });
    }
}

registry.category("views").add("crm_lifecycle_kanban", { ...kanbanView, Renderer: LifecycleKanbanRenderer });
