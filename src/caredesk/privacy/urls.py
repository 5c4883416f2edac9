from django.urls import path

from caredesk.privacy import views
from caredesk.privacy.access_log import urls

app_name = "privacy"

urlpatterns = [
    path("reviews/", views.list_reviews, name="reviews"),
    path("reviews/<uuid:grant>/", views.review, name="review"),
    *urls.urlpatterns,
]
