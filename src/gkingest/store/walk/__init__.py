"""All current reports in one walk: what the views say of each of them, many times faster than by asking them.

A view looks every figure up where it is wanted, which is right for a question and dear for everything. Here each
report is taken once, with all its figures, and every sheet of an export makes its rows of that. The views are the
promise; that both say the same is held by tests.
"""
