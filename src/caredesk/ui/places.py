"""The stylesheet of places on the day board.

The Content-Security-Policy forbids style attributes, so a visit's place is a pair of classes:
`at-N` (the N-th five minutes of the board) and `for-N` (so many five minutes). A day whose clocks
go back has 300 of them.

    python -m caredesk.ui.places > src/caredesk/ui/static/ui/css/places.css
"""

import sys

ROWS = 300
TWELFTHS = 12
LANES = (1, 2, 3, 4, 6)
MINUTES_A_ROW = 5


def stylesheet() -> str:
    lines = ["/* Made by caredesk.ui.places; a test holds the two together. Do not edit. */", ""]
    lines += [f".at-{row} {{ --at: {row}; }}" for row in range(ROWS + 1)]
    lines += [f".for-{rows} {{ --for: {rows}; }}" for rows in range(1, ROWS + 1)]
    lines += [f".now-{row} {{ --now-at: {row}; }}" for row in range(ROWS + 1)]
    lines += [_lane(lane, lanes) for lanes in LANES for lane in range(1, lanes + 1)]
    return "\n".join(lines) + "\n"


def _lane(lane: int, lanes: int) -> str:
    width = TWELFTHS // lanes
    first = (lane - 1) * width + 1
    return f".lane-{lane}-of-{lanes} {{ grid-column: {first} / span {width}; }}"


if __name__ == "__main__":
    sys.stdout.write(stylesheet())
