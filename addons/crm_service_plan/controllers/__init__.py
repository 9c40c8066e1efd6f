from . import case_portal, portal, service_form
