"""`python -m benchmarks NAME [options]`: run one measurement. A module is loaded only when it is asked for."""

import sys
from importlib import import_module

BENCHMARKS = {
    "hash": "benchmarks.hash",
    "verify": "benchmarks.verify",
    "sync": "benchmarks.sync",
    "beside": "benchmarks.beside",
    "consensus": "benchmarks.consensus",
    "footprint": "benchmarks.footprint",
    "registry": "benchmarks.registry",
    "hsm": "benchmarks.hsm",
    "reserve": "benchmarks.reserve",
}
"""Name on the command line → module with `run(arguments) -> int`, the exit code."""


def main(arguments: list[str]) -> int:
    """Run the measurement named first; give it the rest."""
    if not arguments or arguments[0] not in BENCHMARKS:
        print(f"usage: python -m benchmarks {{{','.join(BENCHMARKS)}}} [options]", file=sys.stderr)
        return 2
    result: int = import_module(BENCHMARKS[arguments[0]]).run(arguments[1:])
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
