"""The morning's greetings killed with SIGKILL at random moments and started again: each goes once, none is lost.

Real Odoo processes on copies of a prepared database: four hundred birthdays, by e-mail and by SMS, twenty to a
transaction. Six moments with SUITE_LONG=1, two otherwise.
"""

import os
import random
import unittest

from .scratch import connection, kill_at, run_shell, scratch_database, seconds_undisturbed

MOMENTS = 6 if os.environ.get("SUITE_LONG") == "1" else 2
CUSTOMERS = 400
PREPARE = f"""
from datetime import datetime
env["crm.occasion"].with_context(active_test=False).search([]).active = False
company = env["res.company"].create({{"name": "Killed in the morning"}})
company.partner_id.tz = "Asia/Ho_Chi_Minh"
partners = env["res.partner"].create([
    {{"name": "K%s" % n, "email": "k%s@example.com" % n, "phone": "+849120%05d" % n, "tz": "Asia/Ho_Chi_Minh"}}
    for n in range({CUSTOMERS})])
occasions = env["crm.occasion"].create([
    {{"partner_id": partner.id, "company_id": company.id, "day": 8, "month": 11,
      "channel": "sms" if n % 2 else "email"}} for n, partner in enumerate(partners)])
env.flush_all()
occasions._set_next_date(datetime(2026, 11, 7, 13, 0))
env.cr.commit()
"""
MORNING = """
from datetime import datetime
print("GO", flush=True)
env["crm.occasion"]._cron_run(at=datetime(2026, 11, 8, 1, 40), batch=20)
print("DONE", flush=True)
"""
SENT = """
    SELECT p.name,
           (SELECT count(*) FROM mail_mail m JOIN mail_mail_res_partner_rel r ON r.mail_mail_id = m.id
             WHERE r.res_partner_id = p.id),
           (SELECT count(*) FROM sms_sms s WHERE s.partner_id = p.id),
           (SELECT count(*) FROM crm_occasion_greeting g WHERE g.partner_id = p.id AND g.state = 'sent'),
           (SELECT count(*) FROM crm_interaction i WHERE i.partner_id = p.id AND i.state = 'done')
      FROM crm_occasion o JOIN res_partner p ON p.id = o.partner_id JOIN res_company c ON c.id = o.company_id
     WHERE c.name = 'Killed in the morning'
"""


def sent(database):
    """Return {customer: (messages, texts, lines, contacts)}."""
    with connection(database) as link, link.cursor() as cr:
        cr.execute(SENT)
        return {name: tuple(numbers) for name, *numbers in cr.fetchall()}


class TestKillGreetings(unittest.TestCase):
    def test_killed_and_run_again(self):
        with scratch_database() as prepared:
            run_shell(prepared, PREPARE)
            expected = {f"K{n}": (0, 1, 1, 1) if n % 2 else (1, 0, 1, 1) for n in range(CUSTOMERS)}
            with scratch_database(prepared) as quiet:
                seconds = seconds_undisturbed(quiet, MORNING)
                self.assertEqual(sent(quiet), expected)
            halfway = 0
            for number in range(MOMENTS):
                moment = seconds * random.uniform(number, number + 1) / MOMENTS
                with self.subTest(moment=round(moment, 2)), scratch_database(prepared) as database:
                    kill_at(database, moment, MORNING)
                    done = sum(numbers[2] for numbers in sent(database).values())
                    halfway += 0 < done < CUSTOMERS
                    seconds_undisturbed(database, MORNING)
                    self.assertEqual(sent(database), expected)
            self.assertTrue(halfway, "no kill fell into the run")
