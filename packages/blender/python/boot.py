# SPDX-License-Identifier: GPL-3.0-or-later
"""What Backlot starts: `blender -b --python boot.py -- OPTIONS`, or `python boot.py -- OPTIONS` where bpy is a module.

OPTIONS is one JSON object: {"read": fd, "write": fd, "parent": pid, "commands": [Python files with more commands]}.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from backlot_runtime import channel, lifetime  # noqa: E402

options = json.loads(sys.argv[sys.argv.index('--') + 1])
line = channel.Channel(options['read'], options['write'])
lifetime.tie_to_parent(options['parent'])

try:
    import bpy  # noqa: F401  (only now: whatever it prints can no longer reach the channel)
except ImportError as error:
    line.send({'event': 'failed', 'error': {
        'code': 'blender.library_missing', 'message': str(error), 'details': {'library': str(error).split(':')[0]},
    }})
    os._exit(1)

from backlot_runtime import serve  # noqa: E402

serve.run(line, options.get('commands', []))
