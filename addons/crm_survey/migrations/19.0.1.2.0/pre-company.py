"""Answers know the company that asked: by their invitation, else by the only company whose programs use their survey.

Written before the field is there, so that it is not computed row by row.
"""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    """Fill the company of the answers that have none; what is not sure stays empty, and hidden."""
    if not column_exists(cr, "survey_user_input", "crm_company_id"):
        create_column(cr, "survey_user_input", "crm_company_id", "int4")
    cr.execute(
        SQL(
            """UPDATE survey_user_input answer SET crm_company_id = invitation.company_id
                 FROM crm_survey_invitation invitation
                WHERE invitation.id = answer.crm_invitation_id AND answer.crm_company_id IS NULL"""
        )
    )
    cr.execute(
        SQL(
            """UPDATE survey_user_input answer SET crm_company_id = used.company_id
                 FROM (SELECT survey_id, min(company_id) AS company_id
                         FROM (SELECT survey_id, company_id FROM crm_survey_program
                               UNION
                               SELECT variant.survey_id, program.company_id
                                 FROM crm_survey_program_variant variant
                                 JOIN crm_survey_program program ON program.id = variant.program_id) uses
                        GROUP BY survey_id HAVING count(DISTINCT company_id) = 1) used
                WHERE used.survey_id = answer.survey_id AND answer.crm_company_id IS NULL"""
        )
    )
