"""Reads OpenMetrics by the parser of the Python client: openmetrics.py OPENMETRICS TEXT REVIEWS."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as text_families

openmetrics, text, reviews = sys.argv[1:]
families = list(text_string_to_metric_families(open(openmetrics, encoding="utf-8").read()))
names = [family.name for family in families]


def told_by(families):
    """Series by name and labels. Both formats write bounds of buckets in their own way, and only OpenMetrics says since when a series counts."""
    labels = lambda sample: {name: str(float(value)) if name == "le" else value for name, value in sample.labels.items()}
    samples = (sample for family in families for sample in family.samples if not sample.name.endswith("_created"))
    return {(sample.name, tuple(sorted(labels(sample).items()))) for sample in samples}


series = told_by(families)
told = told_by(text_families(open(text, encoding="utf-8").read()))
requests = next(family for family in families if family.name == "ha_webhook_admission_requests")
counted = sum(sample.value for sample in requests.samples if sample.name.endswith("_total"))

assert len(names) == len(set(names)), "a family comes twice"
assert all(family.documentation for family in families), "a family has no help"
# Between the two scrapes only what the runtime throws may have come to be.
assert not {name for name, _ in series ^ told} - {"dotnet_exceptions_total"}, f"the two formats differ: {sorted(series ^ told)}"
assert counted == float(reviews), f"{counted} reviews are counted, {reviews} were sent"
print(f"promtool and the Python client read {len(families)} families with {len(series)} series, {reviews} reviews among them")
