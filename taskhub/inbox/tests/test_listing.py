from django.http import QueryDict

from taskhub.inbox.listing import Listing, from_text, parse


def test_an_address_says_the_whole_list() -> None:
    listing = Listing(view="team", team="sales", q="a b&c", priority="high", overdue=True, sort="priority", after="[1]")
    assert from_text(listing.address) == listing


def test_what_is_at_its_default_is_not_in_the_address() -> None:
    assert Listing().address == "view=mine"


def test_what_it_does_not_know_is_left_out() -> None:
    assert parse(QueryDict("view=nobody&sort=colour&priority=extreme&state=odd&colour=red")) == Listing()


def test_a_filter_is_taken_away_without_touching_the_others() -> None:
    listing = Listing(priority="high", source="intake")
    assert listing.without("priority") == "view=mine&source=intake"


def test_the_order_of_the_filters_is_fixed_and_overdue_reads_yes() -> None:
    listing = Listing(overdue=True, q="x", source="hub")
    assert listing.narrowing == {"q": "x", "source": "hub", "overdue": "yes"}


def test_nul_characters_never_reach_the_database() -> None:
    assert parse(QueryDict("q=a%00b&tag=%00")).q == "ab"


def test_only_open_work_in_the_order_of_its_due_dates_is_grouped() -> None:
    assert Listing().is_grouped
    assert not Listing(sort="newest").is_grouped
    assert not Listing(view="completed").is_grouped
