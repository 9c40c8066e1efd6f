"""Purchases are read as far back as one asks for, with the same result as all at once."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import LifecycleCase

DAYS = (0, 0, 1, 3, 7, 20, 63, 100, 500, 900, 1100)


@tagged("post_install", "-at_install")
class TestTransactionWindow(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.partner = cls.make_customers(1)
        cls.buy(cls.partner, *(cls.today - timedelta(days=days) for days in DAYS), cls.today + timedelta(days=2))
        cls.own = [("company_id", "=", cls.company.id)]
        cls.Transaction = cls.env["crm.transaction"]

    def looked_back(self, call):
        """Return what ``call`` returns, and the days before today that the sources were told of (None: no limit).

        Reading the rows found, by their ids, is left out.
        """
        told = []
        sources = type(self.Transaction)._sources

        def spying(model):
            if "crm_transaction_ids" not in model.env.context:
                told.append(model.env.context.get("crm_transaction_since"))
            return sources(model)

        with patch.object(type(self.Transaction), "_sources", spying):
            result = call()
        return result, [day and (self.today - day).days for day in told]

    def test_the_newest_by_steps(self):
        everything = self.Transaction.search(self.own, order="date desc, id desc, res_id")  # no window: another order
        self.assertEqual(len(everything), len(DAYS) + 1)
        for model in ("crm.transaction", "crm.sale.anonymous"):
            ids = self.env[model].search(self.own, order="date desc, id desc, res_id").ids
            for offset, limit in ((0, 1), (0, 3), (0, 6), (2, 4), (0, 9), (0, 11), (9, 80), (11, 5), (30, 5)):
                found, _told = self.looked_back(
                    lambda model=model, offset=offset, limit=limit: self.env[model].search(
                        self.own, offset=offset, limit=limit
                    )
                )
                self.assertEqual(found.ids, ids[offset : offset + limit], (model, offset, limit))

    def test_how_far(self):
        for limit, furthest in ((3, 0), (5, 4), (6, 8), (8, 112), (10, None)):
            _found, told = self.looked_back(
                lambda limit=limit: self.Transaction.search_fetch(self.own, ["date"], limit=limit).mapped("date")
            )
            self.assertEqual(told[-1], furthest, limit)

    def test_counting_up_to_a_limit(self):
        for limit, furthest in ((3, 0), (8, 112), (80, None)):
            number, told = self.looked_back(lambda limit=limit: self.Transaction.search_count(self.own, limit=limit))
            self.assertEqual((number, told[-1]), (min(limit, len(DAYS) + 1), furthest))

    def test_a_list_is_read_once(self):
        """As the web client asks: rules are checked on what was read, by nobody else's query."""
        seller = new_test_user(
            self.env,
            "mua.lan",
            "sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        for model, field in (
            ("crm.transaction", "date"),
            ("crm.sale.anonymous", "date"),
            ("crm.holding", "amount"),
            ("crm.lifecycle.flow", "this_month"),
            ("crm.lifecycle.retention", "buyers"),
            ("crm.segment.comparison", "years"),
        ):
            records = self.env[model].with_user(seller).with_context(allowed_company_ids=self.company.ids)
            records.web_search_read(self.own, {field: {}}, limit=5)
            self.env.invalidate_all()
            queries, execute = [], type(self.env.cr).execute

            def spying(cursor, query, *args, execute=execute, queries=queries, **kwargs):
                queries.append(str(getattr(query, "code", query)))
                return execute(cursor, query, *args, **kwargs)

            with patch.object(type(self.env.cr), "execute", spying):
                records.web_search_read(self.own, {field: {}}, limit=5)
            fetched = [query for query in queries if f'"{records._table}"."{field}"' in query.partition("FROM")[0]]
            self.assertEqual(len(fetched), 1, model)

    def test_conditions_on_the_day(self):
        since = self.today - timedelta(days=63)
        domain = [*self.own, ("date", ">=", since)]
        rows, told = self.looked_back(lambda: self.Transaction._read_group(domain, [], ["__count"]))
        self.assertEqual((rows, set(told)), ([(8,)], {63}))
        rows, told = self.looked_back(lambda: self.Transaction.search(domain, limit=80))
        self.assertEqual((len(rows), told[-1]), (8, 63))
        rows, told = self.looked_back(
            lambda: self.env["crm.sale.anonymous"].formatted_read_grouping_sets(
                [*self.own, ("date", ">=", "=1d -12m")], [[], ["place"]], ["amount:sum"]
            )
        )
        start = (self.today - timedelta(days=363)).replace(day=1)
        self.assertTrue(all(day and day >= (self.today - start).days - 31 for day in told), told)

    def test_either_or_is_no_limit(self):
        domain = [*self.own, "|", ("date", ">=", self.today), ("amount", ">", 0)]
        rows, told = self.looked_back(lambda: self.Transaction._read_group(domain, [], ["__count"]))
        self.assertEqual((rows, set(told)), ([(len(DAYS) + 1,)], {None}))

    def test_a_row_is_read_by_its_id(self):
        self.assertEqual(self.assert_read_by_id(), 3 * (len(DAYS) + 1))
        for model in ("crm.transaction", "crm.sale.anonymous"):
            row = self.env[model].search(self.own, limit=1, order="date, id")
            wanted = []
            sources = type(self.Transaction)._sources

            def spying(model, sources=sources, wanted=wanted):
                wanted.append(model.env.context.get("crm_transaction_ids"))
                return sources(model)

            with patch.object(type(self.Transaction), "_sources", spying):
                self.assertEqual(row.action_open_document()["res_id"], row.id // 8)
            self.assertEqual(wanted, [row.ids])

    def test_groups_of_sales_alike_are_groups_of_all(self):
        """Counts, sums and shares are the same, whether sales alike are summed up first or not."""
        walk_in, other = self.make_customers(2)
        self.company.lifecycle_walk_in_ids = walk_in
        self.buy(walk_in, self.today, self.today, self.today - timedelta(days=40), amount=70.0)
        self.buy(other, self.today, amount=30.0)
        self.buy(other, self.today, amount=-30.0)
        self.env.flush_all()
        model = self.env["crm.sale.anonymous"]
        plain = type(model)
        aggregates = ["__count", "amount:sum", "anonymous_amount:sum", "anonymous_share:avg"]
        of_the_web_client = ["currency_id:array_agg_distinct", "amount:sum_currency", "anonymous_amount:sum_currency"]
        groups = ([], ["company_id"], ["date:month"], ["is_anonymous", "source"], ["user_id", "date:day"])
        domains = (self.own, [*self.own, ("is_anonymous", "=", True)], [*self.own, ("place", "=", "nowhere")])
        for domain in domains:
            calls = [
                lambda group=group, domain=domain: model._read_group(domain, group, aggregates) for group in groups
            ]
            calls.append(
                lambda domain=domain: model._read_grouping_sets(domain, groups[:4], aggregates + of_the_web_client)
            )
            for call in calls:
                with patch.object(plain, "_alike_are_enough", lambda model, *args: False):
                    expected = call()
                with patch.object(plain, "_alike", autospec=True, side_effect=plain._alike) as alike:
                    self.assertEqual(call(), expected)
                self.assertTrue(alike.called)
        [(number, amount, _anonymous, share)] = model._read_group(self.own, [], aggregates)
        self.assertEqual((number, amount), (len(DAYS) + 5, 100.0 * (len(DAYS) + 1) + 240))
        self.assertAlmostEqual(share, 3 / (len(DAYS) + 5))

    def test_groups_of_sales_that_sums_do_not_tell(self):
        """Conditions on each sale, the largest one, groups that a sale is in twice: all sales are read."""
        self.buy(self.partner, *3 * [self.today - timedelta(days=1)], amount=60.0)
        self.env["ir.rule"].create(
            {
                "name": "Small sales",
                "model_id": self.env["ir.model"]._get_id("crm.sale.anonymous"),
                "domain_force": [("amount", "<", 80)],
            }
        )
        seller = new_test_user(
            self.env, "mua.binh", "crm_lifecycle.group_user", company_id=self.company.id, company_ids=self.company.ids
        )
        self.env.flush_all()
        model = self.env["crm.sale.anonymous"]
        of_seller = model.with_user(seller).with_context(allowed_company_ids=self.company.ids)
        own, count, read, sort = self.own, ["__count"], model._read_group, "amount:max desc, date:day desc"
        for expected, call in (
            (len(DAYS) + 1, lambda: read([*own, ("amount", ">", 80)], [], count)),
            (100, lambda: read(own, [], ["amount:max"])),
            (self.today + timedelta(days=2), lambda: read(own, ["date:day"], count, order=sort)),
            ([], lambda: read(own, ["company_id"], count, having=[("amount:max", ">", 100)])),
            (len(DAYS) + 4, lambda: model._read_grouping_sets(own, [[], ["user_id.group_ids"]], count)[0]),
            (3, lambda: of_seller._read_group(own, [], count)),
        ):
            with patch.object(type(model), "_alike", autospec=True, side_effect=type(model)._alike) as alike:
                rows = call()
            self.assertEqual(rows[0][0] if rows else rows, expected)
            self.assertFalse(alike.called)

    def test_what_is_told_for_a_reading_ends_with_it(self):
        """Neither PostgreSQL nor the records of groups are told of it afterwards."""
        told = ("enable_sort", "jit", "max_parallel_workers_per_gather")
        settings = SQL("SELECT %s", SQL(", ").join(SQL("current_setting(%s)", name) for name in told))
        before = self.env.execute_query(settings)
        domain = [*self.own, ("date", ">=", self.today - timedelta(days=7))]
        for model in ("crm.transaction", "crm.sale.anonymous"):
            [(company, _number, rows)] = self.env[model]._read_group(
                [*domain, ("id", "in", self.env[model].search(domain, limit=3).ids)],
                ["company_id"],
                ["__count", "id:recordset"],
            )
            [(same, _number)] = self.env[model]._read_group(domain, ["company_id"], ["__count"])
            for records in (company, rows, same):
                self.assertEqual(records.env.context, self.env.context)
        self.assertEqual(self.env.execute_query(settings), before)

    def test_other_conditions_are_left_to_the_reader(self):
        """Conditions are read to tell the sources of days and ids: as nobody else, and nothing else is looked for."""
        row = self.Transaction.search(self.own, limit=1)
        self.assertEqual(self.Transaction.search([("id", "in", [str(row.id)])]), row)
        seller = new_test_user(self.env, "mua.chi", "crm_lifecycle.group_user")
        partners, readers = type(self.partner), []

        def spying(model, *args, search=partners._search_lifecycle_order_count):
            readers.append(model.env.su)
            return search(model, *args)

        with patch.object(partners, "_search_lifecycle_order_count", spying):
            self.Transaction.with_user(seller).search([("commercial_partner_id.lifecycle_order_count", ">", 3)])
        self.assertEqual(set(readers), {False})
