# SPDX-License-Identifier: GPL-3.0-or-later
"""Python errors of the scene's own scripts, handlers and drivers.

Blender prints such a traceback and goes on, so a frame can look right and be wrong. Python prints through `sys.stderr`,
which this listens to.
"""

import sys

LIMIT = 20


class Listener:
    def __init__(self, stream):
        self._stream = stream
        self._line = ''
        self._open = None
        self.found = []

    def write(self, text):
        self._stream.write(text)
        *lines, self._line = (self._line + text).split('\n')
        for line in lines:
            self._feed(line)
        return len(text)

    def _feed(self, line):
        if line.startswith('Traceback (most recent call last)'):
            self._open = [line]
        elif self._open is not None:
            self._open.append(line)
            if not line.startswith(' '):  # the error itself ends a traceback
                if len(self.found) < LIMIT:
                    self.found.append('\n'.join(self._open))
                self._open = None

    def flush(self):
        self._stream.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def take(self):
        """What was found since the last call."""
        found, self.found = self.found, []
        return found
