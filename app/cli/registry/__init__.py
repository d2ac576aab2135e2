"""The registry's commands: what is typed becomes an action of the law, shown, signed and followed; or a question."""
