# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: what an image can be."""

import bpy

from parts import ASSETS, HOLDER, case, image, material, mesh


@case('image')
def image_file():
    mesh(textured=True)
    return HOLDER


@case('image')
def image_sequence():
    picture = image('seq/f2_0001.png')
    picture.source = 'SEQUENCE'
    mesh().data.materials.append(material(picture))
    return HOLDER


def tiled(first, stored):
    picture = image(first)
    picture.source = 'TILED'
    picture.filepath_raw = ASSETS.path(stored)
    picture.tiles.new(1002)
    mesh().data.materials.append(material(picture))
    return HOLDER


@case('image')
def image_udim():
    return tiled('udim/t.1001.png', 'udim/t.<UDIM>.png')


@case('image', (3, 1, 0))
def image_uvtile():
    return tiled('uv/t_u1_v1.png', 'uv/t_<UVTILE>.png')


@case('image')
def image_packed():
    picture = image()
    picture.pack()
    mesh().data.materials.append(material(picture))
    return HOLDER


@case('image')
def image_generated():
    mesh().data.materials.append(material(bpy.data.images.new('Generated', 4, 4)))
    return HOLDER


@case('image')
def image_unused():
    image().use_fake_user = True
    mesh()
    return HOLDER
