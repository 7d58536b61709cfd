"""What workers do in tests; by the name of the file."""

import os
import time

from reviewer.web.workers import Failed, Job, Result


def do(job: Job) -> Result:
    """Hang, hang only while proposing, crash, or tell the process."""
    if job.name == "hang" or (job.name == "slow" and job.suggest):
        time.sleep(600)
    if job.name == "crash":
        os._exit(3)
    return Failed(f"{os.getpid()} {job.suggest}")
