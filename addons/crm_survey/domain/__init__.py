"""Decisions of the survey app as plain functions: no Odoo, no database."""
