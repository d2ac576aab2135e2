"""Lists of what a custodian owes (应付清单): read from files and databases, checked row by row, made ready for the tree.

`reading.read_liabilities` is the door.
"""
