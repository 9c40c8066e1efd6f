from . import crm_service_subscription, crm_service_visit, product_template, sale_order, sale_order_line
