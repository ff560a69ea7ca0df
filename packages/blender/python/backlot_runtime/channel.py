# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON lines to and from the process that started this Blender.

Blender prints to stdout whenever it likes, so the channel has descriptors of its own. Where they are 0 and 1 (Windows:
see `channel.ts`), stdout is moved away first and what Blender prints goes to stderr.
"""

import json
import os
import queue
import threading

from . import lifetime


class Channel:
    def __init__(self, read, write):
        if write == 1:
            write = os.dup(1)
            os.dup2(2, 1)
        self._read = read
        self._write = write
        self._lock = threading.Lock()
        self._requests = queue.SimpleQueue()
        # The reader is a thread, so that the parent's death is noticed during a render (Cycles releases Python then).
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, message):
        data = (json.dumps(message, ensure_ascii=True) + '\n').encode()
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._write, data):]
            except OSError:  # nobody listens any more
                lifetime.leave(1)

    def next_request(self):
        """Waits for the next request, a dict with `id`, `name`, `params`."""
        return self._requests.get()

    def _listen(self):
        rest = b''
        while True:
            try:
                data = os.read(self._read, 65536)
            except OSError:
                data = b''
            if not data:
                lifetime.leave(0)
            *lines, rest = (rest + data).split(b'\n')
            for line in lines:
                if line.strip():
                    self._requests.put(json.loads(line))
