"""The schema table: the committed file is what its encoder makes of the pinned wheel."""
import pathlib
import sys
import tempfile
import unittest

from commands import run
from programs import ROOT, wheel

SCHEMA = ROOT / "crates" / "catalog" / "schema"


def extract(folder, wheel_path):
    """Extracts the schemas from a wheel; returns how the command ended, and the file."""
    out = folder / "schemas.json"
    return run([sys.executable, "-B", str(SCHEMA / "extract.py"), "--wheel", str(wheel_path), "--out", str(out)], {}), out


class SchemaTable(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_committed_file_is_reproduced(self):
        extraction, schemas = extract(self.folder, wheel("cfn-lint"))
        self.assertEqual(extraction.code, 0, extraction)
        out = self.folder / "table.bin"
        command = ["cargo", "xtask", "schema", "--input", str(schemas), "--out", str(out)]
        encoding = run(command, {}, cwd=ROOT)
        self.assertEqual(encoding.code, 0, encoding)
        encoded, committed = out.read_bytes(), (SCHEMA / "table.bin").read_bytes()
        self.assertTrue(encoded == committed, f"{len(encoded)} bytes were encoded, {len(committed)} are committed")

    def test_another_wheel_is_refused(self):
        other = self.folder / "other.whl"
        other.write_bytes(b"another wheel")
        extraction, schemas = extract(self.folder, other)
        self.assertNotEqual(extraction.code, 0, extraction)
        self.assertIn("SHA-256", extraction.err)
        self.assertFalse(schemas.exists())


if __name__ == "__main__":
    unittest.main()
