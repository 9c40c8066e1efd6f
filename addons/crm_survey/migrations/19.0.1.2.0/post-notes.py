"""Shipped questions tell interviewers how to put them; data files leave questions alone that are there already."""

from lxml import etree
from odoo import SUPERUSER_ID, api
from odoo.tools import file_open


def migrate(cr, version):
    """Give the shipped note to the questions that have none."""
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    with file_open("crm_survey/data/survey_question_note_data.xml", "rb") as file:
        records = etree.parse(file).findall("record")
    for record in records:
        question = env.ref(f"crm_survey.{record.get('id')}", raise_if_not_found=False)
        if question and not question.interviewer_note:
            question.interviewer_note = record.findtext("field")
