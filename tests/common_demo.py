"""A small demo, loaded once for a class of tests."""

import datetime as dt

import demo

SCALE = 0.05


def last_wednesday():
    """An ordinary working day, the same whichever day the tests run within a week."""
    today = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=7)).date()
    return today - dt.timedelta(days=(today.weekday() - 2) % 7)


class SmallDemo:
    """Mixin: a twentieth of the demo in the transaction of the class, never committed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = last_wednesday()
        cls.lines = []
        demo.load(cls.env, cls.today, scale=SCALE, commit=False, say=cls.lines.append)
        cls.shop = cls.env.ref("base.main_company")
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.shop.ids})

    def user(self, login):
        """The user of the demo with this login."""
        return self.env["res.users"].search([("login", "=", login)])
