from caredesk.people.rules.sounds import sound
from caredesk.people.rules.spellings import MOST, MOST_BEGUN, MOST_PATTERNS, Spellings

KNOWN = {
    "smith": 900,
    "smyth": 30,
    "smit": 2,
    "smithers": 5,
    "schmidt": 80,
    "jones": 700,
    "smiht": 0,
}


def test_the_likeliest_come_first_and_strangers_not_at_all() -> None:
    assert Spellings("smith", KNOWN).meant[:3] == ("smith", "smithers", "smyth")
    assert "jones" not in Spellings("smith", KNOWN).meant


def test_a_word_that_nobody_has_any_more_is_not_meant() -> None:
    assert Spellings("smiht", KNOWN).meant[0] == "smith"
    assert Spellings("smiht", KNOWN).begun == ()


def test_short_forms_are_meant() -> None:
    assert Spellings("bill", {"william": 10}).meant == ("william",)


def test_only_so_many_are_compared_and_read() -> None:
    many = {f"smith{letter}{other}": 1 for letter in "abcdefgh" for other in "abcdefghijklmnop"}
    found = Spellings("smith", many)
    assert len(found.meant) == MOST
    assert len(found.begun) > MOST_BEGUN
    assert not found.is_complete
    assert len(Spellings("smiht", KNOWN | many).patterns) <= MOST_PATTERNS + 1
    assert Spellings("smith", KNOWN).within(["smith", "smyth", "smit"], 930) == ["smith", "smyth"]
    assert Spellings("smith", KNOWN).within(["smith"], 1) == ["smith"]


def test_what_has_no_vowel_sounds_like_nothing() -> None:
    assert sound("zzz") == ""
    assert sound("lee") == sound("leigh") != ""
