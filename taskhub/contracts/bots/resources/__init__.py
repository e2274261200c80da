"""The resources of the bots contract, a folder each: `views.py` ends with its `routes`, `shapes.py` has what it reads
and writes. A new one is a folder here and a line in `urls.py`; words shared by several are in `mapping.py`."""
