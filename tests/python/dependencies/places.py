# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: places where a path is written that Blender's own list does not always name."""

import glob
import os
import shutil

import bpy

from parts import ASSETS, HOLDER, SCENE, case, mesh, needs, node_modifier, put, strips


@case('font')
def place_font():
    fonts = sorted(glob.glob(os.path.join(bpy.utils.system_resource('DATAFILES', path='fonts'), '*.woff2')))
    fonts += sorted(glob.glob('/usr/share/fonts/**/*.ttf', recursive=True))
    shutil.copy(fonts[0], ASSETS.path('a.ttf'))
    text = bpy.data.curves.new('Text', 'FONT')
    text.font = bpy.data.fonts.load(ASSETS.path('a.ttf'))
    put(text)
    return HOLDER


# 4.2's wheel knows no sounds but by name.
@case('sound', (3, 0, 0) if bpy.app.build_options.audaspace else (99, 0, 0))
def place_sound_strip():
    strips().new_sound('Sound', ASSETS.path('a.wav'), 1, 1)
    return SCENE


@case('proxy')
def place_strip_proxies():
    made = strips()
    for name, custom_file in (('Folder', False), ('File', True)):
        strip = made.new_image(name, ASSETS.path('strip/f001.png'), 1 + custom_file, 1)
        strip.use_proxy = True
        strip.proxy.use_proxy_custom_directory = True
        strip.proxy.directory = ASSETS.path('proxies')
        if custom_file:
            strip.proxy.use_proxy_custom_file = True
            strip.proxy.filepath = os.path.join(ASSETS.path('proxies'), 'p.avi')
    editor = bpy.context.scene.sequence_editor
    editor.proxy_storage, editor.proxy_dir = 'PROJECT', ASSETS.path('proxies')
    return SCENE


@case('proxy')
def place_clip_proxy():
    clip = bpy.data.movieclips.load(ASSETS.path('clip/k_01.png'))
    clip.use_fake_user = True
    clip.use_proxy_custom_directory = True
    clip.proxy.directory = ASSETS.path('proxies')
    return ('movieclips', clip.name)


@case('point_cache')
@needs('particles/kept_000001_00.bphys')
def place_external_cache():
    holder = mesh()
    holder.modifiers.new('Particles', 'PARTICLE_SYSTEM')
    cache = holder.particle_systems[0].point_cache
    cache.use_external = True
    cache.name, cache.filepath = 'kept', ASSETS.path('particles')
    return HOLDER


@case('geometry_bake', (3, 6, 0))
def place_bake():
    made, _ = node_modifier()
    field = 'bake_directory' if hasattr(made, 'bake_directory') else 'simulation_bake_directory'
    setattr(made, field, ASSETS.path('bakes'))
    return HOLDER


@case('brush_icon', before=(5, 0, 0))
def place_brush_icon():
    brush = bpy.data.brushes.new('Brush', mode='TEXTURE_PAINT')
    brush.use_fake_user = True
    brush.use_custom_icon, brush.icon_filepath = True, ASSETS.path('icon.png')
    return ('brushes', 'Brush')


@case('osl_script', (5, 0, 0))
def place_osl_camera():
    camera = bpy.data.cameras.new('Camera')
    camera.type, camera.custom_mode = 'CUSTOM', 'EXTERNAL'
    camera.custom_filepath = ASSETS.path('a.osl')
    put(camera)
    return HOLDER


@case('text')
def place_many():
    """Many of each, relative and absolute: blocks of texts that grow between others."""
    for index in range(20):
        for relative in (False, True):
            path = bpy.path.relpath(ASSETS.path('a.txt')) if relative else ASSETS.path('a.txt')
            text = bpy.data.texts.new('Text')
            text.filepath = path
            text.write('line\n' * index)
            image = bpy.data.images.load(ASSETS.path('tex.png'))
            image.use_fake_user = True
            if relative:
                image.filepath_raw = bpy.path.relpath(ASSETS.path('tex.png'))
    mesh()
    return HOLDER


@case('geometry_import', (4, 5, 0))
def place_geometry_input():
    made, tree = node_modifier()
    sockets = [tree.interface.new_socket(name, in_out='INPUT', socket_type='NodeSocketString') for name in 'FT']
    sockets[0].subtype = 'FILE_PATH'
    tree.links.new(tree.nodes.new('NodeGroupInput').outputs[0], tree.nodes.new('GeometryNodeImportOBJ').inputs['Path'])
    made.node_group = None
    made.node_group = tree
    made[sockets[0].identifier], made[sockets[1].identifier] = ASSETS.path('a.obj'), 'a text'
    return HOLDER
