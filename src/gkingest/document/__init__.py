"""One document from bytes to report: the only room that knows the order of the stages.

In: bytes of one file and what the crawl says of it. Out: a `Document` with its reports, facts, findings and
status. `ingest` is the list of stages, and holds the one broad `except`; `ladder` climbs from the cheapest way
of reading a table to the last resort and is the one place that goes back to the paper, `attempt` says which
reading is the best and when another is not worth its time; `second_look` looks again
at figures that break a rule. `inspection` shows what each stage made of a document.
"""
