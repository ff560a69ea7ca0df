# SPDX-License-Identifier: GPL-3.0-or-later
"""A scene that needs no file: what a machine is tested with."""

import math

import bpy

from . import settings
from .commands import command


@command('small_scene')
def small_scene(session, params):
    """{} → {}: a glossy ball on a floor in daylight is open, as if a file were; a second of light for one core at 64 x 64"""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    settings.forget(session)
    scene = bpy.context.scene
    collection = scene.collection
    bpy.ops.mesh.primitive_uv_sphere_add(segments=64, ring_count=32, location=(0, 0, 1))
    ball = bpy.context.object
    material = bpy.data.materials.new('Ball')
    material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == 'BSDF_PRINCIPLED')
    shader.inputs['Base Color'].default_value = (0.8, 0.3, 0.1, 1)
    shader.inputs['Roughness'].default_value = 0.3
    ball.data.materials.append(material)
    bpy.ops.mesh.primitive_plane_add(size=20)
    sun = bpy.data.objects.new('Sun', bpy.data.lights.new('Sun', 'SUN'))
    sun.data.energy = 3
    sun.rotation_euler = (math.radians(40), 0, math.radians(30))
    camera = bpy.data.objects.new('Camera', bpy.data.cameras.new('Camera'))
    camera.location = (0, -6, 2.2)
    camera.rotation_euler = (math.radians(78), 0, 0)
    for each in (sun, camera):
        collection.objects.link(each)
    scene.camera = camera
    scene.render.engine = 'CYCLES'
    scene.cycles.use_denoising = False
    session.file = 'a small scene'
    return {}
