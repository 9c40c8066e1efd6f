import logging
from contextlib import suppress
from functools import partial

from odoo import api, models
from odoo.addons.crm_contact_policy.tools import repeat_disturbed
from odoo.exceptions import LockError, UserError
from psycopg2 import DataError, ProgrammingError

from ..engine.confidential import Reach
from ..engine.segment_figures import shared_figures
from ..engine.segment_purchases import shared_purchases
from ..engine.segments import SegmentQuery

_logger = logging.getLogger(__name__)


class CrmSegment(models.Model):
    """How segments are kept up to date, who may see them, and the focus groups every company has from the start."""

    _inherit = "crm.segment"

    # -- focus groups --------------------------------------------------------------------------------------------------
    @api.model
    def _ensure(self, companies):
        """Create the three focus groups that ``companies`` lack: the ones to ask what they like and dislike.

        Done as superuser at installation and when a company is created.
        """
        found = {
            (segment.company_id.id, segment.code)
            for segment in self.with_context(active_test=False).search([("company_id", "in", companies.ids)])
        }
        english = self.with_context(lang="en_US")
        made = english.create(
            [
                {"company_id": company.id, "code": code, **vals}
                for company in companies
                for code, vals in english._focus_groups().items()
                if (company.id, code) not in found
            ]
        )
        made.with_env(self.env)._name_in_languages()

    def _given_names(self):
        """Return the names and notes of the focus groups among these."""
        groups = self._focus_groups()
        focus = self.filtered(lambda segment: segment.code in groups)
        return {one.id: {name: groups[one.code][name] for name in ("name", "note")} for one in focus}

    @api.model
    def _focus_groups(self):
        """Return the values of the three focus groups by code."""
        bought = "[('order_count', '>', 0)]"
        left = "[('competitor_assessment_ids.relation', '=', 'left_for')]"
        return {
            "focus_revenue": {
                "name": self.env._("Highest spending"),
                "note": self.env._("The first 5 % by revenue: what do they like, what do they miss?"),
                "metric_domain": bought,
                "rank_by": "amount_total",
                "color": 10,
            },
            "focus_longest": {
                "name": self.env._("Longest standing"),
                "note": self.env._("The first 5 % by first purchase, still buying: what keeps them?"),
                "metric_domain": "[('order_count', '>', 0), ('stage_id.code', 'in', ['new', 'established'])]",
                "rank_by": "first_date",
                "color": 4,
            },
            "focus_left": {
                "name": self.env._("Left for a competitor"),
                "note": self.env._("Said, or believed by a colleague, to have gone to a competitor: why?"),
                "domain": left,
                "color": 1,
            },
        }

    # -- who may see the members -------------------------------------------------------------------------------------
    @api.model
    def _secret_groups(self):
        """Return the ids of the groups that protect personal data: a rule that names one makes a model restricted.

        :return: dict xml id → id of ``res.groups`` (to be extended)
        """
        return {"crm_profile.group_restricted": self.env.ref("crm_profile.group_restricted").id}

    @api.model
    def _open_fields(self):
        """Return the relations (model.field) whose own condition leaves restricted records out (to be extended)."""
        return {"res.partner.profile_fact_ids"}

    def _mark_confidential(self):
        """Hide the members of segments whose criteria may rest on what not every reader of segments may see.

        Once filled, such a segment stays confidential: its history and snapshots tell what they told.
        """
        for segment in self:
            confidential = segment._reaches_secrets() or (segment.is_confidential and bool(segment.refreshed_on))
            if segment.is_confidential != confidential:
                segment._set_confidential_sudo(confidential)

    def _reaches_secrets(self):
        """Tell whether the criteria, read with their author's rights, reach restricted fields or records."""
        self.ensure_one()
        author = self.criteria_user_id or self.env.user
        reach = Reach(self.env, author, self._secret_groups(), self._open_fields())
        return (
            (reach.holds("crm_profile.group_restricted") and bool(self._parsed("fact_domain")))
            or reach.of("res.partner", self._parsed("domain"))
            or reach.of("crm.lifecycle.status", self._parsed("metric_domain"))
            or reach.of("crm.profile.fact", self._parsed("fact_domain"))
        )

    def _set_confidential_sudo(self, confidential):
        # As superuser: it follows from the criteria and their author, nobody sets it.
        self.sudo().is_confidential = confidential

    # -- refresh -----------------------------------------------------------------------------------------------------
    def _refresh_sudo(self, as_of=None):
        # As superuser: the members follow from all purchases; the conditions are read as who wrote them.
        for company, segments in self.sudo().grouped("company_id").items():
            day = as_of or company._lifecycle_today()
            with (
                shared_figures(company, segments._figure_columns(), checkpoint=lambda: None) as figures,
                shared_purchases(segments, day, checkpoint=lambda: None) as purchases,
            ):
                for segment in segments:
                    segment._refresh(day, purchases, figures)

    def _figure_columns(self):
        """Return for each segment that can be read the names of the figures it reads."""
        found = []
        for segment in self:
            with suppress(UserError, ValueError):  # said on the segment when its turn comes
                found.append(SegmentQuery(segment).columns())
        return found

    def _lock(self):
        """Keep others from refreshing this segment until the transaction ends.

        :raise LockError: somebody else is at it
        """
        try:
            self.lock_for_update()
        except LockError as error:
            raise LockError(
                self.env._("“%s” is being brought up to date at this moment. Try again in a minute.", self.name)
            ) from error

    def _refresh(self, as_of, purchases=None, figures=None):
        """Let customers join and leave as of a day, by one statement.

        :param date as_of: the day written on those who join and leave
        :param purchases: where buyers are found (see ``engine.segment_purchases``)
        :param figures: where figures are read (see ``engine.segment_figures``)
        """
        self.ensure_one()
        self._lock()
        if not self.is_confidential:
            self._mark_confidential()  # the rights of the author may have changed
        found = SegmentQuery(self, purchases, figures).apply(as_of)
        self.write(
            {
                "member_count": found["members"],
                "amount_total": found["amount"],
                "margin_total": found["margin"],
                "joined_count": found["joined"],
                "left_count": found["left"],
                "refreshed_on": as_of,
                "is_redefined": False,
                "error": False,
            }
        )
        self.env["crm.segment.member"].invalidate_model()

    @api.model
    def _cron_refresh(self):
        """Refresh every segment that is not of today."""
        segments = self.search([("active", "=", True)], order="company_id, id")
        segments.filtered(
            lambda segment: segment.error or segment.refreshed_on != segment.company_id._lifecycle_today()
        )._refresh_each()

    def _refresh_each(self):
        """Refresh these segments, each in a transaction of its own; one bad segment says so and stops no other.

        Figures are copied and products bought are looked up once for all segments of a company. Those that ask for
        products are refreshed last, and in one go even if the time of the job is up: the next call would have to look
        at all purchases again.
        """
        progress = self.env["ir.cron"]._commit_progress
        left = len(self)
        for company, segments in self.grouped("company_id").items():
            with shared_figures(company, segments._figure_columns(), checkpoint=lambda: progress(0)) as figures:
                day = company._lifecycle_today()
                asking = segments.filtered("product_mode")
                for segment in segments - asking:
                    left -= 1
                    work = partial(segment._refresh_or_tell, day, figures=figures)
                    if not repeat_disturbed(self.env, work) or not progress(1, remaining=left):
                        return
                with shared_purchases(asking, day, checkpoint=lambda: progress(0)) as purchases:
                    for segment in asking:
                        left -= 1
                        if not repeat_disturbed(self.env, partial(segment._refresh_or_tell, day, purchases, figures)):
                            return
                        in_time = progress(1, remaining=left)
                if asking and not in_time:
                    return

    def _refresh_or_tell(self, as_of, purchases=None, figures=None):
        """Refresh, or keep on the segment why not; return True."""
        try:
            with self.env.cr.savepoint():
                self._refresh(as_of, purchases, figures)
        except LockError:
            _logger.info("segment %s is being refreshed by somebody else", self.id)
        except (UserError, ValueError, DataError, ProgrammingError) as error:
            self.error = str(error)
        return True
