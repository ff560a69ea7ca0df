# SPDX-License-Identifier: GPL-3.0-or-later
"""This process lives exactly as long as it is wanted: it ends with its parent, and it never ends through Blender's own exit."""

import os
import shutil
import signal
import sys

_partial_folders = set()
PR_SET_PDEATHSIG = 1


def partial_folder(path):
    """Makes a folder for unfinished output that does not outlive this process."""
    os.makedirs(path, exist_ok=True)
    _partial_folders.add(path)
    return path


def drop_partial_folder(path):
    shutil.rmtree(path, ignore_errors=True)
    _partial_folders.discard(path)


def leave(code):
    """Ends the process at once. Blender's own exit crashes (4.2) or hangs (4.5) when a handler is still registered."""
    for path in list(_partial_folders):
        shutil.rmtree(path, ignore_errors=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # a script may have put None there
            pass
    os._exit(code)


def tie_to_parent(parent):
    """Linux: the kernel kills us when the parent dies, even inside an EEVEE frame, where no Python thread can run.

    Elsewhere the channel's reader notices. Not done when a wrapper (snap, flatpak, a shell script) stands between.
    """
    if not sys.platform.startswith('linux') or os.getppid() != parent:
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died in between
        leave(0)
