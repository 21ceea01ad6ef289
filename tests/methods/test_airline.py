"""The airline model against R, and its forecasts against a state space that knows the same parameters."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from analysis.methods import airline

PASSENGERS = np.log([
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,  # 1949
    115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,  # 1950
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,  # 1951
    171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,  # 1952
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201,  # 1953
    204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,  # 1954
    242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278,  # 1955
    284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,  # 1956
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,  # 1957
    340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,  # 1958
    360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405,  # 1959
    417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,  # 1960
])  # fmt: skip


def test_airline_passengers() -> None:
    """R: arima(log(AirPassengers), c(0,1,1), list(order = c(0,1,1))): −.4018, −.5569, .001348, 244.70, AIC −483.40."""
    found = airline.fit(PASSENGERS)
    assert (found.reaction, found.seasonal) == pytest.approx((-0.4018, -0.5569), abs=2e-4)
    assert found.variance == pytest.approx(0.001348, abs=1e-6)
    assert found.log_likelihood == pytest.approx(244.70, abs=0.005)
    assert -2 * found.log_likelihood + 2 * 3 == pytest.approx(-483.40, abs=0.01)


@pytest.mark.parametrize("months", [36, 144])
def test_forecasts_are_those_of_statsmodels_with_the_same_parameters(months: int) -> None:
    values = PASSENGERS[:months]
    model = SARIMAX(values, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12))
    theirs = model.smooth(list(airline.fit(values)[:3])).get_forecast(14)
    middle, spread = airline.ahead(values, 14)
    assert middle == pytest.approx(theirs.predicted_mean, abs=1e-6)
    assert spread == pytest.approx(theirs.se_mean, rel=1e-4)
