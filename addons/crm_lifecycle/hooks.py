"""Installation hook."""


def post_init_hook(env):
    """Give every company its two policies (persons, companies), its focus groups and customer codes."""
    companies = env["res.company"].search([])
    env["crm.lifecycle.policy"]._ensure(companies)
    env["crm.segment"]._ensure(companies)
    companies._lifecycle_ensure_codes()
