"""An optimizer in Python, standard library only: halves the step of each number that failing cases depend on, and follows the feedback.

    npx trace-eval --optimizer "process:python3 optimizer.py"    (one process for the run; with command: one a round)
"""
import json
import random
import sys


def nodes_behind(graph, name):
    """Names of the steps whose inputs lead back to the parameter `name`: what a change of it can move."""
    reached = {node["id"] for node in graph["nodes"] if node["kind"] == "parameter" and node["name"] == name}
    for node in graph["nodes"]:  # inputs stand before their users
        refs = node.get("inputs", {}).values()
        if any((ref if isinstance(ref, str) else ref.get("ref")) in reached for ref in refs):
            reached.add(node["id"])
    return len(reached)


def moves(parameter, question, rng):
    domain, value = parameter["domain"], parameter["value"]
    if domain["kind"] == "choice":
        return [choice for choice in domain["choices"] if choice != value]
    if domain["kind"] == "boolean":
        return [not value]
    if domain["kind"] != "number":
        return []
    low, high = domain.get("range", [value - max(1, abs(value)), value + max(1, abs(value))])
    step = (high - low) / 2 ** question["round"]
    tried = [min(high, max(low, value + sign * step * rng.uniform(0.7, 1.3))) for sign in (1, -1)]
    return [round(move) if domain["integer"] else move for move in tried]


def answer(question):
    rng = random.Random(question["seed"])
    by_name = {parameter["name"]: parameter for parameter in question["parameters"]}
    graphs = [case["graph"] for case in question["cases"] if "graph" in case]
    suspects = sorted(question["blame"], key=lambda one: (-one["score"], -sum(nodes_behind(graph, one["parameter"]) for graph in graphs)))
    proposals = []
    for suspect in suspects:
        parameter = by_name[suspect["parameter"]]
        for value in moves(parameter, question, rng):
            reason = "%s: %d failing cases depend on it" % (parameter["name"], len(suspect["cases"]))
            proposals.append({"changes": {parameter["name"]: value}, "reason": reason})
    return {"round": question["round"], "proposals": proposals[: question["maxCandidates"]]}


for line in sys.stdin:  # a question on each line; its end is the end of the run
    print(json.dumps(answer(json.loads(line))), flush=True)
