"""Starting Spark: what is needed for it, and how its workers come to know this package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

JAVA = 17


class NoSpark(Exception):  # noqa: N818
    """Spark cannot be started; the message says what to install."""


def started(master: str) -> Any:
    """A session of Spark on `master`; the one that is there already, where there is one.

    Raises NoSpark."""
    try:
        import pyarrow  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise NoSpark(f"--engine spark needs {error.name}: pip install 'policy-cleaner[spark]'") from None
    _look_for_java()
    building = SparkSession.builder.master(master).appName("cleaner")
    for name, value in _settings(master).items():
        building = building.config(name, value)
    session = building.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _look_for_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not java or not os.access(java, os.X_OK):
        raise NoSpark(
            f"--engine spark needs Java {JAVA} or later, and there is none on PATH or in JAVA_HOME;"
            f" Debian and Ubuntu: apt-get install openjdk-{JAVA}-jre-headless, macOS: brew install openjdk@{JAVA}"
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    if found and int(found[1]) < JAVA:
        raise NoSpark(f"--engine spark needs Java {JAVA} or later; {java} is of version {found[1]}")


def _settings(master: str) -> dict[str, str]:
    """On one machine the workers run this very Python; on a cluster it is what the administrator has set up."""
    settings = {
        "spark.sql.maxPlanStringLength": "10000",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.autoBroadcastJoinThreshold": "-1",  # what is sent to all workers goes through the driver, which must hold it
        "spark.sql.adaptive.autoBroadcastJoinThreshold": "-1",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
        "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    }
    if master.startswith("local"):
        settings |= {
            "spark.pyspark.python": sys.executable,
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
            "spark.driver.host": "localhost",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
        }
        os.environ["PYTHONPATH"] = settings["spark.executorEnv.PYTHONPATH"]
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers are those of whatever python3 is found first
        cores = re.search(r"\[(?:\d+,)?(\d+)", master)
        settings["spark.sql.shuffle.partitions"] = str(2 * int(cores[1]) if cores else 2 * (os.cpu_count() or 1))
    return settings
