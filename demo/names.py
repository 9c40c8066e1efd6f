"""Word lists for the shop's people and places (all persons are invented)."""

FAMILY = (
    ["Nguyễn"] * 30
    + ["Trần"] * 12
    + ["Lê"] * 10
    + ["Phạm"] * 8
    + ["Huỳnh"] * 7
    + ["Võ"] * 5
    + ["Phan"] * 4
    + ["Trương"] * 3
    + ["Bùi"] * 3
    + ["Đặng"] * 3
    + ["Đỗ"] * 2
    + ["Ngô"] * 2
    + ["Hồ"] * 2
    + ["Dương", "Đinh", "Lý", "Lâm", "Mai", "Tô", "Châu", "Quách", "Cao", "Thái"]
)
MIDDLE_MALE = [
    "Văn",
    "Văn",
    "Minh",
    "Quốc",
    "Thanh",
    "Hoàng",
    "Đức",
    "Công",
    "Hữu",
    "Anh",
    "Tấn",
    "Gia",
    "Xuân",
    "Ngọc",
]
MIDDLE_FEMALE = [
    "Thị",
    "Thị",
    "Ngọc",
    "Thanh",
    "Thị Kim",
    "Thùy",
    "Mỹ",
    "Bích",
    "Hồng",
    "Thị Thu",
    "Như",
    "Phương",
    "Kim",
]
GIVEN_MALE = [
    "An", "Bảo", "Bình", "Cường", "Danh", "Dũng", "Duy", "Đạt", "Hải", "Hậu", "Hiếu", "Hòa", "Hùng", "Huy", "Khang",
    "Khánh", "Khoa", "Kiên", "Lâm", "Lộc", "Long", "Luân", "Mẫn", "Nam", "Nghĩa", "Nhân", "Phát", "Phong", "Phúc",
    "Quân", "Quang", "Quý", "Sang", "Sơn", "Tài", "Tâm", "Thắng", "Thành", "Thịnh", "Tín", "Toàn", "Trí", "Trung",
    "Tuấn", "Tùng", "Vinh", "Vũ",
]  # fmt: skip
GIVEN_FEMALE = [
    "Anh", "Châu", "Chi", "Diễm", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hồng", "Huệ",
    "Hương", "Lan", "Liên", "Linh", "Loan", "Mai", "My", "Nga", "Ngân", "Nhi", "Nhung", "Oanh", "Phượng", "Phương",
    "Quyên", "Tâm", "Thanh", "Thảo", "Thi", "Thư", "Thủy", "Tiên", "Trâm", "Trang", "Trinh", "Trúc", "Tuyết", "Uyên",
    "Vân", "Vy", "Xuân", "Yến",
]  # fmt: skip

#: Streets with the ward they lead through (wards as they are since July 2025, when the districts went).
STREETS = [
    ("Lê Văn Sỹ", "Nhiêu Lộc"), ("Trần Quốc Thảo", "Xuân Hòa"), ("Nguyễn Thị Minh Khai", "Bến Thành"),
    ("Hai Bà Trưng", "Tân Định"), ("Nguyễn Đình Chiểu", "Bàn Cờ"), ("Khánh Hội", "Khánh Hội"), ("Tôn Đản", "Xóm Chiếu"),
    ("Đoàn Văn Bơ", "Xóm Chiếu"), ("Nguyễn Trãi", "Chợ Quán"), ("Trần Hưng Đạo", "Cầu Ông Lãnh"),
    ("An Dương Vương", "An Đông"), ("Hậu Giang", "Bình Tây"), ("Hồng Bàng", "Chợ Lớn"), ("Kinh Dương Vương", "An Lạc"),
    ("Huỳnh Tấn Phát", "Tân Thuận"), ("Nguyễn Thị Thập", "Tân Hưng"), ("Phạm Thế Hiển", "Chánh Hưng"),
    ("Ba Tháng Hai", "Diên Hồng"), ("Sư Vạn Hạnh", "Hòa Hưng"), ("Lạc Long Quân", "Bình Thới"),
    ("Lê Đại Hành", "Phú Thọ"), ("Phan Đăng Lưu", "Gia Định"), ("Bạch Đằng", "Gia Định"),
    ("Xô Viết Nghệ Tĩnh", "Thạnh Mỹ Tây"), ("Nơ Trang Long", "Bình Lợi Trung"), ("Quang Trung", "Gò Vấp"),
    ("Nguyễn Oanh", "An Nhơn"), ("Phan Văn Trị", "Hạnh Thông"), ("Lê Đức Thọ", "An Hội Đông"),
    ("Phan Xích Long", "Cầu Kiệu"), ("Nguyễn Kiệm", "Đức Nhuận"), ("Huỳnh Văn Bánh", "Phú Nhuận"),
    ("Cộng Hòa", "Tân Bình"), ("Trường Sơn", "Tân Sơn Hòa"), ("Lý Thường Kiệt", "Tân Hòa"),
    ("Cách Mạng Tháng Tám", "Bảy Hiền"), ("Lũy Bán Bích", "Tân Phú"), ("Tân Kỳ Tân Quý", "Tân Sơn Nhì"),
    ("Thoại Ngọc Hầu", "Phú Thạnh"), ("Võ Văn Ngân", "Thủ Đức"), ("Kha Vạn Cân", "Hiệp Bình"),
    ("Lê Văn Việt", "Tăng Nhơn Phú"), ("Đỗ Xuân Hợp", "Phước Long"), ("Nguyễn Duy Trinh", "Bình Trưng"),
    ("Trần Não", "An Khánh"), ("Tô Ngọc Vân", "Tam Bình"), ("Lê Trọng Tấn", "Tây Thạnh"),
    ("Tỉnh Lộ 10", "Bình Trị Đông"), ("Nguyễn Ảnh Thủ", "Trung Mỹ Tây"), ("Hà Huy Giáp", "An Phú Đông"),
]  # fmt: skip

MOBILE_PREFIXES = [
    "90", "93", "89", "91", "94", "88", "97", "98", "96", "86", "32", "33", "35", "37", "38", "70", "76", "77", "79",
    "81", "83", "85", "56", "58",
]  # fmt: skip

FIRMS = [
    "Công ty TNHH Giao hàng Tia Chớp", "Công ty TNHH Chuyển phát Bến Nghé", "Công ty CP Giao nhận Cánh Én",
    "Công ty TNHH Cơm văn phòng Nhà Bếp Xanh", "Công ty TNHH Xe ôm công nghệ Phương Nam",
    "Công ty TNHH Bảo vệ An Tâm Sài Gòn", "Công ty TNHH Gas Hừng Sáng", "Công ty TNHH Nước uống Suối Trong",
    "Công ty CP Dịch vụ Siêu Tốc 30 Phút", "Công ty TNHH Hoa tươi Ban Mai",
]  # fmt: skip
HOUSEHOLDS = [
    "Hộ kinh doanh Cà phê Dì Ba", "Hộ kinh doanh Tạp hóa Minh Châu", "Hộ kinh doanh Cơm tấm Út Hương",
    "Hộ kinh doanh Sửa khóa Thành Công", "Hộ kinh doanh Giặt ủi Hoa Mai", "Hộ kinh doanh Bánh mì Cô Tư",
    "Hộ kinh doanh Điện nước Hưng Thịnh", "Hộ kinh doanh Trái cây Bà Sáu", "Hộ kinh doanh Nhà thuốc Tâm An",
    "Hộ kinh doanh Photocopy Tuổi Trẻ", "Hộ kinh doanh Cho thuê xe Biển Xanh", "Hộ kinh doanh Hủ tiếu Chú Năm",
]  # fmt: skip
