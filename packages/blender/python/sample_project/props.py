# SPDX-License-Identifier: GPL-3.0-or-later
"""The library file: film camera, lamp post and spotlight, each a collection that the scene links."""

from math import cos, pi, radians, sin

import bpy

from . import materials as paint
from .shapes import Builder, place


def library_materials(folder):
    steel = paint.principled('Camera steel', (0.32, 0.33, 0.36), 0.3, 1.0)
    paint.texture(steel, paint.load(folder, 'lib/textures/scratches.png', colour=False), 'Roughness')
    return {
        'steel': steel,
        'brass': paint.principled('Brass', (0.85, 0.55, 0.22), 0.22, 1.0),
        'black': paint.principled('Crackle black', (0.018, 0.019, 0.022), 0.38, coat=0.35),
        'wood': paint.principled('Tripod wood', (0.27, 0.115, 0.045), 0.42, coat=0.25),
        'glass': paint.principled('Lens glass', (0.75, 0.85, 1.0), 0.02, coat=1.0, transmission=1.0),
        'globe': paint.principled('Lamp globe', (1.0, 0.94, 0.84), 0.12, transmission=1.0),
        'bulb': paint.glowing('Lamp bulb', (1.0, 0.45, 0.13), 24.0),
        'cast iron': paint.principled('Cast iron', (0.03, 0.045, 0.045), 0.42, 0.6),
        'lamp light': paint.glowing('Spotlight lens', (1.0, 0.75, 0.45), 26.0),
    }


def new_collection(name):
    collection = bpy.data.collections.new(name)
    bpy.context.scene.collection.children.link(collection)
    return collection


def film_camera(mats):
    """A studio camera of the thirties on its tripod, looking along +Y; 1.9 m high, feet at z = 0."""
    group = new_collection('Film camera')
    legs = Builder('Tripod')
    for turn in (90, 215, 325):
        x, y = cos(radians(turn)), sin(radians(turn))
        legs.rod((0.62 * x, 0.62 * y, 0.0), (0.34 * x, 0.34 * y, 0.62), 0.026, 'wood')
        legs.rod((0.36 * x - 0.035 * y, 0.36 * y + 0.035 * x, 0.55), (0.08 * x, 0.08 * y, 1.16), 0.02, 'wood')
        legs.rod((0.36 * x + 0.035 * y, 0.36 * y - 0.035 * x, 0.55), (0.08 * x, 0.08 * y, 1.16), 0.02, 'wood')
        legs.rod((0.64 * x, 0.64 * y, -0.005), (0.6 * x, 0.6 * y, 0.07), 0.032, 'brass')
        legs.box((0.35 * x, 0.35 * y, 0.585), (0.1, 0.1, 0.09), 'brass')
    legs.cylinder((0, 0, 1.12), 0.13, 0.06, 'brass')
    legs.cylinder((0, 0, 1.18), 0.09, 0.05, 'black')
    legs.rod((0, -0.02, 1.2), (0.1, -0.75, 1.02), 0.014, 'black')
    legs.rod((0.072, -0.55, 1.07), (0.1, -0.77, 1.015), 0.024, 'wood')
    legs.build(group, mats, bevel=0.006)

    body = Builder('Camera body')
    body.box((0, 0, 1.44), (0.28, 0.5, 0.4), 'black')
    body.box((0.145, 0.0, 1.44), (0.012, 0.4, 0.3), 'steel', 2.0)
    body.box((-0.145, 0.0, 1.44), (0.012, 0.4, 0.3), 'steel', 2.0)
    body.at = place((0.155, 0.1, 1.4), (0, radians(90), 0))
    body.cylinder((0, 0, 0), 0.055, 0.02, 'brass')
    body.at = place((0, 0.25, 1.47), (radians(-90), 0, 0))
    body.lathe([(0.095, 0), (0.095, 0.13), (0.095, 0.13), (0.115, 0.13), (0.115, 0.13), (0.115, 0.19), (0.115, 0.19),
                (0.088, 0.19), (0.088, 0.19), (0.08, 0.1)], 'steel', 32)
    body.lathe([(0, 0.165), (0.045, 0.158), (0.086, 0.14), (0.086, 0.14), (0, 0.1)], 'glass', 32)
    body.at = place()
    for side in (-1, 1):  # the matte box in front, its flaps open
        body.at = place((0.19 * side, 0.53, 1.47), (0, 0, radians(-18 * side)))
        body.box((0, 0, 0), (0.012, 0.18, 0.3), 'black')
    body.at = place((0, 0.52, 1.66), (radians(16), 0, 0))
    body.box((0, 0, 0), (0.36, 0.2, 0.012), 'black')
    body.at = place()
    body.rod((-0.2, -0.14, 1.6), (-0.2, 0.16, 1.6), 0.035, 'brass', 20)
    body.rod((-0.2, -0.22, 1.6), (-0.2, -0.14, 1.6), 0.05, 'black', 20)
    body.box((0, 0.0, 1.66), (0.2, 0.36, 0.05), 'black')
    body.build(group, mats, bevel=0.012)

    for name, y in (('Reel front', 0.2), ('Reel back', -0.22)):
        reel = Builder(name)
        reel.at = place((-0.08, 0, 0), (0, radians(90), 0))
        reel.lathe([(0, 0), (0.215, 0), (0.215, 0), (0.215, 0.16), (0.215, 0.16), (0.19, 0.168), (0.19, 0.168), (0.17, 0.16),
                    (0.17, 0.16), (0, 0.16)], 'black', 40)
        reel.lathe([(0, 0.16), (0.05, 0.16), (0.05, 0.16), (0.05, 0.185), (0.05, 0.185), (0, 0.185)], 'brass', 24)
        for spoke in range(5):
            turn = 2 * pi * spoke / 5
            reel.cylinder((0.115 * cos(turn), 0.115 * sin(turn), 0.15), 0.03, 0.018, 'steel', 16)
        thing = reel.build(group, mats)
        thing.location = (0, y, 1.89)
        thing.keyframe_insert('rotation_euler', frame=1)
        thing.rotation_euler = (-2 * pi, 0, 0)
        thing.keyframe_insert('rotation_euler', frame=25)
    return group


