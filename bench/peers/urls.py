"""The addresses of the project for comparison."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from bench.peers.drf import Events
from bench.peers.ninja import api

router = DefaultRouter()
router.register("events", Events)
urlpatterns = [path("drf/", include(router.urls)), path("ninja/", api.urls)]
