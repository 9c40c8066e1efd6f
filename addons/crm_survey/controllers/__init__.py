from . import main, results, short
