# SPDX-License-Identifier: GPL-3.0-or-later
"""The stage: street, false fronts, painted sky, screen, paper moon, lights on a string."""

from math import cos, pi, radians, sin

import numpy as np

from . import materials as paint
from .shapes import Builder, place

WINDOW_LIGHT = (('window bright', 0.34), ('window dim', 0.62), ('window dark', 1.01))


def stage_materials(folder, frames):
    brick = paint.principled('Brick', (0.5, 0.25, 0.2), 0.82)
    wall = paint.load(folder, 'textures/brick.png')
    paint.bump(brick, paint.texture(brick, wall, 'Base Color', 0.62), 0.5, 0.02)
    plaster = paint.principled('Painted plaster', (0.30, 0.36, 0.37), 0.7)
    paint.bump(plaster, paint.texture(plaster, wall, 'Roughness', 1.3), 0.12, 0.01)
    street = paint.principled('Wet street', (0.2, 0.2, 0.2), 0.4, coat=0.3)
    colour = paint.load(folder, 'textures/street_color.<UDIM>.png', source='TILED')
    rough = paint.load(folder, 'textures/street_rough.<UDIM>.png', colour=False, source='TILED')
    for image in (colour, rough):
        if len(image.tiles) < 2:
            image.tiles.new(1002)
    paint.bump(street, paint.texture(street, colour, 'Base Color'), 0.35, 0.02)
    paint.texture(street, rough, 'Roughness')
    leader = paint.load(folder, 'screen/leader_0001.png', source='SEQUENCE')
    return {
        'brick': brick,
        'plaster': plaster,
        'street': street,
        'stone': paint.principled('Cast stone', (0.46, 0.41, 0.36), 0.6),
        'wood': paint.principled('Stage wood', (0.17, 0.085, 0.04), 0.5, coat=0.2),
        'dark wood': paint.principled('Dark wood', (0.045, 0.03, 0.025), 0.45, coat=0.3),
        'iron': paint.principled('Iron', (0.035, 0.04, 0.045), 0.45, 0.7),
        'chrome': paint.principled('Chrome', (0.75, 0.77, 0.8), 0.12, 1.0),
        'red': paint.principled('Awning red', (0.5, 0.035, 0.03), 0.65, sheen=0.3),
        'cream': paint.principled('Awning cream', (0.75, 0.62, 0.42), 0.7, sheen=0.3),
        'green': paint.principled('Shop green', (0.03, 0.12, 0.09), 0.35, coat=0.4),
        'canvas': paint.principled('Chair canvas', (0.55, 0.04, 0.035), 0.85, sheen=0.5),
        'slate': paint.principled('Slate', (0.02, 0.021, 0.024), 0.55),
        'floor': paint.principled('Studio floor', (0.022, 0.02, 0.026), 0.22),
        'moon': paint.principled('Paper moon', (1.0, 0.83, 0.52), 0.6, subsurface=0.8, emission=0.55, glow=(1.0, 0.6, 0.2)),
        'glass': paint.principled('Dark pane', (0.03, 0.045, 0.07), 0.06, coat=1.0),
        'window bright': paint.glowing('Window bright', (1.0, 0.43, 0.11), 2.6),
        'window dim': paint.glowing('Window dim', (1.0, 0.30, 0.06), 0.9),
        'shop window': paint.glowing('Shop window', (1.0, 0.5, 0.17), 2.4),
        'bulb': paint.glowing('Garland bulb', (1.0, 0.42, 0.1), 11.0),
        'sky': paint.glowing_picture('Painted sky', paint.load(folder, 'textures/sky.png'), 0.7),
        'screen': paint.glowing_picture('Screen', leader, 1.55, frames),
        'beam': paint.light_beam('Light beam', (1.0, 0.66, 0.34), 0.6),
    }


