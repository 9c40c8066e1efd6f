"""The loop in the web client: a quiet customer and why, an invitation and its answer, a visit, the next."""

import json
from pathlib import Path

from odoo.tests import HttpCase, tagged

from .common_demo import SmallDemo

TOUR = Path(__file__).parent / "tours" / "loop.js"


@tagged("standard", "post_install", "-at_install")
class TestLoopTour(SmallDemo, HttpCase):
    """The tours of `tests/` belong to no addon, so their code is handed to the browser instead of lying in a bundle."""

    def start_own_tour(self, name, script, url, login, **told):
        """Run a tour from a file.

        :param name: name it registers
        :param script: path of the file
        :param told: what the script finds in ``window.loop``
        """
        code = f"window.loop = {json.dumps(told)};\n(() => {{ {script.read_text(encoding='utf-8')} }})();"
        code += f"\nodoo.startTour({name!r}, {json.dumps({'stepDelay': 0, 'startUrl': url})});"
        self.start_tour(url, name, code=code, ready="!!odoo.isTourReady", login=login, timeout=180)

    def pick_customer(self):
        """A quiet customer who answered, with a short written answer."""
        quiet = self.env["crm.lifecycle.status"].search([("stage_id.code", "=", "quiet")]).partner_id
        facts = self.env["crm.profile.fact"].search(
            [("source", "=", "survey"), ("partner_id", "in", quiet.ids), ("attribute_id.value_type", "=", "text")]
        )
        self.assertTrue(facts, "nobody who is quiet answered")
        return facts[0]

    def test_loop(self):
        fact = self.pick_customer()
        partner = fact.partner_id
        # One of those the salesperson sees without scrolling: the cards of each state, as the kanban orders them.
        seller = self.env["res.users"].search([("login", "=", "sales")])
        visits = self.env["crm.service.visit"].with_user(seller)
        shown = visits.browse()
        for state in ("due", "reminded", "confirmed"):
            own = [("state", "=", state), ("company_id", "=", seller.company_id.id), ("asset_id", "!=", False)]
            shown |= visits.search(own, limit=15)
        visit = shown.sorted("planned_date")[:1].sudo()
        self.assertTrue(visit)
        self.start_own_tour(
            "lifecycle_loop",
            TOUR,
            "/odoo/action-crm_lifecycle.crm_lifecycle_status_action",
            login="sales",
            customer=partner.name,
            reason="since the last order",
            answer=fact.value_text,
            plate=visit.asset_id.code,
        )
        # The vehicle may have two cards: the one that was finished.
        self.env.invalidate_all()
        own = [("asset_id", "=", visit.asset_id.id), ("state", "=", "done")]
        visit = visit.search(own, order="write_date desc, id desc", limit=1)
        self.assertEqual((visit.state, visit.hours), ("done", 0.75))
        following = self.env["crm.service.occurrence"].search(
            [
                ("subscription_id", "in", visit.subscription_ids.ids),
                ("task_id", "in", visit.task_ids.ids),
                ("state", "in", ("planned", "visit")),
                ("due_date", ">", visit.done_date),
            ]
        )
        self.assertEqual(following.task_id, visit.task_ids)
        self.assertTrue(
            self.env["crm.interaction"].search_count([("res_model", "=", visit._name), ("res_id", "=", visit.id)])
        )
