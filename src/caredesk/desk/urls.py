from datetime import date

from django.urls import path, register_converter

from caredesk.desk import views


class DayConverter:
    """A day as it stands in an address: 2026-11-24."""

    regex = r"20\d{2}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("day/", views.today, name="today"),
    path("day/<day:day>/", views.day, name="day"),
    path("day/going/", views.going, name="going"),
    path("find/", views.find_page, name="find"),
    path("find/options/", views.find_options, name="find_options"),
    path("appointments/new/", views.new_visit, name="new_visit"),
]
