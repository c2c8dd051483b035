"""Workers do not outlive the process that started them, however that ends."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from multiprocessing import parent_process

log = logging.getLogger("netql.draining")


def end_with_supervisor(grace: float) -> None:
    """Ask this process to end as an operator does, once the process that started it is gone; and
    end it if it is still there a second after those of `grace`, because it hangs, or has not begun
    to listen to anybody. To be called in a worker; elsewhere it does nothing.

    multiprocessing holds one end of a pipe in either process: so it is known of a supervisor that
    was killed, too, wherever Python runs.
    """
    supervisor = parent_process()
    if supervisor is None:
        return

    def watch() -> None:
        supervisor.join()
        log.warning("the supervisor is gone, so its worker ends")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace + 1.0)
        os._exit(1)

    threading.Thread(target=watch, name="netql-supervisor", daemon=True).start()
