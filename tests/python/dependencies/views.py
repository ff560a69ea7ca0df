# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: a file for each eye. The scene's suffixes, `_L` and `_R` unless somebody changed them, name the second one."""

import bpy

from parts import ASSETS, HOLDER, SCENE, case, image, material, mesh, needs, strips


def stereo(name, second=None, views='INDIVIDUAL', source='FILE'):
    ASSETS.copy('tex.png', name)
    if second:
        ASSETS.copy('tex.png', second)
    bpy.context.scene.render.use_multiview = True
    picture = image(name)
    picture.use_multiview, picture.views_format = True, views
    # Blender looks for the views when it reads the image; not any more when that is a sequence.
    picture.reload()
    picture.source = source
    mesh().data.materials.append(material(picture))
    return picture


@case('image')
@needs('view/a_L.png', 'view/a_R.png')
def place_views():
    stereo('view/a_L.png', 'view/a_R.png')
    return HOLDER


@case('image')
@needs('view/only_L.png')
def view_without_second():
    stereo('view/only_L.png')
    return HOLDER


@case('image')
@needs('view/both.png')
def view_stereo_3d():
    stereo('view/both.png', views='STEREO_3D')
    return HOLDER


@case('image')
@needs('view/s_001_L.png', 'view/s_002_L.png', 'view/s_001_R.png', 'view/s_002_R.png')
def view_sequence():
    for name in ('view/s_002_L.png', 'view/s_002_R.png'):
        ASSETS.copy('tex.png', name)
    stereo('view/s_001_L.png', 'view/s_001_R.png', source='SEQUENCE')
    return HOLDER


@case('image')
@needs()
def view_packed():
    stereo('view/p_L.png', 'view/p_R.png').pack()
    return HOLDER


def stereo_strip(make, views='INDIVIDUAL'):
    bpy.context.scene.render.use_multiview = True
    strip = make(strips())
    strip.use_multiview, strip.views_format = True, views
    return SCENE


@case('strip')
@needs('view/i1_L.png', 'view/i1_R.png', 'view/i3_L.png', 'view/i3_R.png')
def place_strip_views():
    for name in ('i1_L', 'i1_R', 'i3_L', 'i3_R'):
        ASSETS.copy('tex.png', 'view/%s.png' % name)

    def make(editor):
        strip = editor.new_image('Images', ASSETS.path('view/i1_L.png'), 1, 1)
        strip.elements.append('i3_L.png')
        return strip

    return stereo_strip(make)


@case('strip')
@needs('view/m_left.mp4', 'view/m_right.mp4')
def view_strip_movie():
    views = bpy.context.scene.render.views
    views['left'].file_suffix, views['right'].file_suffix = '_left', '_right'
    for name in ('view/m_left.mp4', 'view/m_right.mp4'):
        ASSETS.copy('a.mp4', name)
    return stereo_strip(lambda editor: editor.new_movie('Movie', ASSETS.path('view/m_left.mp4'), 1, 1))


@case('strip')
@needs('view/wide_L.png')
def view_strip_stereo_3d():
    for name in ('view/wide_L.png', 'view/wide_R.png'):
        ASSETS.copy('tex.png', name)
    return stereo_strip(lambda editor: editor.new_image('Wide', ASSETS.path('view/wide_L.png'), 1, 1), 'STEREO_3D')
