"""A step, or the head of a definition, as a form: plain values to inputs, and inputs back to plain values. Pure.

    shown = STEP.show(step, Place(), world)      what a template prints
    step = STEP.read(Posted(values), Place())    what a browser sends back

Nothing that is typed is refused here: what makes no sense becomes a value that the engine finds fault with, at a path
that leads back to the input. What no input can say, `fits` tells beforehand; then the step is shown as YAML.
"""
