"""What runs in the reader process: files into plain content. Knows no Django, no settings and no secret.

`program` is the process, `channel` how one talks with it; `workflows.processors.reader` is the other end.
"""
