# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: files that are no images."""

import bpy

from parts import ASSETS, HOLDER, SCENE, cache, case, light_node, mesh, modifier, needs, node_modifier, put, strips
from ways import way_world


@case('ies')
def other_ies():
    node = light_node('ShaderNodeTexIES')
    node.mode, node.filepath = 'EXTERNAL', ASSETS.path('a.ies')
    return HOLDER


@case('osl_script')
def other_osl():
    made = bpy.data.materials.new('Script')
    made.use_nodes = True
    node = made.node_tree.nodes.new('ShaderNodeScript')
    node.mode, node.filepath = 'EXTERNAL', ASSETS.path('a.osl')
    mesh().data.materials.append(made)
    return HOLDER


@case('sound')
def other_speaker():
    speaker = bpy.data.speakers.new('Speaker')
    speaker.sound = bpy.data.sounds.load(ASSETS.path('a.wav'))
    put(speaker)
    return HOLDER


@case('volume')
def other_volume():
    volume = bpy.data.volumes.new('Volume')
    volume.filepath = ASSETS.path('a.vdb')
    put(volume)
    return HOLDER


@case('volume')
@needs('vs/v_1.vdb', 'vs/v_2.vdb')
def other_volume_sequence():
    volume = bpy.data.volumes.new('Volume')
    volume.filepath, volume.is_sequence = ASSETS.path('vs/v_1.vdb'), True
    put(volume)
    return HOLDER


@case('cache_file')
def other_cache_file():
    modifier('MESH_SEQUENCE_CACHE').cache_file = cache('a.abc')
    return HOLDER


@case('cache_file')
@needs('as/c_1.abc', 'as/c_2.abc')
def other_cache_sequence():
    made = cache('as/c_1.abc')
    made.is_sequence = True
    modifier('MESH_SEQUENCE_CACHE').cache_file = made
    return HOLDER


@case('cache_file', (3, 3, 0))
@needs('a.abc', 'layer.abc')
def other_cache_layer():
    made = cache('a.abc')
    made.layers.new(filepath=ASSETS.path('layer.abc'))
    modifier('MESH_SEQUENCE_CACHE').cache_file = made
    return HOLDER


@case('mesh_cache')
def other_mesh_cache():
    modifier('MESH_CACHE').filepath = ASSETS.path('a.mdd')
    return HOLDER


@case('ocean_cache')
@needs('ocean/disp_0001.exr')
def other_ocean():
    modifier('OCEAN').filepath = ASSETS.path('ocean')
    return HOLDER


@case('fluid_cache')
def other_fluid():
    made = modifier('FLUID')
    made.fluid_type = 'DOMAIN'
    made.domain_settings.cache_directory = ASSETS.path('fluid')
    return HOLDER


@case('geometry_import', (4, 5, 0))
def other_geometry_import():
    node_modifier()[1].nodes.new('GeometryNodeImportOBJ').inputs['Path'].default_value = ASSETS.path('a.obj')
    return HOLDER


@case('text')
def other_text():
    bpy.data.texts.load(ASSETS.path('a.txt'))
    return ('texts', 'a.txt')


@case('movie_clip')
@needs('clip/k_01.png', 'clip/k_02.png')
def other_clip():
    camera = bpy.data.cameras.new('Camera')
    background = camera.background_images.new()
    background.source, background.clip = 'MOVIE_CLIP', bpy.data.movieclips.load(ASSETS.path('clip/k_01.png'))
    put(camera)
    return HOLDER


@case('strip')
@needs('strip/f001.png', 'strip/f005.png')
def strip_images():
    strip = strips().new_image('Images', ASSETS.path('strip/f001.png'), 1, 1)
    strip.elements.append('f005.png')
    return SCENE


@case('strip')
def strip_movie():
    strips().new_movie('Movie', ASSETS.path('a.mp4'), 1, 1)
    return SCENE


@case('strip')
def strip_meta():
    meta = strips().new_meta('Meta', 1, 1)
    (meta.strips if hasattr(meta, 'strips') else meta.sequences).new_image('In', ASSETS.path('strip/f005.png'), 1, 1)
    return SCENE


@case('image')
def strip_scene():
    way_world()
    other = bpy.data.scenes.new('Other')
    other.world, bpy.context.scene.world = bpy.context.scene.world, None
    strips().new_scene('Scene', other, 1, 1)
    return SCENE
