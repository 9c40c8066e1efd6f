"""What the columns of a ledger are called, in English and Vietnamese."""

from __future__ import annotations

import re

from ...crm_profile.domain.tabular import plain

FIELDS = (
    "external_ref",
    "customer",
    "email",
    "phone",
    "name",
    "date",
    "amount",
    "quantity",
    "product",
    "channel",
    "note",
)
_SYNONYMS = {
    "external_ref": "external ref|external reference|reference|ref|transaction|transaction id|transaction no|order|"
    "order id|order no|order number|invoice|invoice no|invoice number|receipt|receipt no|document|document no|"
    "so don hang|ma don hang|ma don|don hang|ma giao dich|so giao dich|so hoa don|ma hoa don|hoa don|so chung tu|"
    "so phieu|ma phieu|tham chieu|ma tham chieu|so ct",
    "customer": "customer|customer id|customer code|customer no|customer number|customer ref|client|client id|"
    "client code|account|account no|member|member id|partner|partner id|partner external id|external id|id|"
    "khach hang id|ma khach hang|ma khach|ma kh|ma hoi vien|so the|ma doi tac|khach hang",
    "email": "email|e mail|mail|email address|customer email|thu dien tu|dia chi email|email khach hang",
    "phone": "phone|telephone|tel|mobile|phone number|mobile number|customer phone|dien thoai|so dien thoai|sdt|"
    "di dong|so di dong|dt|sdt khach hang|dien thoai khach hang",
    "name": "name|customer name|client name|full name|partner name|company name|ten|ho ten|ho va ten|ten khach|"
    "ten khach hang|ten kh|ten doi tac|ten cong ty",
    "date": "date|day|order date|purchase date|transaction date|invoice date|sale date|sold on|ngay|ngay mua|"
    "ngay mua hang|ngay dat|ngay dat hang|ngay ban|ngay giao dich|ngay hoa don|ngay chung tu|ngay ct|thoi gian",
    "amount": "amount|total|value|price|revenue|sales|net amount|untaxed amount|amount untaxed|subtotal|dollars|"
    "dollar value|so tien|thanh tien|tong tien|tong cong|tri gia|gia tri|doanh thu|doanh so|tien hang|tien|"
    "so tien chua thue|thanh tien chua thue",
    "quantity": "quantity|qty|units|pieces|number of units|number of cds|so luong|sl|s luong",
    "product": "product|product code|item|item code|sku|article|article no|san pham|ma san pham|ma sp|ten san pham|"
    "hang hoa|ma hang|mat hang|ten hang",
    "channel": "channel|sales channel|source|kenh|kenh ban|kenh ban hang|kenh lien he|nguon",
    "note": "note|notes|comment|comments|remark|remarks|description|memo|ghi chu|dien giai|mo ta|chu thich|noi dung",
}
_FIELD_BY_HEADER = {header: name for name, headers in _SYNONYMS.items() for header in headers.split("|")}


def guess_columns(headers) -> list:
    """Return the field of each header, None where none fits; each field once, the first header wins.

    >>> guess_columns(["Mã đơn hàng", "Mã KH", "Ngày mua", "Thành tiền (VND)", "Màu"])
    ['external_ref', 'customer', 'date', 'amount', None]
    """
    found, taken = [], set()
    for header in headers:
        bare = plain(re.sub(r"\(.*?\)|\[.*?\]", " ", header)) or plain(header)
        name = _FIELD_BY_HEADER.get(bare)
        if name is None and header.strip().lower() in FIELDS:
            name = header.strip().lower()
        name = None if name in taken else name
        taken.add(name)
        found.append(name)
    return found