def ground(collection, mats):
    base = Builder('Stage')
    base.box((0, 0.2, -0.2), (14.6, 10.2, 0.3), 'wood')
    base.box((0, 0.2, -0.38), (14.9, 10.5, 0.1), 'dark wood')
    base.build(collection, mats, bevel=0.03)
    street = Builder('Street')
    street.face([(-7, -4.6, 0), (7, -4.6, 0), (7, 4.9, 0), (-7, 4.9, 0)], 'street', ((0, 0), (2, 0), (2, 1), (0, 1)))
    street.box((0, 0.2, -0.03), (14.3, 9.9, 0.055), 'iron')
    street.build(collection, mats)
    floor = Builder('Studio floor')
    floor.face([(-40, -30, -0.43), (40, -30, -0.43), (40, 40, -0.43), (-40, 40, -0.43)], 'floor')
    floor.build(collection, mats)
    for name, x, turn in (('Pavement left', -5.2, 14), ('Pavement right', 5.3, -14)):
        pavement = Builder(name)
        pavement.at = place((x, 1.7, 0), (0, 0, radians(turn)))
        pavement.box((0, 0.3, 0.04), (4.6, 3.4, 0.1), 'stone')
        pavement.build(collection, mats, bevel=0.02)


def painted_sky(collection, mats):
    sky = Builder('Painted sky')
    steps, radius = 32, 8.4
    edges = [radians(-62 + 124 * i / steps) for i in range(steps + 1)]
    for i in range(steps):
        (ax, ay), (bx, by) = ((radius * sin(a), -3.6 + radius * cos(a)) for a in (edges[i], edges[i + 1]))
        u0, u1 = i / steps, (i + 1) / steps
        sky.face([(ax, ay, 0.0), (bx, by, 0.0), (bx, by, 6.6), (ax, ay, 6.6)], 'sky', ((u0, 0), (u1, 0), (u1, 1), (u0, 1)))
    sky.build(collection, mats)
    rail = Builder('Sky rail')
    for i in range(steps):
        (ax, ay), (bx, by) = ((radius * sin(a), -3.6 + radius * cos(a)) for a in (edges[i], edges[i + 1]))
        rail.rod((ax, ay, 6.62), (bx, by, 6.62), 0.06, 'wood', 8)
    rail.build(collection, mats)


def window(front, random, x, y, z, width, height):
    """A framed window in a front at y, looking along -Y. Its light is one of three, by chance."""
    chance = random.rand()
    pane = next(name for name, limit in WINDOW_LIGHT if chance < limit)
    pane = 'glass' if pane == 'window dark' else pane
    front.face([(x - width / 2, y - 0.012, z), (x + width / 2, y - 0.012, z), (x + width / 2, y - 0.012, z + height),
                (x - width / 2, y - 0.012, z + height)], pane)
    trim = 0.045
    for side in (-1, 1):
        front.box((x + side * (width / 2 + trim / 2), y - 0.03, z + height / 2), (trim, 0.07, height + 2 * trim), 'stone')
    front.box((x, y - 0.05, z - trim), (width + 0.16, 0.13, 0.06), 'stone')
    front.box((x, y - 0.045, z + height + trim), (width + 0.12, 0.1, 0.09), 'stone')
    front.box((x, y - 0.03, z + height / 2), (0.022, 0.035, height), 'dark wood')
    front.box((x, y - 0.03, z + height * 0.55), (width, 0.035, 0.022), 'dark wood')


def shop(front, random, x, y, width, colours):
    """The ground floor: a lit window, a door, a striped awning."""
    front.box((x, y - 0.05, 0.62), (width - 0.1, 0.1, 1.16), 'green')
    left, right = x - width / 2 + 0.14, x + width / 2 - 0.62
    front.face([(left, y - 0.105, 0.34), (right, y - 0.105, 0.34), (right, y - 0.105, 1.02), (left, y - 0.105, 1.02)], 'shop window')
    door = x + width / 2 - 0.36
    front.face([(door - 0.14, y - 0.105, 0.42), (door + 0.14, y - 0.105, 0.42), (door + 0.14, y - 0.105, 1.0),
                (door - 0.14, y - 0.105, 1.0)], 'window dim')
    for bar in np.linspace(left, right, 4):
        front.box((bar, y - 0.11, 0.68), (0.03, 0.04, 0.72), 'green')
    front.box((door, y - 0.11, 0.7), (0.022, 0.03, 0.6), 'dark wood')
    front.box((x, y - 0.07, 1.24), (width, 0.16, 0.1), 'stone')
    stripes = int(width / 0.13)
    for stripe in range(stripes):
        a = x - width / 2 + 0.06 + (width - 0.12) * stripe / stripes
        b = x - width / 2 + 0.06 + (width - 0.12) * (stripe + 1) / stripes
        colour = colours[stripe % 2]
        front.face([(a, y - 0.62, 0.98), (b, y - 0.62, 0.98), (b, y - 0.08, 1.2), (a, y - 0.08, 1.2)], colour)
        front.face([(a, y - 0.62, 0.88), (b, y - 0.62, 0.88), (b, y - 0.62, 0.98), (a, y - 0.62, 0.98)], colour)


