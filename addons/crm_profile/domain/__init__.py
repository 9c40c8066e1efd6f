from . import effort, profile_file, standing, tabular, tabular_values, values
