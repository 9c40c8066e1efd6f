"""Stages set by hand become facts of their own: one declaration for each status set by hand."""


def migrate(cr, version):
    """Make the declarations and point their statuses to them."""
    cr.execute(
        """WITH made AS (
               INSERT INTO crm_lifecycle_declaration (partner_id, company_id, stage_id, declared_on, until, reason,
                      trigger, user_id, author, create_uid, create_date)
               SELECT s.partner_id, s.company_id, s.stage_id, COALESCE(s.manual_on, s.since, s.create_date::date),
                      CASE WHEN s.manual_until >= COALESCE(s.manual_on, s.since, s.create_date::date)
                           THEN s.manual_until END,
                      COALESCE(s.manual_reason, '-'),
                      CASE WHEN s.reason_params ->> 'user' IS NULL THEN 'survey' ELSE 'user' END,
                      u.id, COALESCE(s.reason_params ->> 'user', p.name), 1, now() AT TIME ZONE 'UTC'
                 FROM crm_lifecycle_status s
                 JOIN res_partner c ON c.id = s.partner_id
                 JOIN res_company o ON o.id = s.company_id
            LEFT JOIN res_users u ON u.id = s.manual_user_id
            LEFT JOIN res_partner p ON p.id = u.partner_id
                WHERE s.is_manual AND s.declaration_id IS NULL
            RETURNING id, partner_id, company_id)
           UPDATE crm_lifecycle_status s SET declaration_id = made.id
             FROM made WHERE made.partner_id = s.partner_id AND made.company_id = s.company_id"""
    )
