from caredesk.privacy.access_log import urls

app_name = "privacy"

urlpatterns = [*urls.urlpatterns]
