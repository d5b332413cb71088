"""A real PostgreSQL server of this test run: from the wheel `pgserver`, or the one that is installed."""

import glob
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time


def programs():
    """Where initdb and pg_ctl are."""
    wheel = importlib.util.find_spec("pgserver")
    inside = [
        f"{part}/pginstall/bin" for part in (wheel.submodule_search_locations if wheel else [])
    ]
    on_path = shutil.which("initdb")
    installed = [os.path.dirname(on_path)] if on_path else glob.glob("/usr/lib/postgresql/*/bin")
    found = [folder for folder in (*inside, *installed) if os.path.exists(f"{folder}/initdb")]
    assert found, "there is no PostgreSQL: pip install pgserver, or apt install postgresql"
    return found[0]


class Server:
    """Runs on a socket in a directory of its own; the user `ada` needs the password `secret`."""

    def __init__(self):
        self.programs, self.directory = programs(), tempfile.mkdtemp(prefix="dlref-")
        self.data, self.options = f"{self.directory}/data", {}
        if os.geteuid() == 0:  # as whom PostgreSQL does not run
            self.options = {"user": "nobody", "extra_groups": []}
            os.chown(self.directory, pwd.getpwnam("nobody").pw_uid, -1)
        self.call("initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync")
        with open(f"{self.data}/pg_hba.conf", "w") as file:
            file.write("local all ada scram-sha-256\nlocal all all trust\n")
        self.start()
        self.run("CREATE USER ada SUPERUSER PASSWORD 'secret'")

    def call(self, program, *words):
        words = [f"{self.programs}/{program}", "--pgdata", self.data, *words]
        quiet = {"stdout": subprocess.DEVNULL, "cwd": self.directory}
        subprocess.run(words, check=True, **quiet, **self.options)

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
