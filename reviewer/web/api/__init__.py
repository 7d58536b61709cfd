"""The REST API: the services over HTTP, described by ``/api/openapi.json``."""
