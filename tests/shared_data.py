"""The real-world files that lie beside a maintainer's checkout and are never copied into it.

A test that reads them is marked `@needs_shared_data`. Where the files are missing it is skipped, but never in
CI: there it fails, so that the proof is not quietly a smaller one.
"""

from pathlib import Path

import pytest

SHARED_DATA: Path = Path(__file__).resolve().parents[2] / "shared" / "data"

needs_shared_data = pytest.mark.shared_data
