"""Tables by name follow the Vietnamese alphabet."""

import pandas as pd

from analysis.display import labels


def test_names_follow_the_alphabet_within_what_comes_first():
    frame = pd.DataFrame(
        {"tier": [2, 1, 1, 1, 1], "unit_name": ["xã An", "xã Tân", "xã Chí Tiên", "Xã Đa", "xã Chí Đám"]}
    )
    ordered = frame.sort_values(["tier", "unit_name"], key=labels.in_order)
    assert ordered["unit_name"].tolist() == ["xã Chí Đám", "xã Chí Tiên", "Xã Đa", "xã Tân", "xã An"]
