"""Installation hook."""


def post_init_hook(env):
    """Give every company its two policies (persons, companies)."""
    env["crm.lifecycle.policy"]._ensure(env["res.company"].search([]))
