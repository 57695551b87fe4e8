"""The URLs of version 1 of the API."""

from django.urls import URLPattern, URLResolver

app_name = "v1"

urlpatterns: list[URLPattern | URLResolver] = []
