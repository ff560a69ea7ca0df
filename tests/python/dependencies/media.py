# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: which files exactly a picture, a sequence, a sound or a font stands for."""

import glob
import os
import shutil

import bpy

from parts import (
    ASSETS,
    HOLDER,
    SCENE,
    VERSION,
    cache,
    case,
    image,
    light_node,
    material,
    mesh,
    modifier,
    needs,
    put,
    strips,
)

HAS_SOUND = (3, 0, 0) if bpy.app.build_options.audaspace else (99, 0, 0)  # 4.2's wheel knows no sounds but by name.


def shown(name, source, stored=None):
    picture = image(name)
    picture.source = source
    if stored:
        picture.filepath_raw = ASSETS.path(stored)
    mesh().data.materials.append(material(picture))
    return picture


def copies(source, *names):
    for name in names:
        ASSETS.copy(source, name)


@case('image')
@needs('a.mp4')
def media_movie():
    shown('tex.png', 'MOVIE', 'a.mp4')
    return HOLDER


@case('image')
@needs('num/shot2_0008_final.png', 'num/shot2_0010_final.png', 'num/shot2_10000_final.png')
def media_sequence_numbers():
    """The last number counts, also before a word; more digits only when all are needed, fewer never."""
    copies('tex.png', 'num/shot2_0008_final.png', 'num/shot2_0010_final.png', 'num/shot2_10000_final.png',
           'num/shot2_00011_final.png', 'num/shot2_012_final.png', 'num/shot1_0008_final.png',
           'num/shot2_0013_draft.png', 'num/shot2_0008_final.jpg')
    shown('num/shot2_0008_final.png', 'SEQUENCE')
    return HOLDER


@case('image')
@needs('num/still.png')
def media_sequence_without_number():
    copies('tex.png', 'num/still.png')
    shown('num/still.png', 'SEQUENCE')
    return HOLDER


@case('image')
@needs('late/f_0005.png', 'late/f_0006.png')
def media_sequence_starts_late():
    """The frame that is stored is not there."""
    copies('tex.png', 'late/f_0005.png', 'late/f_0006.png')
    shown('late/f_0005.png', 'SEQUENCE', 'late/f_0001.png')
    return HOLDER


@case('image')
@needs('same/t.1001.png')
def media_tiles_without_token():
    """From 3.1 on all tiles are the one file that is named."""
    copies('tex.png', 'same/t.1001.png', 'same/t.1002.png')
    picture = shown('same/t.1001.png', 'TILED')
    picture.tiles.new(1002)
    picture.filepath_raw = ASSETS.path('same/t.1001.png')
    return HOLDER


@case('image')
@needs('many/t.1001.png', 'many/t.1011.png', 'many/t.1100.png')
def media_tiles_of_the_list():
    """Only tiles that the image has, though there are more on the disk."""
    copies('tex.png', 'many/t.1001.png', 'many/t.1002.png', 'many/t.1011.png', 'many/t.1100.png')
    picture = shown('many/t.1001.png', 'TILED', 'many/t.<UDIM>.png')
    for tile in list(picture.tiles):
        if tile.number == 1002:
            picture.tiles.remove(tile)
    for number in (1011, 1100):
        if all(tile.number != number for tile in picture.tiles):
            picture.tiles.new(number)
    return HOLDER


@case('image')
@needs()
def media_tiles_packed():
    copies('tex.png', 'pk/t.1001.png', 'pk/t.1002.png')
    picture = shown('pk/t.1001.png', 'TILED', 'pk/t.<UDIM>.png')
    picture.pack()
    return HOLDER


@case('movie_clip')
@needs('a.mp4')
def media_clip_movie():
    camera = bpy.data.cameras.new('Camera')
    background = camera.background_images.new()
    background.source, background.clip = 'MOVIE_CLIP', bpy.data.movieclips.load(ASSETS.path('clip/k_01.png'))
    background.clip.filepath = ASSETS.path('a.mp4')
    put(camera)
    return HOLDER


def some_font(name):
    fonts = sorted(glob.glob(os.path.join(bpy.utils.system_resource('DATAFILES', path='fonts'), '*.woff2')))
    fonts += sorted(glob.glob('/usr/share/fonts/**/*.ttf', recursive=True))
    ASSETS.prepare(name)
    shutil.copy(fonts[0], ASSETS.path(name))
    return bpy.data.fonts.load(ASSETS.path(name))


