"""Every term of every addon is translated into Vietnamese, and every placeholder survives."""

import re

import polib
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

from suite_setup.databases import suite_addons
from suite_setup.places import ADDONS

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\{.*?\}\}|<t [^>]*>")


@tagged("standard", "post_install", "-at_install")
class TestVietnamese(TransactionCase):
    def terms(self, addon):
        """Return the source terms of ``addon`` as Odoo exports them."""
        reader = TranslationModuleReader(self.env.cr, modules=[addon])
        return {row[4] for row in reader if row[4].strip()}

    def test_complete(self):
        problems = []
        for addon in suite_addons():
            path = ADDONS / addon / "i18n" / "vi.po"
            if not path.exists():
                problems.append(f"{addon}: no vi.po")
                continue
            entries = {entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete}
            for term in sorted(self.terms(addon)):
                entry = entries.get(term)
                if entry is None or not entry.msgstr.strip():
                    problems.append(f"{addon}: not translated: {term[:80]!r}")
                elif "fuzzy" in entry.flags:
                    problems.append(f"{addon}: fuzzy: {term[:80]!r}")
        self.assertFalse(problems, "\n".join(problems[:80]) + f"\n{len(problems)} in all")

    def test_placeholders_survive(self):
        problems = []
        for path in sorted(ADDONS.glob("*/i18n/vi.po")):
            for entry in polib.pofile(str(path)):
                source, target = (sorted(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgstr))
                if target != source and entry.msgstr:
                    problems.append(f"{path.parts[-3]}: {entry.msgid[:60]!r} -> {entry.msgstr[:60]!r}")
        self.assertFalse(problems, "\n".join(problems))
