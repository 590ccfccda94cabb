"""Money of a parcel: the worked examples of the spec, and the order of the parts."""

from packstation.cartons.plan import Band, Money, Rate, Surcharge
from packstation.cartons.price import billable_weight_g, dim_weight_g, has_steps, parcel_money, side_over


def test_sides_round_up_to_whole_inches_before_the_volume() -> None:
    """CT8.6: 308x257x213 mm is 13x11x9 in."""
    rate = Rate(800, 137, dim_divisor_cm3_per_kg=5022, side_round_um=25_400)
    assert dim_weight_g((308, 257, 213), 5022, 25_400) == 4200
    assert billable_weight_g(1200, (308, 257, 213), rate) == 5000
    assert parcel_money(100, (308, 257, 213), 1200, 0, rate).total_minor == 1585


def test_without_rounding_the_same_parcel_is_cheaper() -> None:
    """CT8.6."""
    rate = Rate(800, 137, dim_divisor_cm3_per_kg=5022)
    assert parcel_money(100, (308, 257, 213), 1200, 0, rate).total_minor == 1448


def test_the_billable_weight_of_the_hub_example() -> None:
    """hub P6: 400x300x250 mm, 2,100 g, step 500."""
    for divisor, dim_g in ((5000, 6000), (5022, 5974)):
        rate = Rate(dim_divisor_cm3_per_kg=divisor, weight_step_g=500)
        assert dim_weight_g((400, 300, 250), divisor, 0) == dim_g
        assert billable_weight_g(2100, (400, 300, 250), rate) == 6000


def test_band_surcharge_and_fuel_of_the_hub_example() -> None:
    """hub P5-P6: band 912, residential 455 fuelable, fuel 1250 bp: 171, total 1,538."""
    rate = Rate(
        bands=(Band(0, 5000, 700), Band(5000, 6000, 912), Band(6000, None, 1100, 40)),
        weight_step_g=500,
        fuel_bp=1250,
        surcharges=(Surcharge("always", 0, 455, fuelable=True),),
    )
    money = parcel_money(0, (100, 100, 100), 6000, 0, rate)
    assert money == Money(weight_minor=912, surcharge_minor=455, fuel_minor=171, surcharges=(("always", 455),))
    assert money.total_minor == 1538
    assert parcel_money(0, (100, 100, 100), 6001, 0, rate).weight_minor == 1140


def test_of_one_group_only_the_dearest_row_counts_and_limits_are_strict() -> None:
    """CT4.6."""
    handling = Surcharge("volume_over_cm3", 100, 2950, "handling")
    oversize = Surcharge("length_over_mm", 200, 25_500, "handling")
    rate = Rate(surcharges=(handling, oversize))
    assert parcel_money(0, (100, 100, 10), 1, 0, rate).total_minor == 0
    assert parcel_money(0, (100, 100, 11), 1, 0, rate).total_minor == 2950
    assert parcel_money(0, (201, 100, 11), 1, 0, rate).total_minor == 25_500
    assert has_steps(rate)


def test_girth_is_twice_the_two_shorter_sides() -> None:
    """CT4.6, hub P2."""
    rate = Rate(surcharges=(Surcharge("girth_over_mm", 399, 100), Surcharge("length_girth_over_mm", 700, 900)))
    assert parcel_money(0, (300, 100, 100), 1, 0, rate).total_minor == 100
    assert side_over((300, 100, 100), Rate(max_girth_mm=400)) is None
    assert side_over((300, 100, 101), Rate(max_girth_mm=400)) == ("over_girth", 402, 400)


def test_void_filling_and_the_minimum_are_parts_of_their_own() -> None:
    """CT4.3, hub P5."""
    money = parcel_money(50, (100, 100, 100), 100, 1_500_001, Rate(void_minor_per_l=10, min_price_minor=400))
    assert money == Money(carton_minor=50, void_minor=16, minimum_minor=400)
