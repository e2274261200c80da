"""Work counted ahead: what makes numbers about a million tasks a matter of milliseconds, and exact at once (ADR 0119).

    a command writes a task or a share -> a trigger adds an entry, in the same transaction (`triggers`)
    the sweep moves entries into roll-ups, which are sums by span of days (`folding`)
    a read adds up: roll-ups, the entries that are in none yet, and row by row what neither can tell (`sources`)

Entries are only added, so commands never wait for each other here; what a reader adds up is true of its moment, whether
the sweep ran or not. All of it is derived: `folding.recount` builds it anew from the tasks.
"""
