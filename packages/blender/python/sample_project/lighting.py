# SPDX-License-Identifier: GPL-3.0-or-later
"""Dusk on the backlot: world, lamps, camera and render settings."""

from math import radians

import bpy
from mathutils import Vector

FPS = 6


def aim(thing, target):
    thing.rotation_euler = (Vector(target) - Vector(thing.location)).to_track_quat('-Z', 'Y').to_euler()


def lamp(scene, name, kind, location, target, energy, colour, **settings):
    light = bpy.data.lights.new(name, kind)
    light.energy = energy
    light.color = colour
    for key, value in settings.items():
        setattr(light, key, value)
    thing = bpy.data.objects.new(name, light)
    thing.location = location
    aim(thing, target)
    scene.collection.objects.link(thing)
    thing.visible_camera = False
    return thing


def dusk_world(scene):
    """A soft sky: deep blue above, a breath of warmth at the horizon."""
    world = bpy.data.worlds.new('Dusk')
    scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    ramp, parts, coordinates = (
        tree.nodes.new(kind) for kind in ('ShaderNodeValToRGB', 'ShaderNodeSeparateXYZ', 'ShaderNodeTexCoord')
    )
    ramp.color_ramp.elements[0].color = (0.022, 0.014, 0.018, 1)
    ramp.color_ramp.elements[1].color = (0.02, 0.04, 0.13, 1)
    tree.links.new(coordinates.outputs['Generated'], parts.inputs[0])
    tree.links.new(parts.outputs['Z'], ramp.inputs['Fac'])
    background = next(n for n in tree.nodes if n.bl_idname == 'ShaderNodeBackground')
    tree.links.new(ramp.outputs['Color'], background.inputs['Color'])
    background.inputs['Strength'].default_value = 0.9


def lights(scene):
    warm, cool = (1.0, 0.62, 0.32), (0.42, 0.58, 1.0)
    lamp(scene, 'Moonlight', 'AREA', (5.5, -2.5, 8.0), (0, 1.5, 0), 330, cool, size=3.5)
    lamp(scene, 'Key', 'SPOT', (-3.62, -2.05, 2.2), (-4.6, 2.2, 2.1), 330, warm, spot_size=radians(58), spot_blend=0.8, shadow_soft_size=0.2)
    lamp(scene, 'Facade right', 'AREA', (3.0, -1.2, 0.7), (4.6, 2.0, 2.3), 55, (1.0, 0.5, 0.28), size=1.0)
    lamp(scene, 'Screen glow', 'AREA', (0, 2.55, 2.15), (0, -4, 0.4), 95, (1.0, 0.82, 0.6), shape='RECTANGLE', size=3.4, size_y=1.9)
    lamp(scene, 'Camera rim', 'AREA', (4.4, -2.4, 3.2), (2.2, -3.3, 1.4), 60, (1.0, 0.55, 0.3), size=0.6)
    lamp(scene, 'Front fill', 'AREA', (-3.0, -10.0, 5.0), (0, 0, 1), 70, (0.6, 0.6, 1.0), size=5.0)


def camera(scene, frames):
    """A slow dolly from left to right, focused on the film camera."""
    data = bpy.data.cameras.new('Camera')
    data.lens = 37
    data.dof.use_dof = True
    data.dof.aperture_fstop = 0.3
    data.dof.aperture_blades = 7
    thing = bpy.data.objects.new('Camera', data)
    scene.collection.objects.link(thing)
    scene.camera = thing
    focus = bpy.data.objects.new('Focus', None)
    focus.location = (1.75, -2.2, 1.5)
    scene.collection.objects.link(focus)
    data.dof.focus_object = focus
    for frame, x, y in ((1, -2.3, -11.2), (frames + 1, 0.5, -10.7)):
        thing.location = (x, y, 2.0)
        aim(thing, (0.1, 1.0, 2.05))
        thing.keyframe_insert('location', frame=frame)
        thing.keyframe_insert('rotation_euler', frame=frame)


def render_settings(scene, frames):
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.fps = FPS
    scene.render.engine = 'CYCLES'
    scene.render.resolution_x, scene.render.resolution_y = 960, 540
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = 'PNG'
    scene.render.image_settings.color_mode = 'RGB'
    scene.render.filepath = '//render/'
    scene.render.use_persistent_data = True
    cycles = scene.cycles
    denoiser = has_denoiser()
    cycles.samples = 14 if denoiser else 48
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.06
    cycles.use_denoising = denoiser
    if denoiser:
        cycles.denoiser = 'OPENIMAGEDENOISE'
        cycles.denoising_input_passes = 'RGB_ALBEDO_NORMAL'
        cycles.denoising_prefilter = 'FAST'  # 'ACCURATE' takes a fifth of the frame, and looks the same here
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 5, 1, 3
    cycles.transmission_bounces, cycles.transparent_max_bounces = 5, 6
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 3.0
    cycles.blur_glossy = 0.8
    if hasattr(cycles, 'use_light_tree'):
        cycles.use_light_tree = False  # 3.5 and later: with six lamps the tree costs more (30% of a frame) than it finds
    views = scene.view_settings
    agx = 'AgX' in transforms(views)
    views.view_transform = 'AgX' if agx else 'Filmic'
    views.look = 'AgX - Medium High Contrast' if agx else 'Medium High Contrast'
    views.exposure = 0.2


def transforms(views):
    """The view transforms of this Blender. The list depends on the colour configuration, so it is asked by trying."""
    before = views.view_transform
    found = []
    for name in ('AgX', 'Filmic'):
        try:
            views.view_transform = name
            found.append(name)
        except TypeError:
            pass
    views.view_transform = before
    return found


def has_denoiser():
    """Debian builds Blender without OpenImageDenoise; asking for it fails the render."""
    import _cycles

    return bool(_cycles.with_openimagedenoise)
