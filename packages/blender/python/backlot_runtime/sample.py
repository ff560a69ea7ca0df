# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample project as a request."""

from .commands import command


@command('sample_project')
def sample_project(session, params):
    """{folder} → {file, frames, files}"""
    import sample_project as generator  # its numpy costs 0.1 s, which other requests need not wait for

    session.file = None
    result = generator.create(params['folder'])
    session.file = result['file']
    return result
