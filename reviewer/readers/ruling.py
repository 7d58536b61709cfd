"""The ruled lines of a picture: how far it is turned, and the boxes that its lines enclose. Needs OpenCV."""

from typing import Any

from reviewer.readers.boxes import Box

# Shares of the picture's shorter side.
_SHORTEST_LINE = 1 / 45
_SMALLEST_BOX = 1 / 110


def straighten(picture: Any) -> Any:
    """The picture turned so that its long lines are level; unchanged without such lines or beyond 12 degrees."""
    import cv2
    import numpy as np

    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    height, width = gray.shape
    ink = _ink(gray)
    found = cv2.HoughLinesP(ink, 1, np.pi / 720, 200, minLineLength=width // 4, maxLineGap=width // 100)
    if found is None:
        return picture
    ends = found.reshape(-1, 4).astype(float)
    angles = np.degrees(np.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0]))
    angles = angles[np.abs(angles) < 12]
    if not len(angles) or abs(angle := float(np.median(angles))) < 0.15:
        return picture
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(picture, turn, (width, height), borderValue=(255, 255, 255))


def tables(picture: Any) -> list[list[Box]]:
    """The boxes of each ruled table, tables from top to bottom."""
    import cv2
    import numpy as np

    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    height, width = gray.shape
    side = min(height, width)
    ink = _ink(gray)
    length = max(int(side * _SHORTEST_LINE), 12)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    # Lines are lengthened a little: in scans they often miss each other at the corners.
    across = cv2.dilate(across, np.ones((2, 9), np.uint8))
    down = cv2.dilate(down, np.ones((9, 2), np.uint8))
    lines = cv2.bitwise_or(across, down)
    _, _, frames, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    _, _, regions, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(lines), connectivity=4)
    smallest = max(side * _SMALLEST_BOX, 8)
    boxes = []
    for x, y, w, h, area in regions[1:]:
        touches_edge = x == 0 or y == 0 or x + w == width or y + h == height
        if w > smallest and h > smallest and area > 0.85 * w * h and not touches_edge:
            boxes.append(Box(float(x), float(y), float(x + w), float(y + h)))
    # The hole of a large letter O is no cell.
    boxes = [b for b in boxes if not any(_inside(b, other) for other in boxes)]
    found = []
    for x, y, w, h, _ in sorted(frames[1:].tolist(), key=lambda f: (f[1], f[0])):
        frame = Box(x - 1, y - 1, x + w + 1, y + h + 1)
        inside = [b for b in boxes if frame.holds((b.left + b.right) / 2, (b.top + b.bottom) / 2)]
        if len(inside) > 3:
            found.append(inside)
            boxes = [b for b in boxes if b not in inside]
    return found


def _inside(box: Box, other: Box) -> bool:
    return (
        box is not other
        and other.left <= box.left
        and other.top <= box.top
        and box.right <= other.right
        and box.bottom <= other.bottom
    )


def _ink(gray: Any) -> Any:
    """Dark strokes as 255, also under uneven light."""
    import cv2

    return cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
