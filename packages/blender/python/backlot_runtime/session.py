# SPDX-License-Identifier: GPL-3.0-or-later
"""What one warm Blender remembers between requests."""

import sys
import time

from . import script_errors

PROGRESS_INTERVAL = 0.1  # seconds; Cycles reports hundreds of times a second on a small tile


class Session:
    def __init__(self, channel):
        self._channel = channel
        self._request = None
        self._last_progress = 0.0
        self._errors = script_errors.Listener(sys.stderr)
        sys.stderr = self._errors
        self.file = None  # the opened .blend, absolute
        self.originals = []  # how to undo the settings that were changed: see settings.py
        self.darkroom = None  # for thumbnails of that file
        self.applied = None
        self.device = None
        self.warnings = []

    def begin(self, request_id):
        self._request = request_id
        self._last_progress = 0.0
        self.warnings = []
        self.take_errors()

    def progress(self, **facts):
        """Sends a sign of life, at most ten a second."""
        now = time.monotonic()
        if now - self._last_progress >= PROGRESS_INTERVAL:
            self._last_progress = now
            self._channel.send({'event': 'progress', 'id': self._request, **facts})

    def take_errors(self):
        """Tracebacks of the scene's own code since the last call. Listens anew where a script has replaced `sys.stderr`."""
        if sys.stderr is not self._errors:
            sys.stderr = self._errors
        return self._errors.take()

    def warn(self, text):
        self.warnings.append(text)


def memory_bytes():
    """(resident now, most ever) of this process; None where the system does not say."""
    now = most = None
    if sys.platform.startswith('linux'):
        import os

        with open('/proc/self/statm') as statm:
            now = int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')
    if sys.platform != 'win32':
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        most = peak if sys.platform == 'darwin' else peak * 1024
    return now, most
