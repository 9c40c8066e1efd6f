from odoo import fields, models


def _rate(label, text):
    return fields.Float(string=label, digits=(6, 4), readonly=True, aggregator="avg", help=text)


class CrmSurveyRateLine(models.TransientModel):
    """One group in a report of response rates; the counts are AAPOR's I, P, R, NC, O, U and NE."""

    _name = "crm.survey.rate.line"
    _description = "Line of a survey response report"
    _order = "id"

    report_id = fields.Many2one("crm.survey.rate.report", required=True, readonly=True, ondelete="cascade", index=True)
    name = fields.Char(string="Group", readonly=True)
    period = fields.Char(readonly=True)
    asked = fields.Integer(string="Invitations", readonly=True)
    known = fields.Boolean(readonly=True, help="There is a case to divide by.")
    complete = fields.Integer(string="Complete interviews", readonly=True)
    partial = fields.Integer(readonly=True)
    refusal = fields.Integer(string="Refused", readonly=True)
    non_contact = fields.Integer(string="Not reached", readonly=True)
    other = fields.Integer(readonly=True)
    unknown = fields.Integer(string="Unknown eligibility", readonly=True)
    not_eligible = fields.Integer(readonly=True)
    rr1 = _rate("RR1", "Complete interviews over all cases that may be eligible: I / (I+P+R+NC+O+U)")
    rr2 = _rate("RR2", "As RR1, partial interviews counted: (I+P) / (I+P+R+NC+O+U)")
    rr3 = _rate("RR3", "As RR1, of the unknown cases only the share e: I / (I+P+R+NC+O + e U)")
    rr4 = _rate("RR4", "As RR3, partial interviews counted")
    rr5 = _rate("RR5", "Complete interviews over the cases known to be eligible: I / (I+P+R+NC+O)")
    rr6 = _rate("RR6", "As RR5, partial interviews counted")
    coop1 = _rate("COOP1", "Complete interviews over everybody reached: I / (I+P+R+O)")
    ref1 = _rate("REF1", "Refusals over all cases that may be eligible")
    con1 = _rate("CON1", "Everybody reached over all cases that may be eligible")
    e = _rate("e", "Share of the unknown cases taken to be eligible: den / (den + NE)")
