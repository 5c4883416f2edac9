"""What the stories do at the desk again and again."""

from typing import Any

from tests.world import PASSWORD


def sign_in(page: Any, name: str) -> None:
    """Sign in as somebody of the cast and come to the day."""
    page.goto("/sign-in/")
    page.get_by_label("Name you sign in with").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/day/**")


def find(page: Any, text: str) -> None:
    """Type in the command bar and open the first that is found."""
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    page.locator("#find-options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
