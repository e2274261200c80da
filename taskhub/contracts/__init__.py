"""The public wire APIs. Each contract is one folder with its own words; none imports another, and none holds a rule.

What all of them share stands here: strict JSON in, JSON out, errors of every kind in the contract's own shape,
idempotency, rate limits, paging and one OpenAPI document each. Below: `tasks.commands` and `tasks.queries`.
"""
