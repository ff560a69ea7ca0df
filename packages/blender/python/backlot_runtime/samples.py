# SPDX-License-Identifier: GPL-3.0-or-later
"""One Cycles image in ranges of its samples: rendering a range, looking at what there is so far, and the whole from all of them."""

import os
import tempfile
from contextlib import contextmanager

import bpy
import numpy as np

from . import denoise, exr, lifetime, merged_engine, sample_merge, settings, thumbnails
from .commands import command
from .failures import Failure
from .render import describe, ready_scene, shoot

# Of what a camera sees; lights say True without meaning it.
SURFACES = {'MESH', 'CURVE', 'SURFACE', 'META', 'FONT', 'CURVES', 'POINTCLOUD', 'VOLUME'}
# A pass of light that is divided by a colour, and the pass of that colour.
COLOUR_OF = {'diffuse': 'diffuse_color', 'glossy': 'glossy_color', 'transmission': 'transmission_color', 'subsurface': 'subsurface_color'}


@contextmanager
def changed():
    """Yields `change(owner, attribute, value)`; in the end everything is as it was. Attributes that are missing are left out."""
    before = []

    def change(owner, attribute, value):
        if hasattr(owner, attribute) and getattr(owner, attribute) != value:
            before.append((owner, attribute, getattr(owner, attribute)))
            setattr(owner, attribute, value)

    try:
        yield change
    finally:
        for owner, attribute, value in reversed(before):
            setattr(owner, attribute, value)


def layers_of(scene):
    return [layer for layer in scene.view_layers if layer.use]


def obstacles(scene):
    """Why the samples of this scene can't be rendered apart: each a sentence. Empty when they can."""
    render, cycles = scene.render, getattr(scene, 'cycles', None)
    if settings.engine_name(render.engine) != 'cycles':
        return ['Only Cycles has samples that can be rendered apart.']
    sequencer = getattr(scene, 'sequence_editor', None)
    strips = sequencer and (getattr(sequencer, 'strips', None) or getattr(sequencer, 'sequences', None))
    found = [
        (render.use_multiview, 'It renders several views (stereo).'),
        (render.use_border, 'It renders a region only.'),
        (render.use_freestyle, 'Freestyle draws its lines into every range.'),
        (render.use_sequencer and strips, 'The sequencer makes its picture.'),
        (cycles.time_limit > 0, 'Cycles has a time limit.'),
        (getattr(cycles, 'use_guiding', False), 'Path guiding learns from the samples before.'),
        (getattr(cycles, 'auto_scrambling_distance', False), 'The scrambling distance follows from the number of samples.'),
        (any(layer.samples > 0 for layer in layers_of(scene)) and cycles.use_layer_samples == 'USE', 'A view layer has its own samples.'),
        (any(each.is_shadow_catcher for each in scene.objects if each.type in SURFACES), 'A shadow catcher is no average of its samples.'),
    ]
    return [sentence for is_so, sentence in found if is_so]


def refuse(scene):
    found = obstacles(scene)
    if found:
        raise Failure('render.split_refused', 'The samples of this scene can not be rendered apart: %s' % ' '.join(found), reasons=found)


def set_pattern(scene, change):
    """Only 4.3 and later can be told of how many samples a range is part of, on which blue noise depends."""
    if not hasattr(scene.cycles, 'use_sample_subset'):
        change(scene.cycles, 'sampling_pattern', 'SOBOL' if bpy.app.version < (3, 5, 0) else 'TABULATED_SOBOL')


def set_range(scene, change, first, count, total):
    cycles = scene.cycles
    change(cycles, 'use_adaptive_sampling', False)
    change(cycles, 'use_denoising', False)
    change(cycles, 'sample_offset', first)
    if hasattr(cycles, 'use_sample_subset'):
        change(cycles, 'use_sample_subset', True)
        change(cycles, 'sample_subset_length', count)
        change(cycles, 'samples', total)
    else:
        change(cycles, 'samples', count)


def add_passes(scene, change):
    """What the merge needs beside what the scene wants: colours that light was divided by, and what the denoiser looks at."""
    denoised = scene.cycles.use_denoising
    for layer in layers_of(scene):
        for light, shade in COLOUR_OF.items():
            if any(getattr(layer, 'use_pass_%s_%s' % (light, kind), False) for kind in ('direct', 'indirect')):
                change(layer, 'use_pass_' + shade, True)
        if denoised and layer.cycles.use_denoising:
            change(layer.cycles, 'denoising_store_passes', True)


def set_output(scene, change):
    """Everything that Cycles made, as floats, and nothing that is made of it."""
    render, image = scene.render, scene.render.image_settings
    change(render, 'use_compositing', False)
    change(render, 'use_sequencer', False)
    change(render, 'use_single_layer', False)
    if hasattr(image, 'media_type'):
        change(image, 'media_type', 'MULTI_LAYER_IMAGE')
    change(image, 'file_format', 'OPEN_EXR_MULTILAYER')
    change(image, 'color_depth', '32')
    change(image, 'exr_codec', 'ZIP')
    change(image, 'use_exr_interleave', True)


