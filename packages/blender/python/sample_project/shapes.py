# SPDX-License-Identifier: GPL-3.0-or-later
"""Meshes from a few plain shapes. Written out vertex by vertex, so that 3.4 and 5.0 build exactly the same thing."""

from math import cos, pi, sin

import bpy
from mathutils import Matrix, Vector

BOX_FACES = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (2, 3, 7, 6), (1, 2, 6, 5), (3, 0, 4, 7))


def place(location=(0, 0, 0), turn=(0, 0, 0)):
    """A transform: turned by Euler angles in radians, then moved (metres)."""
    x, y, z = turn
    rotation = Matrix.Rotation(z, 4, 'Z') @ Matrix.Rotation(y, 4, 'Y') @ Matrix.Rotation(x, 4, 'X')
    return Matrix.Translation(location) @ rotation


class Builder:
    """Collects faces with a material, UVs and smoothness each; `build` makes one object of them."""

    def __init__(self, name):
        self.name = name
        self.points = []
        self.faces = []  # (vertex indices, uvs, material, smooth)
        self.at = Matrix.Identity(4)

    def _add(self, points):
        first = len(self.points)
        self.points += [self.at @ Vector(point) for point in points]
        return first

    def face(self, corners, material, uvs=((0, 0), (1, 0), (1, 1), (0, 1))):
        first = self._add(corners)
        self.faces.append((tuple(range(first, first + len(corners))), tuple(uvs[: len(corners)]), material, False))

    def outline(self, corners, thickness, material):
        """A flat shape in the XZ plane (counter-clockwise), given a thickness along Y."""
        half = thickness / 2
        count = len(corners)
        first = self._add([(x, -half, z) for x, z in corners] + [(x, half, z) for x, z in corners])
        flat = tuple((0, 0) for _ in corners)
        self.faces.append((tuple(first + i for i in range(count)), flat, material, False))
        self.faces.append((tuple(first + count + i for i in reversed(range(count))), flat, material, False))
        for i in range(count):
            j = (i + 1) % count
            self.faces.append(
                ((first + j, first + i, first + count + i, first + count + j), ((0, 0),) * 4, material, False)
            )

    def box(self, centre, size, material, uv_scale=1.0):
        """An axis-aligned box; UVs are metres times `uv_scale`, as if a texture were projected on every side."""
        (cx, cy, cz), (sx, sy, sz) = centre, (side / 2 for side in size)
        signs = ((-1, -1, -1), (1, -1, -1), (1, 1, -1), (-1, 1, -1), (-1, -1, 1), (1, -1, 1), (1, 1, 1), (-1, 1, 1))
        corners = [(cx + a * sx, cy + b * sy, cz + c * sz) for a, b, c in signs]
        first = self._add(corners)
        for index, face in enumerate(BOX_FACES):
            drop = (2, 2, 1, 1, 0, 0)[index]
            keep = [axis for axis in range(3) if axis != drop]
            uvs = tuple((corners[i][keep[0]] * uv_scale, corners[i][keep[1]] * uv_scale) for i in face)
            self.faces.append((tuple(first + i for i in face), uvs, material, False))

    def lathe(self, profile, material, segments=24, centre=(0, 0, 0)):
        """Spins (radius, height) points about Z. Repeat a point to make a sharp edge there."""
        cx, cy, cz = centre
        rings = []
        for radius, height in profile:
            if radius < 1e-6:
                rings.append([self._add([(cx, cy, cz + height)])])
            else:
                turn = [2 * pi * i / segments for i in range(segments)]
                first = self._add([(cx + radius * cos(a), cy + radius * sin(a), cz + height) for a in turn])
                rings.append(list(range(first, first + segments)))
        for row in range(len(rings) - 1):
            low, high = rings[row], rings[row + 1]
            if profile[row] == profile[row + 1]:
                continue
            for i in range(segments):
                j = (i + 1) % segments
                corners = [low[i % len(low)], low[j % len(low)], high[j % len(high)], high[i % len(high)]]
                corners = tuple(dict.fromkeys(corners))
                v0, v1 = row / (len(rings) - 1), (row + 1) / (len(rings) - 1)
                uvs = ((i / segments, v0), ((i + 1) / segments, v0), ((i + 1) / segments, v1), (i / segments, v1))
                self.faces.append((corners, uvs[: len(corners)], material, True))

    def cylinder(self, centre, radius, height, material, segments=24):
        """Upright, closed, with crisp rims; `centre` is the middle of its foot."""
        self.lathe(
            [(0, 0), (radius, 0), (radius, 0), (radius, height), (radius, height), (0, height)],
            material, segments, centre,
        )

    def sphere(self, centre, radius, material, segments=24):
        rows = segments // 2
        arc = [(radius * sin(pi * i / rows), -radius * cos(pi * i / rows)) for i in range(rows + 1)]
        self.lathe([(0.0 if i in (0, rows) else r, z) for i, (r, z) in enumerate(arc)], material, segments, centre)

    def rod(self, start, end, radius, material, segments=12):
        """A cylinder between two points."""
        start, end = Vector(start), Vector(end)
        before = self.at
        self.at = before @ Matrix.Translation(start) @ (end - start).to_track_quat('Z', 'Y').to_matrix().to_4x4()
        self.cylinder((0, 0, 0), radius, (end - start).length, material, segments)
        self.at = before

    def build(self, collection, materials, bevel=0.0):
        """Makes the object and links it. `materials` maps this builder's material names to data-blocks."""
        names = list(dict.fromkeys(face[2] for face in self.faces))
        mesh = bpy.data.meshes.new(self.name)
        mesh.from_pydata([tuple(point) for point in self.points], [], [face[0] for face in self.faces])
        for name in names:
            mesh.materials.append(materials[name])
        layer = mesh.uv_layers.new(name='UVMap')
        loop = 0
        for polygon, (_, uvs, material, smooth) in zip(mesh.polygons, self.faces):
            polygon.material_index = names.index(material)
            polygon.use_smooth = smooth
            for uv in uvs:
                layer.data[loop].uv = uv
                loop += 1
        mesh.validate()
        thing = bpy.data.objects.new(self.name, mesh)
        collection.objects.link(thing)
        if bevel:
            modifier = thing.modifiers.new('Bevel', 'BEVEL')
            modifier.width = bevel
            modifier.segments = 2
            modifier.limit_method = 'ANGLE'
        return thing
