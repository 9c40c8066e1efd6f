"""What the shop sells: code -> (name, Vietnamese name, kind, price and cost in đồng, category)."""

BIKES = ["BIKE-PN110", "BIKE-HA125", "BIKE-HA160", "BIKE-BAO155", "BIKE-LUOTE1"]

PRODUCTS = {
    "BIKE-PN110": ("Phương Nam 110 underbone", "Xe số Phương Nam 110", "consu", 19_900_000, 17_600_000, "bike"),
    "BIKE-HA125": ("Hải Âu 125 scooter", "Xe tay ga Hải Âu 125", "consu", 38_500_000, 34_600_000, "bike"),
    "BIKE-HA160": ("Hải Âu 160 ABS scooter", "Xe tay ga Hải Âu 160 ABS", "consu", 58_900_000, 53_000_000, "bike"),
    "BIKE-BAO155": ("Bão 155 clutch bike", "Xe côn tay Bão 155", "consu", 48_500_000, 43_900_000, "bike"),
    "BIKE-LUOTE1": ("Lướt E1 electric scooter", "Xe máy điện Lướt E1", "consu", 26_500_000, 23_400_000, "bike"),
    "OIL-10W40": ("Engine oil 10W-40, 0.8 L", "Nhớt máy 10W-40, 0,8 L", "consu", 125_000, 84_000, "part"),
    "OIL-SYN": ("Full synthetic oil 10W-30, 1 L", "Nhớt tổng hợp 10W-30, 1 L", "consu", 210_000, 148_000, "part"),
    "OIL-GEAR": ("Gear oil 120 ml", "Nhớt hộp số 120 ml", "consu", 45_000, 26_000, "part"),
    "FILTER-AIR": ("Air filter", "Lọc gió", "consu", 95_000, 58_000, "part"),
    "SPARK": ("Spark plug", "Bugi", "consu", 75_000, 43_000, "part"),
    "PAD-FRONT": ("Front brake pads", "Má phanh trước", "consu", 145_000, 92_000, "part"),
    "SHOE-REAR": ("Rear brake shoes", "Bố thắng sau", "consu", 120_000, 74_000, "part"),
    "TYRE-FRONT": ("Front tyre 80/90-14", "Lốp trước 80/90-14", "consu", 385_000, 288_000, "part"),
    "TYRE-REAR": ("Rear tyre 90/90-14", "Lốp sau 90/90-14", "consu", 455_000, 342_000, "part"),
    "BATTERY": ("Battery 12V 5Ah", "Bình ắc quy 12V 5Ah", "consu", 360_000, 262_000, "part"),
    "BELT": ("Drive belt", "Dây curoa", "consu", 420_000, 301_000, "part"),
    "CHAIN": ("Chain and sprocket kit", "Bộ nhông sên dĩa", "consu", 385_000, 276_000, "part"),
    "COOLANT": ("Coolant 1 L", "Nước làm mát 1 L", "consu", 90_000, 55_000, "part"),
    "HELMET": ("Open-face helmet", "Mũ bảo hiểm 3/4", "consu", 450_000, 290_000, "gear"),
    "RAINCOAT": ("Two-piece raincoat", "Áo mưa bộ", "consu", 185_000, 112_000, "gear"),
    "TOPBOX": ("Top box 30 L", "Thùng sau 30 L", "consu", 680_000, 468_000, "gear"),
    "MIRROR": ("Pair of mirrors", "Cặp kính chiếu hậu", "consu", 120_000, 68_000, "gear"),
    "LAB-OIL": ("Oil change, labour", "Công thay nhớt", "service", 30_000, 15_000, "labour"),
    "LAB-SERVICE": ("Periodic service, labour", "Công bảo dưỡng định kỳ", "service", 160_000, 70_000, "labour"),
    "LAB-FULL": ("Full overhaul, labour", "Công bảo dưỡng toàn bộ", "service", 380_000, 160_000, "labour"),
    "LAB-BRAKE": ("Brake adjustment", "Cân chỉnh phanh", "service", 45_000, 20_000, "labour"),
    "LAB-TYRE": ("Tyre fitting", "Công thay lốp", "service", 40_000, 18_000, "labour"),
    "LAB-INJ": ("Fuel injection cleaning", "Vệ sinh kim phun", "service", 180_000, 75_000, "labour"),
    "LAB-WASH": ("Wash and chain lube", "Rửa xe, bôi sên", "service", 45_000, 18_000, "labour"),
    "LAB-SOS": ("Roadside rescue", "Cứu hộ tận nơi", "service", 180_000, 90_000, "labour"),
    "REGISTER": (
        "Registration and number plate",
        "Dịch vụ đăng ký, bấm biển số",
        "service",
        850_000,
        600_000,
        "labour",
    ),
}

CATEGORIES = {
    "bike": ("Motorbikes", "Xe máy"),
    "part": ("Parts and oil", "Phụ tùng và dầu nhớt"),
    "gear": ("Accessories", "Phụ kiện"),
    "labour": ("Workshop services", "Dịch vụ xưởng"),
}

#: What one visit to the workshop comes to, and how often it happens.
BASKETS = [
    (34, [("OIL-10W40", 1), ("LAB-OIL", 1)]),
    (14, [("OIL-SYN", 1), ("OIL-GEAR", 1), ("LAB-OIL", 1)]),
    (14, [("OIL-10W40", 1), ("FILTER-AIR", 1), ("SPARK", 1), ("LAB-SERVICE", 1)]),
    (8, [("PAD-FRONT", 1), ("SHOE-REAR", 1), ("LAB-BRAKE", 1)]),
    (6, [("TYRE-REAR", 1), ("LAB-TYRE", 1)]),
    (4, [("TYRE-FRONT", 1), ("TYRE-REAR", 1), ("LAB-TYRE", 2)]),
    (5, [("BATTERY", 1)]),
    (3, [("BELT", 1), ("OIL-GEAR", 1), ("LAB-SERVICE", 1)]),
    (3, [("CHAIN", 1), ("LAB-WASH", 1)]),
    (4, [("LAB-INJ", 1), ("SPARK", 1)]),
    (3, [("LAB-FULL", 1), ("COOLANT", 1), ("OIL-SYN", 1)]),
    (2, [("LAB-SOS", 1)]),
]
EXTRAS = [("RAINCOAT", 1), ("HELMET", 1), ("MIRROR", 1), ("TOPBOX", 1), ("LAB-WASH", 1)]