def cornice(front, x, y, width, z):
    front.box((x, y - 0.07, z), (width + 0.16, 0.3, 0.1), 'stone')
    front.box((x, y - 0.04, z - 0.13), (width + 0.06, 0.18, 0.14), 'stone')
    for tooth in np.linspace(x - width / 2 + 0.06, x + width / 2 - 0.06, int(width / 0.17)):
        front.box((tooth, y - 0.12, z - 0.1), (0.07, 0.1, 0.09), 'stone')
    front.box((x, y + 0.05, z + 0.14), (width - 0.1, 0.12, 0.2), 'stone')


def building(collection, mats, name, at, turn, size, columns, wall, colours, seed):
    """A false front: pretty where the camera looks, and thin."""
    width, depth, height = size
    random = np.random.RandomState(seed)
    front = Builder(name)
    front.at = place((*at, 0.08), (0, 0, radians(turn)))
    front.box((0, depth / 2, height / 2), (width, depth, height), wall)
    shop(front, random, 0, 0, width, colours)
    rows = int((height - 1.65) / 0.78)
    for row in range(rows):
        for column in range(columns):
            x = (column - (columns - 1) / 2) * (width - 0.2) / columns
            window(front, random, x, 0, 1.62 + row * 0.78, 0.32, 0.46)
    cornice(front, 0, 0, width, height)
    front.box((-width / 2 + 0.03, -0.02, height / 2 + 0.6), (0.12, 0.08, height - 1.25), 'stone')
    front.box((width / 2 - 0.03, -0.02, height / 2 + 0.6), (0.12, 0.08, height - 1.25), 'stone')
    front.build(collection, mats, bevel=0.008)


def water_tower(collection, mats, at, height):
    tower = Builder('Water tower')
    tower.at = place((*at, height))
    for x, y in ((-0.3, -0.3), (0.3, -0.3), (0.3, 0.3), (-0.3, 0.3)):
        tower.rod((x * 1.15, y * 1.15, 0), (x, y, 0.75), 0.03, 'iron', 8)
    for a, b in (((-0.33, -0.33), (0.31, -0.31)), ((0.33, -0.33), (-0.31, -0.31))):
        tower.rod((*a, 0.1), (*b, 0.7), 0.014, 'iron', 8)
    tower.lathe([(0, 0.74), (0.47, 0.74), (0.47, 0.74), (0.47, 0.8), (0.47, 0.8), (0.42, 0.8), (0.42, 0.8), (0.42, 1.45), (0.42, 1.45),
                 (0.5, 1.45), (0.5, 1.45), (0, 1.85)], 'wood', 28)
    for hoop in (0.88, 1.08, 1.3):
        tower.lathe([(0.42, hoop), (0.432, hoop), (0.432, hoop), (0.432, hoop + 0.03), (0.432, hoop + 0.03), (0.42, hoop + 0.03)], 'iron', 28)
    tower.build(collection, mats)


