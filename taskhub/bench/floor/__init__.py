"""The floor: bare views without middleware, serializers, rights or limits. Only here to be measured against."""
