import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { ResPartner } from "@point_of_sale/app/models/res_partner";
import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";

const LIKE_PHONE = /^[\d\s+().\-/]{6,}$/;

// The list on the screen is narrowed by this text: also by the name without accents and the number as people dial it.
patch(ResPartner.prototype, {
    get searchString() {
        return `${super.searchString} ${this.pos_search_key || ""}`;
    },
});

// What was typed in vain is not typed twice: it is the name, or the number, of the new customer.
patch(PartnerList.prototype, {
    async editPartner(partner = false) {
        this.pos.typedForPartner = partner ? "" : (this.state.query || "").trim();
        try {
            return await super.editPartner(...arguments);
        } finally {
            this.pos.typedForPartner = "";
        }
    },
});

patch(PosStore.prototype, {
    editPartnerContext() {
        const context = super.editPartnerContext(...arguments);
        const typed = this.typedForPartner;
        return typed
            ? { ...context, [LIKE_PHONE.test(typed) ? "default_phone" : "default_name"]: typed }
            : context;
    },
});
