from . import standing, tabular, tabular_values