def screen(collection, mats):
    """The picture screen at the end of the street, on its scaffold."""
    width, height, foot, y = 3.62, 2.04, 1.06, 3.1
    frame = Builder('Screen frame')
    for x in (-width / 2 - 0.07, width / 2 + 0.07):
        frame.box((x, y, foot + height / 2), (0.14, 0.2, height + 0.28), 'dark wood')
        frame.rod((x, y + 0.08, 0), (x, y + 0.08, foot + height), 0.05, 'iron')
        frame.rod((x, y + 1.0, 0), (x, y + 0.1, foot + height * 0.7), 0.035, 'iron')
    for z in (foot - 0.07, foot + height + 0.07):
        frame.box((0, y, z), (width + 0.28, 0.2, 0.14), 'dark wood')
    frame.rod((-width / 2, y + 0.08, 0.1), (width / 2, y + 0.08, foot), 0.025, 'iron')
    frame.rod((width / 2, y + 0.08, 0.1), (-width / 2, y + 0.08, foot), 0.025, 'iron')
    frame.build(collection, mats, bevel=0.012)
    lamps = Builder('Screen bulbs')
    for i in range(25):
        lamps.sphere((-width / 2 - 0.07 + (width + 0.14) * i / 24, y - 0.12, foot + height + 0.07), 0.03, 'bulb', 8)
    for side in (-1, 1):
        for i in range(14):
            lamps.sphere((side * (width / 2 + 0.07), y - 0.12, foot + height * i / 13.5), 0.03, 'bulb', 8)
    lamps.build(collection, mats)
    picture = Builder('Screen')
    a, b = -width / 2, width / 2
    picture.face([(a, y - 0.06, foot), (b, y - 0.06, foot), (b, y - 0.06, foot + height), (a, y - 0.06, foot + height)], 'screen')
    picture.build(collection, mats)


def paper_moon(collection, mats, frames):
    """A crescent on two wires; it swings."""
    outer, steps = 0.62, 40
    start, end = radians(62), radians(298)
    rim = [(outer * cos(start + (end - start) * i / steps), outer * sin(start + (end - start) * i / steps)) for i in range(steps + 1)]
    tip = rim[0]
    cx = 0.34
    inner = ((tip[0] - cx) ** 2 + tip[1] ** 2) ** 0.5
    from_, to = np.arctan2(-tip[1], tip[0] - cx), np.arctan2(tip[1], tip[0] - cx) - 2 * pi
    hollow = [(cx + inner * cos(from_ + (to - from_) * i / steps), inner * sin(from_ + (to - from_) * i / steps)) for i in range(1, steps)]
    moon = Builder('Paper moon')
    hang = 1.7
    moon.at = place((0, 0, -hang))
    moon.outline(rim + hollow, 0.09, 'moon')
    moon.rod((0.1, 0, 0.6), (0.1, 0, hang), 0.006, 'iron', 6)
    moon.rod((-0.32, 0, 0.52), (-0.32, 0, hang), 0.006, 'iron', 6)
    thing = moon.build(collection, mats)
    thing.location = (1.5, 2.1, 6.6)
    for frame, swing in ((1, -3.0), (frames / 2 + 1, 3.0), (frames + 1, -3.0)):
        thing.rotation_euler = (0, radians(swing) + radians(14), radians(6))
        thing.keyframe_insert('rotation_euler', frame=frame)


def garland(collection, mats, start, end, sag, count, name):
    """Bulbs on a wire between two points."""
    line = Builder(name)
    points = []
    for i in range(count * 2 + 1):
        t = i / (count * 2)
        point = [start[axis] + (end[axis] - start[axis]) * t for axis in range(3)]
        point[2] -= sag * 4 * t * (1 - t)
        points.append(point)
    for a, b in zip(points, points[1:]):
        line.rod(a, b, 0.009, 'iron', 6)
    for x, y, z in points[1::2]:
        line.rod((x, y, z), (x, y, z - 0.06), 0.018, 'iron', 8)
        line.sphere((x, y, z - 0.1), 0.045, 'bulb', 10)
    line.build(collection, mats)


def directors_chair(collection, mats, at, turn):
    chair = Builder("Director's chair")
    chair.at = place((*at, 0), (0, 0, radians(turn)))
    for y in (-0.2, 0.2):
        chair.rod((-0.28, y, 0.02), (0.28, y, 0.5), 0.02, 'cream')
        chair.rod((0.28, y, 0.02), (-0.28, y, 0.5), 0.02, 'cream')
    for x in (-0.29, 0.29):
        chair.box((x, 0, 0.02), (0.04, 0.5, 0.035), 'cream')
        chair.box((x, 0, 0.5), (0.045, 0.48, 0.03), 'cream')
        chair.box((x, -0.22, 0.73), (0.035, 0.035, 0.48), 'cream')
        chair.box((x, 0.2, 0.59), (0.03, 0.03, 0.17), 'cream')
        chair.box((x, 0.0, 0.69), (0.055, 0.5, 0.025), 'cream')
    chair.box((0, 0, 0.5), (0.58, 0.44, 0.014), 'canvas')
    chair.box((0, -0.225, 0.88), (0.62, 0.016, 0.2), 'canvas')
    chair.build(collection, mats, bevel=0.006)


