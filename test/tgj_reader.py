"""An independent reader of TGJ with the rules of Trace's: prints the order of nodes and what each message takes, or fails."""
import json
import sys

ALIASES = {"param": "parameter", "const": "value", "msg": "message"}
document = json.load(sys.stdin)
assert document["tgj"] == "1.0", "version"
listed = document["nodes"]
records = listed if isinstance(listed, list) else [{"id": key, **record} for key, record in listed.items()]
known, names = {}, set()


def kind_of(record):
    return ALIASES.get(record["kind"], record["kind"])


def resolve(ref):
    if isinstance(ref, dict) and "literal" in ref:
        return {"literal": ref["literal"]}
    name = ref["ref"] if isinstance(ref, dict) else ref
    assert name in known, f"{name} is used before it stands in the document"
    return known[name]


def remember(record):
    assert record["id"] not in known, f"{record['id']} stands twice, or is the name of another"
    assert ":" not in record["name"], f"{record['name']} would lose its colon"
    known[record["id"]] = record["id"]
    names.add(record["name"])


first = [record for record in records if kind_of(record) in ("parameter", "value")]
for record in first:
    assert "value" in record, f"{record['id']} has no value"
    remember(record)
inputs = {}
for record in records:
    if kind_of(record) not in ("message", "exception"):
        continue
    inputs[record["id"]] = [resolve(ref) for ref in record["inputs"].values()]
    if kind_of(record) == "exception":
        assert set(record["error"]) >= {"type", "message"}
    else:
        assert record["op"] and ":" in record["output"]["name"]
    remember(record)
assert not names & set(known), "the name of a node is the id of another"
print(json.dumps({"inputs": inputs, "exports": {port: resolve(ref) for port, ref in document.get("exports", {}).items()}}))
