"""The figures of graph.ts that Python's Trace has too, as JSON: CPU time per call, bytes per node, backward. Run by graph.ts."""
import json
import sys
import time
import tracemalloc

from opto.trace import bundle, node
from opto.trace.nodes import GRAPH

sys.setrecursionlimit(100_000)


def cpu(run):
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000


def fresh(run):
    GRAPH.clear()
    return run()


def median(values):
    return sorted(values)[len(values) // 2]


@bundle()
def inc(x):
    """[inc] adds one"""
    return x + 1


def repeat(step, count):
    def run():
        x = node(0)
        for _ in range(count):
            x = step(x)
    return run


def chain(length):
    x = node(0, trainable=True)
    for _ in range(length):
        x = x + 1
    return x


def diamonds(count):
    x = node(0, trainable=True)
    for _ in range(count):
        x = ((x + 1) - 1) + (x * 1)
    return x


def backward(output):
    return cpu(lambda: output.backward("too low"))


def memory(count):
    GRAPH.clear()
    tracemalloc.start()
    kept = chain(count)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / count if kept is not None else 0


CALLS = 1000
print(json.dumps({
    "python": sys.version.split()[0],
    "bundle call": median([fresh(lambda: cpu(repeat(inc, CALLS)) * 1000 / CALLS) for _ in range(5)]),
    "operator": median([fresh(lambda: cpu(repeat(lambda x: x + 1, CALLS)) * 1000 / CALLS) for _ in range(5)]),
    "memory of an operator node": memory(10_000),
    # What takes minutes at 10,000 and 1,000 is measured at a tenth.
    "backward, chain of 1,000": fresh(lambda: backward(chain(1000))),
    "backward, 100 diamonds": fresh(lambda: backward(diamonds(100))),
}))
