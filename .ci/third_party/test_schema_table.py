"""The schema table: the committed file is what its script makes of the pinned wheel."""
import pathlib
import tempfile
import unittest

from commands import run
from programs import ROOT, python, wheel

SCHEMA = ROOT / "crates" / "catalog" / "schema"


class SchemaTable(unittest.TestCase):
    def make(self, *flags):
        """What the script said, and the file that it made, if any."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "table.bin"
            command = [python("schema-table"), "-B", str(SCHEMA / "generate.py"), "--out", str(out), *flags]
            said = run(command, {})
            return said, out.read_bytes() if out.exists() else None

    def test_the_committed_file_is_what_the_script_makes(self):
        said, made = self.make("--wheel", str(wheel("cfn-lint")))
        self.assertEqual(said.code, 0, said)
        held = (SCHEMA / "table.bin").read_bytes()
        self.assertTrue(made == held, f"{len(made)} bytes were made, {len(held)} are committed")

    def test_another_wheel_is_refused(self):
        with tempfile.NamedTemporaryFile(suffix=".whl") as other:
            other.write(b"not the wheel")
            other.flush()
            said, made = self.make("--wheel", other.name)
        self.assertNotEqual(said.code, 0, said)
        self.assertIn("SHA-256", said.err)
        self.assertIsNone(made)


if __name__ == "__main__":
    unittest.main()
