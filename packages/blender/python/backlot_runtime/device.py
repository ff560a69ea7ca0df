# SPDX-License-Identifier: GPL-3.0-or-later
"""Which graphics devices Cycles can use here, what was tried, and choosing one. A fall-back to the CPU is never silent."""

import platform

import bpy

from . import settings
from .commands import command
from .failures import Failure

BACKENDS = ('OPTIX', 'CUDA', 'HIP', 'METAL', 'ONEAPI')  # fastest first where a card has two


def preferences():
    addon = bpy.context.preferences.addons.get('cycles')
    if addon is None:
        raise Failure('render.scene_error', 'This Blender was built without Cycles.')
    return addon.preferences


def try_backend(prefs, backend):
    """The devices of one backend, and why there are none."""
    try:
        prefs.compute_device_type = backend
    except TypeError:
        return [], 'This build of Blender has no %s.' % backend
    try:
        if hasattr(prefs, 'refresh_devices'):
            prefs.refresh_devices()
        else:
            prefs.get_devices()
        found = [device for device in prefs.devices if device.type == backend]
    except Exception as error:  # a broken driver raises whatever it likes
        return [], 'The driver failed: %s' % error
    return found, '%d found.' % len(found) if found else 'No device answers: none is built in, or its driver is missing.'


def probe():
    prefs = preferences()
    before = prefs.compute_device_type
    tried, devices, chosen = [], [], 'CPU'
    for backend in BACKENDS:
        found, reason = try_backend(prefs, backend)
        tried.append({'type': backend, 'ok': bool(found), 'reason': reason})
        devices += [{'type': backend, 'name': device.name} for device in found]
        if found and chosen == 'CPU':
            chosen = backend
    prefs.compute_device_type = before
    devices.append({'type': 'CPU', 'name': cpu_name()})
    tried.append({'type': 'CPU', 'ok': True, 'reason': 'Always there.'})
    return {'devices': devices, 'chosen': chosen, 'tried': tried}


def cpu_name():
    try:
        with open('/proc/cpuinfo') as info:
            return next(line.split(':', 1)[1].strip() for line in info if line.startswith('model name'))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


@command('probe')
def probe_command(session, params):
    """→ {devices: [{type, name}], chosen, tried: [{type, ok, reason}]}"""
    return probe()


def use(session, scene, wanted):
    """Makes the scene render on `wanted` (auto, gpu, cpu). → {type, names, requested, fallback: reason or None}"""
    engine = settings.engine_name(scene.render.engine)
    if engine != 'cycles':
        return {'type': 'OPENGL' if engine in ('eevee', 'workbench') else engine, 'names': [], 'requested': wanted, 'fallback': None}
    cpu = {'type': 'CPU', 'names': [cpu_name()], 'requested': wanted, 'fallback': None}
    if wanted == 'cpu':
        settings.change(session, scene.cycles, 'device', 'CPU')
        return cpu
    found = probe()
    if found['chosen'] == 'CPU':
        settings.change(session, scene.cycles, 'device', 'CPU')
        cpu['fallback'] = 'No graphics device answers; tried %s.' % ', '.join(BACKENDS)
        if wanted == 'gpu':
            session.warn('A graphics device was asked for; the CPU renders. ' + cpu['fallback'])
        return cpu
    prefs = preferences()
    chosen, _ = try_backend(prefs, found['chosen'])
    for each in prefs.devices:
        each.use = each.type == found['chosen']
    settings.change(session, scene.cycles, 'device', 'GPU')
    return {'type': found['chosen'], 'names': [each.name for each in chosen], 'requested': wanted, 'fallback': None}


def has_denoiser():
    try:
        import _cycles

        return bool(_cycles.with_openimagedenoise)
    except (ImportError, AttributeError):
        return False
