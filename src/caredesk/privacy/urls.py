from django.urls import path

from caredesk.privacy import views

app_name = "privacy"

urlpatterns = [
    path("reviews/", views.list_reviews, name="reviews"),
    path("reviews/<uuid:grant>/", views.review, name="review"),
]
