# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry of what can be asked of this Blender.

A file of commands does `from backlot_runtime.commands import command` and decorates functions `f(session, params)` that
return a JSON-able dict. `session` has `progress(**facts)`, `warn(text)` and the state of `session.py`.
"""

COMMANDS = {}


def command(name):
    def register(function):
        if name in COMMANDS:
            raise ValueError('The command %s is registered twice.' % name)
        COMMANDS[name] = function
        return function

    return register