@command('render_samples')
def render_samples(session, params):
    """{frame, folder, first, count, total, settings?, tolerateScriptErrors?} → as `render`: the samples [first, first + count) of `total`"""
    scene = ready_scene(session, params)
    refuse(scene)
    first, count = params['first'], params['count']
    with changed() as change:
        add_passes(scene, change)
        set_pattern(scene, change)
        set_range(scene, change, first, count, params['total'])
        set_output(scene, change)
        name = '%06d-%06d' % (first, first + count - 1)
        files, seconds = shoot(session, scene, {**params, 'name': name})
        return {**describe(session, scene, params['frame'], seconds, files), 'samples': count}


@command('merge_samples')
def merge_samples(session, params):
    """{frame, folder, ranges: [{path, first, count}], settings?, tolerateScriptErrors?} → as `render`: what the unsplit render would write"""
    scene = ready_scene(session, params)
    refuse(scene)
    merged, attributes = sample_merge.merge(params['ranges'], lambda done: session.progress(fraction=0.5 * done))
    layers = merged_engine.layers_of(merged)
    own = {layer.name: layer for layer in layers_of(scene)}
    unknown = set(own) ^ set(layers)
    if unknown:
        raise Failure('render.bad_output', 'The ranges have other view layers than the scene: %s.' % ', '.join(sorted(unknown)))
    for name, passes in layers.items():
        if scene.cycles.use_denoising and own[name].cycles.use_denoising:
            denoise.apply(scene, passes)
        drop_unwanted(own[name], passes)
    with merged_engine.showing(scene, layers, attributes, sum(each['count'] for each in params['ranges'])):
        files, seconds = shoot(session, scene, params)
    result = describe(session, scene, params['frame'], seconds, files)
    return {**result, 'samples': sum(each['count'] for each in params['ranges'])}


def drop_unwanted(layer, passes):
    """Passes that only the merge needed."""
    if not layer.cycles.denoising_store_passes:
        for name in [each for each in passes if each.startswith('Denoising ')]:
            del passes[name]
    for shade in COLOUR_OF.values():
        if not getattr(layer, 'use_pass_' + shade, True):
            for name in merged_engine.names_of(shade):
                passes.pop(name, None)


NOISE_AT = 95  # percent of the pixels that are at least as clean as the number says


def noise_of(whole, half):
    """How noisy a picture still is, as Cycles itself measures it for adaptive sampling: the difference to the picture of
    half of the samples, relative to brightness. The value that 95 % of the pixels are below."""
    difference = np.abs(whole - half).sum(axis=-1)
    brightness = np.sqrt(np.minimum(whole.sum(axis=-1), 1).clip(0))
    return float(np.percentile((1e-4 + difference) / (1e-4 + brightness), NOISE_AT))


def combined_of(ranges):
    """float32 [height, width, 4] of the first view layer, weighted by samples; the top line first."""
    total, summed = sum(each['count'] for each in ranges), None
    for each in ranges:
        with exr.Reader(each['path']) as reader:
            layer = next((name[: -len('.Combined.R')] for name in reader.channels if name.endswith('.Combined.R')), None)
            if layer is None:
                return None
            names = ['%s.Combined.%s' % (layer, component) for component in 'RGBA']
            found = reader.read(names)
            pixels = np.stack([found[name] for name in names if name in found], -1)
        weighted = pixels * np.float32(each['count'] / total)
        summed = weighted if summed is None else summed + weighted
    return summed


@command('preview_samples')
def preview_samples(session, params):
    """{ranges: [{path, first, count}], output (.jpg), size, colour} → {path, width, height, black, transparent, notFinite, noise}

    The picture of these ranges alone. `noise`: see `noise_of`; null with one range, which nothing can be compared with.
    """
    ranges = params['ranges']
    whole = combined_of(ranges)
    if whole is None:
        raise Failure('render.bad_output', 'The samples have no Combined pass to look at.')
    half = combined_of(ranges[::2]) if len(ranges) > 1 else None
    folder = lifetime.partial_folder(tempfile.mkdtemp(prefix='backlot-preview-'))
    try:
        path = os.path.join(folder, 'preview.exr')
        exr.write(path, {component: whole[..., index] for index, component in enumerate('RGBA'[: whole.shape[-1]])})
        width, height, seen = thumbnails.shrink(session, path, params['output'], params.get('size', 256), params.get('colour'))
    finally:
        lifetime.drop_partial_folder(folder)
    noise = None if half is None else noise_of(whole[..., :3], half[..., :3])
    return {'path': params['output'], 'width': width, 'height': height, 'noise': noise, **seen}
