# SPDX-License-Identifier: GPL-3.0-or-later
"""A render engine whose picture is already there: Blender then does with it what it does with any engine's picture.

So compositor, view transform, output format, passes and metadata are Blender's own, and the file is the one that the
unsplit render would have written. (Putting the passes into a compositor instead would lose multilayer files.)
"""

from contextlib import contextmanager

import bpy
import numpy as np

from .sample_merge import split_name

ENGINE = 'BACKLOT_MERGED'
COMPONENTS = 'RGBAXYZWUVrgba'
_shown = {'layers': {}, 'stamp': {}}


class MergedSamples(bpy.types.RenderEngine):
    bl_idname = ENGINE
    bl_label = 'Merged samples'
    bl_use_preview = False
    bl_use_postprocess = True

    def update_render_passes(self, scene=None, renderlayer=None):
        for name, (components, _) in _shown['layers'].get(renderlayer.name, {}).items():
            self.register_pass(scene, renderlayer, name, len(components), components, _kind(components))

    def render(self, depsgraph):
        layer = depsgraph.view_layer_eval.name
        passes = _shown['layers'][layer]
        for name, (components, _) in passes.items():
            self.add_pass(name, len(components), components, layer=layer)
        result = self.begin_result(0, 0, self.resolution_x, self.resolution_y, layer=layer)
        for each in result.layers[0].passes:
            if each.name in passes:
                each.rect.foreach_set(passes[each.name][1].reshape(-1))
        self.end_result(result)
        whole = self.get_result()  # only what is said of the whole picture gets into the file
        for field, value in _shown['stamp'].items():
            whole.stamp_data_add_field(field, value)


def _kind(components):
    if len(components) == 1:
        return 'VALUE'
    return 'VECTOR' if components[0] in 'XU' else 'COLOR'


def _ordered(components):
    # UV has U, V and A: its A comes last, as in RGBA.
    return sorted(components, key=lambda each: COMPONENTS.index(each) if each != 'A' else 99)


def layers_of(channels):
    """{channel: [height, width], top first} → {view layer: {pass: (components, float32 [height, width, n], bottom first)}}"""
    found = {}
    for channel in channels:
        layer, name, component = split_name(channel)
        found.setdefault(layer, {}).setdefault(name, []).append(component)
    return {
        layer: {
            name: (''.join(_ordered(components)), _stack(channels, layer, name, _ordered(components)))
            for name, components in passes.items()
        }
        for layer, passes in found.items()
    }


def _stack(channels, layer, name, components):
    planes = [channels['%s.%s.%s' % (layer, name, component)][::-1] for component in components]
    return np.ascontiguousarray(np.stack(planes, -1), np.float32)


def names_of(attribute):
    """Names of a colour pass by its attribute: `diffuse_color` → ('DiffCol', 'Diffuse Color')."""
    word = attribute.split('_')[0].capitalize()
    short = {'Diffuse': 'Diff', 'Glossy': 'Gloss', 'Transmission': 'Trans'}.get(word, word)
    return short + 'Col', word + ' Color'


def stamp_of(attributes, samples):
    """What the file of a range says of itself and the whole says too: the names behind Cryptomatte's numbers, the samples."""
    stamp = {}
    for name, (kind, value) in attributes.items():
        if kind != 'string' or not name.startswith(('cryptomatte/', 'cycles.')):
            continue
        if name.startswith('cycles.') and not name.endswith('.samples'):
            continue
        stamp[name] = str(samples) if name.endswith('.samples') else value.decode(errors='replace')
    return stamp


@contextmanager
def showing(scene, layers, attributes, samples):
    """Inside, a render of the scene has these passes."""
    if not MergedSamples.is_registered:
        bpy.utils.register_class(MergedSamples)
    before = scene.render.engine
    _shown.update(layers=layers, stamp=stamp_of(attributes, samples))
    scene.render.engine = ENGINE
    try:
        yield
    finally:
        scene.render.engine = before
        _shown.update(layers={}, stamp={})