@case('font')
@needs('font/r.ttf', 'font/b.ttf', 'font/i.ttf', 'font/bi.ttf')
def media_font_faces():
    text = bpy.data.curves.new('Text', 'FONT')
    text.font, text.font_bold = some_font('font/r.ttf'), some_font('font/b.ttf')
    text.font_italic, text.font_bold_italic = some_font('font/i.ttf'), some_font('font/bi.ttf')
    put(text)
    return HOLDER


@case('font')
@needs()
def media_font_built_in():
    put(bpy.data.curves.new('Text', 'FONT'))
    return HOLDER


@case('font')
@needs()
def media_font_packed():
    text = bpy.data.curves.new('Text', 'FONT')
    text.font = some_font('font/p.ttf')
    text.font.pack()
    put(text)
    return HOLDER


@case('font')
@needs('font/s.ttf')
def media_font_of_strip():
    until = {'length': 10} if VERSION >= (5, 0, 0) else {'frame_end': 11}
    strip = strips().new_effect(name='Text', type='TEXT', channel=1, frame_start=1, **until)
    strip.font = some_font('font/s.ttf')
    return SCENE


@case('sound', HAS_SOUND)
@needs('a.wav')
def media_sound_in_meta():
    meta = strips().new_meta('Meta', 1, 1)
    (meta.strips if hasattr(meta, 'strips') else meta.sequences).new_sound('Sound', ASSETS.path('a.wav'), 1, 1)
    return SCENE


@case('sound')
@needs()
def media_sound_packed():
    speaker = bpy.data.speakers.new('Speaker')
    speaker.sound = bpy.data.sounds.load(ASSETS.path('a.wav'))
    speaker.sound.pack()
    put(speaker)
    return HOLDER


@case('volume')
@needs('vs/v_1.vdb', 'vs/v_2.vdb')
def media_volume_sequence():
    volume = bpy.data.volumes.new('Volume')
    volume.filepath, volume.is_sequence = ASSETS.path('vs/v_1.vdb'), True
    put(volume)
    return HOLDER


@case('volume')
@needs('vs/w_1_a.vdb')
def media_volume_sequence_without_number():
    """Unlike that of an image, the number has to be the last thing before the ending."""
    copies('a.vdb', 'vs/w_1_a.vdb', 'vs/w_2_a.vdb')
    volume = bpy.data.volumes.new('Volume')
    volume.filepath, volume.is_sequence = ASSETS.path('vs/w_1_a.vdb'), True
    put(volume)
    return HOLDER


@case('cache_file')
@needs('as/c_1.abc')
def media_cache_override_frame():
    """Of a sequence with a frame of its own only that one is read."""
    made = cache('as/c_1.abc')
    made.is_sequence, made.override_frame, made.frame = True, True, 1
    modifier('MESH_SEQUENCE_CACHE').cache_file = made
    return HOLDER


@case('cache_file')
@needs('a.abc')
def media_cache_constraint():
    put(None).constraints.new('TRANSFORM_CACHE').cache_file = cache('a.abc')
    return HOLDER


@case('mesh_cache')
@needs('a.mdd')
def media_mesh_cache_pc2():
    made = modifier('MESH_CACHE')
    made.cache_format, made.filepath = 'PC2', ASSETS.path('a.mdd')
    return HOLDER


@case('osl_script')
@needs('osl/b.osl', 'osl/b.oso')
def media_osl_compiled():
    """Cycles takes the compiled script beside it when that is newer, and writes it there when it is not."""
    copies('a.osl', 'osl/b.osl', 'osl/b.oso')
    made = bpy.data.materials.new('Script')
    made.use_nodes = True
    node = made.node_tree.nodes.new('ShaderNodeScript')
    node.mode, node.filepath = 'EXTERNAL', ASSETS.path('osl/b.osl')
    mesh().data.materials.append(made)
    return HOLDER


# 3.4 lists an empty path as a folder.
@case('osl_script', (4, 0, 0))
@needs()
def media_osl_internal():
    made = bpy.data.materials.new('Script')
    made.use_nodes = True
    node = made.node_tree.nodes.new('ShaderNodeScript')
    node.script = bpy.data.texts.new('Script')
    mesh().data.materials.append(made)
    return HOLDER


@case('ies', (4, 0, 0))
@needs()
def media_ies_internal():
    light_node('ShaderNodeTexIES').ies = bpy.data.texts.new('Light')
    return HOLDER
