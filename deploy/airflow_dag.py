"""The reports that are due, once an hour, and a look once a day, from Airflow 3: the command line does the work.

Copy into the folder of DAGs. Workers need the checkout, set up by `make`, at the path below.
"""

from __future__ import annotations

import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

CHECKOUT = "/srv/public-services-lab"
LOCKED = 7
TOLD = [4, 8]  # late data, pages not as they should be

with DAG(
    dag_id="public_services_lab",
    schedule="5 * * * *",
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    catchup=False,  # `report --due` makes up by itself, once, for what was missed
    max_active_runs=1,
):
    BashOperator(
        task_id="report",
        bash_command=f"cd {CHECKOUT} && .venv/bin/analysis report --due --log json",
        append_env=True,  # ANALYSIS_ALERTS and ANALYSIS_HASH_KEY come from the worker
        skip_on_exit_code=LOCKED,
        execution_timeout=datetime.timedelta(hours=6),
    )

# of its own, so that a report that failed is not painted over by a watch that went well
with DAG(
    dag_id="public_services_lab_watch",
    schedule="30 1 * * *",  # 08:30 in Viet Nam
    start_date=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="watch",
        bash_command=f"cd {CHECKOUT} && .venv/bin/analysis status --alert",
        append_env=True,
        skip_on_exit_code=TOLD,
    )
