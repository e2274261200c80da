"""Graphs to draw: the six by which diagrams are judged, and any other."""

from hypothesis import strategies as st

from workflows.diagram.graph import Edge, Graph, Kind, Node, State


def edges(*lines: str) -> tuple[Edge, ...]:
    """ "a > b", "a > b: approved" and, for one that was taken, "a > b: approved!"."""
    found = []
    for line in lines:
        way, _, label = line.removesuffix("!").partition(":")
        source, target = (part.strip() for part in way.split(">"))
        found.append(Edge(source, target, label.strip(), line.endswith("!")))
    return tuple(found)


def start(state: State = State.NONE) -> Node:
    return Node("start", "Start", Kind.START, state)


def end(state: State = State.NONE) -> Node:
    return Node("end", "End", Kind.END, state)


LINE = Graph(
    (
        start(State.DONE),
        Node("setup", "Account setup", Kind.HUMAN, State.DONE, "jdoe", "/tasks/1/"),
        Node("kyc", "KYC check", Kind.AUTOMATIC, State.DONE),
        Node("review", "Review customer file", Kind.HUMAN, State.CURRENT, "2 h late · Sales Team", "/tasks/2/"),
        Node("training", "Training", Kind.HUMAN, State.WAITING),
        end(State.WAITING),
    ),
    edges("start > setup!", "setup > kyc!", "kyc > review!", "review > training", "training > end"),
)

FORK_JOIN = Graph(
    (
        start(State.DONE),
        Node("submit", "Submit expense", Kind.HUMAN, State.DONE, "ana"),
        Node("legal", "Legal approval", Kind.HUMAN, State.DONE, "bo"),
        Node("finance", "Finance approval", Kind.HUMAN, State.CURRENT, "due today"),
        Node("manager", "Manager approval of everything above the limit", Kind.HUMAN, State.CURRENT, "Sales Team"),
        Node("pay", "Pay out", Kind.AUTOMATIC, State.WAITING),
        end(State.WAITING),
    ),
    edges(
        "start > submit!",
        "submit > legal!",
        "submit > finance!",
        "submit > manager!",
        "legal > pay!",
        "finance > pay",
        "manager > pay",
        "pay > end",
    ),
)

LOOP = Graph(
    (
        start(State.DONE),
        Node("verify", "Verify Contact Information", Kind.HUMAN, State.DONE, "jdoe"),
        Node("welcome", "Send welcome email", Kind.AUTOMATIC, State.DONE),
        Node("review", "Review", Kind.HUMAN, State.CURRENT, "due 14:00 (late)"),
        Node("training", "Training", Kind.HUMAN, State.WAITING),
        end(State.WAITING),
    ),
    edges(
        "start > verify!",
        "verify > welcome: approved!",
        "verify > end: rejected",
        "welcome > review: sent!",
        "welcome > verify: failed",
        "review > training: approved",
        "review > verify: rejected!",
        "review > review: ask again",
        "training > welcome: once more",
        "training > end",
    ),
)

LONG = Graph(
    (
        *(
            Node(
                f"s{number}",
                f"Step {number} of a long process",
                Kind.HUMAN if number % 3 else Kind.AUTOMATIC,
                State.DONE if number < 9 else State.CURRENT if number == 9 else State.WAITING,
                "ana" if number % 2 else "",
            )
            for number in range(25)
        ),
        end(State.WAITING),
    ),
    edges(
        *(f"s{number} > s{number + 1}: ok{'!' if number < 9 else ''}" for number in range(24)),
        *(f"s{number} > end: rejected" for number in range(3, 20, 4)),
        "s24 > end: ok",
        "s12 > s4: again",
        "s20 > s4: from there",
        "s7 > s11: shortcut",
        "s14 > s18",
    ),
)

FAILED = Graph(
    (
        start(State.DONE),
        Node("receive", "Receive document", Kind.AUTOMATIC, State.DONE),
        Node("extract", "Extract fields", Kind.AUTOMATIC, State.FAILED, "partner system answered 502", "/instances/7/"),
        Node("check", "Check fields", Kind.HUMAN, State.WAITING, "Review Team"),
        Node("archive", "Archive", Kind.AUTOMATIC, State.WAITING),
        end(State.WAITING),
    ),
    edges(
        "start > receive!",
        "receive > extract!",
        "extract > check: good",
        "extract > archive: certain",
        "check > archive",
        "archive > end",
    ),
)

SKIPPED = Graph(
    (
        start(State.DONE),
        Node("setup", "Account setup", Kind.HUMAN, State.DONE, "jdoe"),
        Node("manual", "Manual check", Kind.HUMAN, State.SKIPPED),
        Node("kyc", "KYC", Kind.WORKFLOW, State.DONE, "4 steps"),
        Node("signature", "Wait for signature", Kind.WAIT, State.CURRENT, "until 16 Jan 12:00"),
        Node("remind", "Remind customer", Kind.AUTOMATIC, State.CANCELED, "no longer needed"),
        Node("training", "Training", Kind.HUMAN, State.WAITING),
        end(State.WAITING),
    ),
    edges(
        "start > setup!",
        "setup > kyc: low risk!",
        "setup > manual: high risk",
        "manual > kyc",
        "kyc > signature!",
        "kyc > remind",
        "remind > training",
        "signature > training: signed",
        "signature > end: expired",
        "training > end",
    ),
)

SIX = {"line": LINE, "fork and join": FORK_JOIN, "loop": LOOP, "long": LONG, "failed": FAILED, "skipped": SKIPPED}

_labels = st.sampled_from(["", "", "ok", "rejected", "approved with remarks", "amount > 1000 and region = 'EU'"])


@st.composite
def any_graph(draw: st.DrawFn, most: int = 40) -> Graph:
    """Up to `most` nodes with loops, parallel edges, edges to themselves, and parts that nothing connects."""
    size = draw(st.integers(1, most))
    nodes = tuple(
        Node(
            f"n{number}",
            draw(st.sampled_from(["Step", "Verify contact information", "A name that needs more than two lines " * 2])),
            draw(st.sampled_from(Kind)),
            draw(st.sampled_from(State)),
            draw(st.sampled_from(["", "Sales Team, due tomorrow"])),
        )
        for number in range(size)
    )
    ends = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(ends, ends, _labels, st.booleans()), max_size=2 * size))
    return Graph(nodes, tuple(Edge(f"n{one}", f"n{other}", label, taken) for one, other, label, taken in pairs))
