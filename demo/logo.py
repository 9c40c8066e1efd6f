"""The shop's sign, drawn: two wheels and a frame."""

import base64
import io

from PIL import Image, ImageDraw

RED, WHITE = (178, 34, 52), (255, 255, 255)


def logo():
    """A PNG of 512 × 512 for the company.

    :return: base64 bytes
    """
    image = Image.new("RGB", (512, 512), WHITE)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((8, 8, 504, 504), radius=96, fill=RED)
    for x in (140, 372):
        draw.ellipse((x - 76, 264, x + 76, 416), outline=WHITE, width=22)
        draw.ellipse((x - 14, 326, x + 14, 354), fill=WHITE)
    frame = [(140, 340), (190, 232), (300, 232), (372, 340), (250, 340), (190, 232)]
    draw.line(frame, fill=WHITE, width=22, joint="curve")
    draw.line([(372, 340), (330, 168), (286, 156)], fill=WHITE, width=22, joint="curve")
    draw.rounded_rectangle((150, 196, 262, 230), radius=16, fill=WHITE)
    draw.ellipse((322, 152, 360, 190), fill=WHITE)
    buffer = io.BytesIO()
    image.resize((256, 256), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue())
