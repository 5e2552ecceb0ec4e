"""The peer of `screening.py`, run in ASReview's own environment: replays sets and prints the orders and CPU seconds."""

from __future__ import annotations

import json
import sys
import time
import warnings

if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    import pandas as pd
    from asreview.learner import ActiveLearningCycle  # type: ignore[import-not-found]
    from asreview.models.models import get_ai_config  # type: ignore[import-not-found]
    from asreview.simulation.simulate import Simulate  # type: ignore[import-not-found]

    task = json.loads(sys.argv[1])
    answers = []
    for one in task["sets"]:
        frame = pd.read_csv(one["file"]).fillna({"title": "", "abstract": ""})
        labels = frame["label_included"].astype(int)
        started, orders = time.process_time(), []
        for prior in one["prior"]:
            cycle = ActiveLearningCycle.from_meta(get_ai_config(task["model"])["value"])
            cycle.n_query = one["every"]
            run = Simulate(frame, labels=labels, cycles=[cycle], stopper=-1, print_progress=False)
            run.label(prior)
            run.review()
            orders.append([int(record) for record in run._results["record_id"]])
        answers.append({"cpu": time.process_time() - started, "orders": orders})
    print(json.dumps({"answers": answers}))