def searchlights(collection, mats, frames):
    """Two beams behind the screen, as on a premiere night: open cones whose V runs from far (0) to the lamp (1). They sweep."""
    for name, x, tilt, sweep in (('Searchlight left', -1.2, -19, 6), ('Searchlight right', 0.85, 15, -6)):
        beam = Builder(name)
        beam.lathe([(0.1, 0), (0.6, 6.4)], 'beam', 40)
        thing = beam.build(collection, mats)
        for loop in thing.data.uv_layers[0].data:
            loop.uv[1] = 1 - loop.uv[1]
        thing.location = (x, 3.35, 1.25)
        thing.visible_shadow = thing.visible_diffuse = False
        for frame, angle in ((1, tilt), (frames / 2 + 1, tilt + sweep), (frames + 1, tilt)):
            thing.rotation_euler = (0, radians(angle), 0)
            thing.keyframe_insert('rotation_euler', frame=frame)


def clapperboard(collection, mats, at, turn):
    """On an apple box, leaning a little, its stick open."""
    board = Builder('Apple box')
    board.at = place((*at, 0), (0, 0, radians(turn)))
    board.box((0, 0, 0.14), (0.62, 0.42, 0.26), 'cream')
    board.rod((-0.07, -0.212, 0.17), (0.07, -0.212, 0.17), 0.022, 'dark wood')
    board.build(collection, mats, bevel=0.012)
    slate = Builder('Clapperboard')
    lean = place((*at, 0.27), (0, 0, radians(turn + 6))) @ place((0, 0.04, 0), (radians(-14), 0, 0))
    slate.at = lean
    slate.box((0, 0, 0.18), (0.46, 0.02, 0.34), 'slate')
    for z in (0.09, 0.18):
        slate.box((0, -0.012, z), (0.42, 0.004, 0.006), 'cream')
    for x in (-0.07, 0.07):
        slate.box((x, -0.012, 0.05), (0.006, 0.004, 0.08), 'cream')
    for lift, stick in ((0, place((-0.23, 0, 0.355))), (16, place((-0.23, 0, 0.41), (0, radians(-16), 0)))):
        slate.at = lean @ stick
        for i in range(6):
            a, b = 0.46 * i / 6, 0.46 * (i + 1) / 6
            slant = 0.03 if lift else -0.03
            slate.outline([(a, 0), (b, 0), (b + slant, 0.05), (a + slant, 0.05)], 0.024, 'slate' if i % 2 else 'cream')
    slate.build(collection, mats, bevel=0.002)


def build_stage(collection, folder, frames):
    mats = stage_materials(folder, frames)
    ground(collection, mats)
    painted_sky(collection, mats)
    red, green = ('red', 'cream'), ('green', 'cream')
    building(collection, mats, 'Hotel', (-5.35, 1.5), 20, (2.3, 1.2, 4.25), 4, 'brick', red, 11)
    building(collection, mats, 'Bakery', (-3.1, 2.75), 9, (1.8, 1.0, 3.25), 3, 'plaster', green, 5)
    building(collection, mats, 'Theatre', (5.3, 1.5), -20, (2.3, 1.2, 3.45), 4, 'brick', red, 23)
    building(collection, mats, 'Tailor', (3.15, 2.8), -9, (1.75, 1.0, 4.1), 3, 'plaster', green, 34)
    water_tower(collection, mats, (5.6, 2.15), 3.5)
    screen(collection, mats)
    paper_moon(collection, mats, frames)
    garland(collection, mats, (-4.6, 1.0, 3.7), (4.7, 1.0, 3.25), 0.75, 21, 'Garland back')
    garland(collection, mats, (-6.2, -1.6, 3.9), (6.2, -1.6, 3.9), 0.62, 23, 'Garland front')
    directors_chair(collection, mats, (0.55, -3.05), 14)
    clapperboard(collection, mats, (-1.25, -3.3), -12)
    searchlights(collection, mats, frames)
