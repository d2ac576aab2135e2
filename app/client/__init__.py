"""How anything outside talks to a node: query, draft, submit, wait for the receipt, subscribe, check what came back."""