def street_lamp(mats):
    """A lamp post with a glass globe; 2.3 m high, foot at the origin."""
    group = new_collection('Street lamp')
    post = Builder('Lamp post')
    post.lathe([(0, 0), (0.16, 0), (0.16, 0), (0.16, 0.06), (0.16, 0.06), (0.12, 0.1), (0.1, 0.3), (0.1, 0.3), (0.12, 0.33),
                (0.12, 0.36), (0.06, 0.42), (0.045, 1.2), (0.04, 1.8), (0.04, 1.8), (0.07, 1.84), (0.07, 1.88), (0.04, 1.92),
                (0.05, 1.98), (0.11, 2.02), (0.11, 2.02), (0.11, 2.05), (0.11, 2.05), (0, 2.05)], 'cast iron', 20)
    post.rod((-0.24, 0, 1.78), (0.24, 0, 1.78), 0.016, 'cast iron')
    post.sphere((-0.25, 0, 1.78), 0.03, 'brass', 12)
    post.sphere((0.25, 0, 1.78), 0.03, 'brass', 12)
    post.build(group, mats)
    globe = Builder('Lamp globe')
    globe.sphere((0, 0, 2.2), 0.17, 'globe', 28)
    globe.build(group, mats)
    bulb = Builder('Lamp bulb')
    bulb.sphere((0, 0, 2.19), 0.065, 'bulb', 14)
    bulb.build(group, mats)
    finial = Builder('Lamp finial')
    finial.lathe([(0.09, 2.355), (0.07, 2.39), (0.02, 2.41), (0.03, 2.44), (0, 2.49)], 'brass', 20)
    finial.build(group, mats)
    return group


def spotlight(mats):
    """A studio lamp on a stand: it shines along +Y and 22 degrees up; 2.2 m high."""
    group = new_collection('Spotlight')
    stand = Builder('Lamp stand')
    for turn in (90, 210, 330):
        x, y = cos(radians(turn)), sin(radians(turn))
        stand.rod((0.45 * x, 0.45 * y, 0.02), (0, 0, 0.5), 0.018, 'steel')
    stand.rod((0, 0, 0.3), (0, 0, 1.62), 0.024, 'steel')
    stand.rod((-0.3, 0, 1.62), (0.3, 0, 1.62), 0.02, 'cast iron')
    for side in (-0.3, 0.3):
        stand.rod((side, 0, 1.62), (side, 0, 1.9), 0.02, 'cast iron')
    stand.build(group, mats)
    head = Builder('Lamp head')
    head.at = place((0, -0.2, 1.82), (radians(-68), 0, 0))
    head.lathe([(0, 0), (0.17, 0), (0.17, 0), (0.25, 0.1), (0.25, 0.1), (0.25, 0.42), (0.25, 0.42), (0.27, 0.42), (0.27, 0.42),
                (0.27, 0.48), (0.27, 0.48), (0.24, 0.48), (0.24, 0.48), (0.24, 0.4)], 'black', 32)
    head.lathe([(0, 0.43), (0.14, 0.42), (0.24, 0.4)], 'lamp light', 32)
    for ring in (0.16, 0.22, 0.28):
        head.lathe([(0.25, ring), (0.268, ring), (0.268, ring), (0.268, ring + 0.02), (0.268, ring + 0.02), (0.25, ring + 0.02)], 'steel', 32)
    for flap in range(4):
        before = head.at
        head.at = before @ place((0, 0, 0.48), (0, 0, radians(90 * flap))) @ place((0, 0.27, 0), (radians(-32), 0, 0))
        head.box((0, 0, 0.13), (0.34 if flap % 2 == 0 else 0.4, 0.01, 0.26), 'black')
        head.at = before
    head.build(group, mats)
    return group


def build_library(folder):
    """Fills the current, empty file with the three props."""
    mats = library_materials(folder)
    for prop in (film_camera, street_lamp, spotlight):
        prop(mats)
