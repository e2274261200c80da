"""`bin/bench`: how fast TaskHub is beside a floor measured in the same minutes on the same machine.

The floor is a bare Django view on the same server that runs the ideal SQL and writes it with orjson. Its views are
in `floor/`, with settings and routes of their own: nothing here is part of the product, which imports none of it.
"""
