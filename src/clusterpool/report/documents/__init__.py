"""Documents for those who carry the plan out: a purchase order for each supplier, a load plan for each trip."""

from clusterpool.report.documents.load_plans import load_plan_files
from clusterpool.report.documents.order_files import order_files
from clusterpool.report.documents.orders import OrderLine, PurchaseOrder, purchase_orders

__all__ = ["OrderLine", "PurchaseOrder", "load_plan_files", "order_files", "purchase_orders"]
