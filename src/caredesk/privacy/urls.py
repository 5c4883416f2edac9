from django.urls import path

from caredesk.privacy import views
from caredesk.privacy.access_log import urls
from caredesk.privacy.wider import views as wider

app_name = "privacy"

urlpatterns = [
    path("reviews/", views.list_reviews, name="reviews"),
    path("reviews/<uuid:grant>/", views.review, name="review"),
    path("reviews/access/<uuid:given>/", wider.wider_access, name="wider_access"),
    *urls.urlpatterns,
]
