"""The update checker without WebAssembly, against a registry of a few tags: python3 -m unittest."""

import unittest

from main import Policy, check
from slipway import Subject, testing


class TheNewestTag(unittest.TestCase):
    def test_of_the_prefix_wins(self) -> None:
        with testing.with_registry(lambda repository: ["v1", "v3", "x9"], lambda reference: f"sha256:{reference}"):
            found = check(Subject("image", "r.example/app:v1"), testing.values(Policy, {"prefix": "v"}))
        self.assertEqual("r.example/app:v3", found and found.reference)


if __name__ == "__main__":
    unittest.main()
