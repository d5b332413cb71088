"""Optuna's dashboard on a study of ours, as it is."""

import json
import threading
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server

import optuna_dashboard
import pytest

from tests.tuning.studies import failed, finished, make, optunas

STATES = ["Complete", "Complete", "Fail", "Running"]


class Quiet(WSGIRequestHandler):
    """Serves without a log."""

    def log_message(self, *_):
        pass


@pytest.fixture
def dashboard(tmp_path):
    """The address of a dashboard of a study with a trial in each state."""
    study = make(tmp_path)
    study.claim(4)
    study.finish([finished(0, 2.0), finished(1), failed(2)])
    app = optuna_dashboard.wsgi(optunas(f"sqlite:///{tmp_path / 'study' / 'study.sqlite3'}"))
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/studies"
        server.shutdown()
        thread.join()


def get(address):
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


def test_the_dashboard_shows_a_study(dashboard):
    (summary,) = get(dashboard)["study_summaries"]
    assert (summary["study_name"], summary["directions"]) == ("study", ["minimize"])
    study = get(f"{dashboard}/{summary['study_id']}?after=0")
    assert study["objective_names"] == ["val_loss"]
    assert [trial["state"] for trial in study["trials"]] == STATES
    assert [trial["number"] for trial in study["best_trials"]] == [1]
    assert len(study["trials"][1]["intermediate_values"]) == 2
    rate = next(p for p in study["trials"][0]["params"] if p["name"] == "learning_rate")
    assert rate["distribution"]["log"] and 1e-4 <= float(rate["param_external_value"]) <= 1.0
