"""The arithmetic that the form promises, judged; it never changes a number.

In: facts and the rules of the format file, or the reports of two years. Out: findings and verdicts. Blanks are
no zeros: a relation with a blank holds, breaks or cannot be told, and says which.
"""
