# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases: what an image can be."""

import bpy

from parts import ASSETS, HOLDER, case, image, material, mesh, needs


@case('image')
def image_file():
    mesh(textured=True)
    return HOLDER


@case('image')
@needs('seq/f2_0001.png', 'seq/f2_0002.png', 'seq/f2_0010.png')
def image_sequence():
    picture = image('seq/f2_0001.png')
    picture.source = 'SEQUENCE'
    mesh().data.materials.append(material(picture))
    return HOLDER


def tiled(first, stored):
    picture = image(first)
    picture.source = 'TILED'
    picture.filepath_raw = ASSETS.path(stored)
    # Blender takes all tiles that are there; one is there and not used.
    for tile in [tile for tile in picture.tiles if tile.number > 1002]:
        picture.tiles.remove(tile)
    mesh().data.materials.append(material(picture))
    return HOLDER


@case('image')
@needs('udim/t.1001.png', 'udim/t.1002.png')
def image_udim():
    return tiled('udim/t.1001.png', 'udim/t.<UDIM>.png')


@case('image', (3, 1, 0))
@needs('uv/t_u1_v1.png', 'uv/t_u2_v1.png')
def image_uvtile():
    return tiled('uv/t_u1_v1.png', 'uv/t_<UVTILE>.png')


@case('image')
@needs()
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
