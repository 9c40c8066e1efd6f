from . import test_complaint, test_program
