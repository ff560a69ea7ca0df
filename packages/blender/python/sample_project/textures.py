# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample's pictures, painted with numpy: same seed, same pixels, on every machine."""

import os

import bpy
import numpy as np

SEED = 20  # RandomState, not default_rng: its stream is frozen across numpy versions
TILE = 512
SCREEN_SIZE = (384, 216)

# A digit as strokes in a box one unit high: polylines that `_strokes` thickens.
DIGITS = {
    1: [[(0.22, 0.78), (0.42, 0.95), (0.42, 0.05)]],
    2: [[(0.12, 0.74), (0.2, 0.9), (0.38, 0.96), (0.56, 0.88), (0.62, 0.72), (0.56, 0.55), (0.12, 0.06), (0.66, 0.06)]],
    3: [[(0.14, 0.93), (0.62, 0.93), (0.38, 0.58), (0.58, 0.48), (0.64, 0.28), (0.54, 0.1), (0.36, 0.04), (0.14, 0.13)]],
    4: [[(0.52, 0.05), (0.52, 0.95), (0.1, 0.32), (0.68, 0.32)]],
    5: [[(0.6, 0.94), (0.2, 0.94), (0.16, 0.55), (0.38, 0.61), (0.58, 0.5), (0.64, 0.3), (0.54, 0.11), (0.36, 0.04), (0.14, 0.12)]],
}


def save(path, pixels):
    """Writes an (height, width, 3) array of 0…1, first row at the top, as an 8-bit PNG."""
    height, width = pixels.shape[:2]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    image = bpy.data.images.new('painting', width, height, alpha=False)
    flat = np.ones((height, width, 4), dtype=np.float32)
    flat[..., :3] = np.clip(pixels[::-1], 0, 1)
    image.pixels.foreach_set(flat.ravel())
    image.file_format = 'PNG'
    image.filepath_raw = path
    image.save()
    bpy.data.images.remove(image)


def noise(random, height, width, cells, octaves=4):
    """Smooth noise around 0.5, seamless in both directions."""
    total = np.zeros((height, width))
    weight, sum_of_weights = 1.0, 0.0
    for _ in range(octaves):
        grid = random.rand(cells, cells)
        y = np.arange(height) * cells / height
        x = np.arange(width) * cells / width
        y0, x0 = y.astype(int), x.astype(int)
        fy, fx = (y - y0)[:, None], (x - x0)[None, :]
        fy, fx = fy * fy * (3 - 2 * fy), fx * fx * (3 - 2 * fx)
        y1, x1 = (y0 + 1) % cells, (x0 + 1) % cells
        top = grid[np.ix_(y0, x0)] * (1 - fx) + grid[np.ix_(y0, x1)] * fx
        bottom = grid[np.ix_(y1, x0)] * (1 - fx) + grid[np.ix_(y1, x1)] * fx
        total += weight * (top * (1 - fy) + bottom * fy)
        sum_of_weights += weight
        weight, cells = weight / 2, cells * 2
    return total / sum_of_weights


def ramp(values, stops):
    """Colours for values of 0…1, from (position, (r, g, b)) stops."""
    positions = [stop[0] for stop in stops]
    return np.stack([np.interp(values, positions, [stop[1][c] for stop in stops]) for c in range(3)], axis=-1)


def sky(random, width=1024, height=512):
    """A painted dusk: night above, a burning horizon below, brushed clouds, stars."""
    y = np.linspace(1, 0, height)[:, None] * np.ones((1, width))  # 1 at the top
    x = np.linspace(-1, 1, width)[None, :]
    y_bent = np.clip(y + 0.05 * x * x + 0.03 * (noise(random, height, width, 6) - 0.5), 0, 1)
    colour = ramp(y_bent, [
        (0.0, (1.0, 0.46, 0.17)), (0.16, (1.0, 0.53, 0.30)), (0.3, (0.86, 0.40, 0.42)), (0.46, (0.45, 0.29, 0.50)),
        (0.66, (0.16, 0.19, 0.42)), (1.0, (0.035, 0.065, 0.2)),
    ])
    bands = noise(random, height, width, 5, 5)
    stretched = np.repeat(bands[::4], 4, axis=0)[:height]
    streaks = 0.6 * np.roll(stretched, 90, axis=1) + 0.4 * noise(random, height, width, 9, 5)
    cloud = np.clip((streaks - 0.5) * 5, 0, 1) * np.exp(-((y - 0.36) / 0.17) ** 2)
    lit = ramp(y, [(0.0, (1.0, 0.62, 0.34)), (0.35, (0.98, 0.5, 0.42)), (0.7, (0.42, 0.3, 0.5)), (1.0, (0.2, 0.2, 0.4))])
    colour = colour * (1 - 0.75 * cloud[..., None]) + lit * 0.75 * cloud[..., None]
    for _ in range(170):
        row, column = int(random.rand() ** 1.6 * height * 0.5), random.randint(2, width - 2)
        colour[row, column] += 0.25 + 0.6 * random.rand()
    return colour


def brick(random, size=512, rows=24):
    """Running bond, each brick a little different; seamless."""
    y, x = np.mgrid[0:size, 0:size] / size
    row = np.floor(y * rows).astype(int)
    shifted = x * rows / 2.4 + 0.5 * (row % 2)
    per_row = int(round(rows / 2.4))
    shifted = shifted * per_row / (rows / 2.4)
    column = np.floor(shifted).astype(int) % per_row
    tone = random.rand(rows, per_row)[row % rows, column]
    hue = random.rand(rows, per_row)[row % rows, column]
    fx, fy = shifted % 1, (y * rows) % 1
    mortar = np.clip(np.minimum(np.minimum(fx, 1 - fx) * 2.2, np.minimum(fy, 1 - fy)) / 0.12, 0, 1)
    grain = noise(random, size, size, 16, 4) - 0.5
    face = np.stack([0.44 + 0.17 * tone + 0.05 * hue, 0.2 + 0.09 * tone, 0.145 + 0.06 * tone - 0.03 * hue], axis=-1)
    face *= 1 + 0.7 * grain[..., None]
    joint = np.array([0.36, 0.33, 0.31])
    return face * mortar[..., None] + joint * (1 - mortar[..., None])


def street(random, tile):
    """Colour and roughness of one UDIM tile of the wet street; tile 0 and 1 meet without a seam."""
    size = TILE
    y, x = np.mgrid[0:size, 0:size] / size
    wide = noise(np.random.RandomState(SEED + 1), size, 2 * size, 8, 5)[:, tile * size:(tile + 1) * size]
    puddle = np.clip((wide - 0.52) * 9, 0, 1)
    rows, columns = 26, 20
    row = np.floor(y * rows).astype(int)
    shifted = x * columns + 0.5 * (row % 2)
    column = np.floor(shifted).astype(int) % columns
    tone = random.rand(rows, columns)[row, column]
    fx, fy = shifted % 1 - 0.5, (y * rows) % 1 - 0.5
    stone = np.clip((0.5 - (np.abs(fx * 2) ** 4 + np.abs(fy * 2) ** 4) ** 0.25 / 2) * 9, 0, 1)
    grain = noise(random, size, size, 32, 3) - 0.5
    albedo = (0.17 + 0.13 * tone + 0.18 * grain) * (0.35 + 0.65 * stone)
    colour = albedo[..., None] * np.array([1.0, 0.96, 0.95]) * (1 - 0.5 * puddle[..., None])
    rough = np.clip(0.55 - 0.15 * stone + 0.3 * grain, 0.2, 0.9) * (1 - puddle) + 0.04 * puddle
    return colour, np.repeat(rough[..., None], 3, axis=-1)


def _strokes(points, x, y, thickness):
    """1 inside a polyline of that thickness, 0 outside, soft between."""
    nearest = np.full(x.shape, 9.0)
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return np.clip((thickness - nearest) * 90, 0, 1)


def leader(frame, random):
    """One frame of a film leader: countdown digit, sweeping hand, two rings, dust."""
    width, height = SCREEN_SIZE
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x - width / 2) / height, (height / 2 - y) / height
    radius, angle = np.hypot(x, y), np.mod(np.arctan2(x, y), 2 * np.pi)
    swept = angle < 2 * np.pi * (frame % 6 + 0.6) / 6
    paper = np.where(swept, 0.62, 1.0) * (1 - 0.45 * np.clip(radius - 0.35, 0, 1))
    ink = np.clip((0.006 - np.abs(radius - 0.41)) * 300, 0, 1)
    ink = np.maximum(ink, np.clip((0.006 - np.abs(radius - 0.35)) * 300, 0, 1))
    ink = np.maximum(ink, np.clip((0.0035 - np.minimum(np.abs(x), np.abs(y))) * 300, 0, 1) * 0.8)
    digit = 5 - (frame - 1) % 5
    for points in DIGITS[digit]:
        ink = np.maximum(ink, _strokes([(0.52 * (px - 0.4), 0.52 * (py - 0.5)) for px, py in points], x, y, 0.036))
    for _ in range(14):
        dx, dy = (random.rand() - 0.5) * 1.7, random.rand() - 0.5
        ink = np.maximum(ink, np.clip((0.004 * random.rand() - np.hypot(x - dx, y - dy)) * 400, 0, 1))
    grain = 1 + 0.05 * (random.rand(height, width) - 0.5)
    tint = ramp(np.clip(radius * 1.15, 0, 1), [(0, (1.0, 0.93, 0.76)), (0.6, (0.94, 0.78, 0.56)), (1, (0.75, 0.5, 0.34))])
    return tint * (paper * grain)[..., None] * (1 - 0.93 * ink[..., None])


def scratches(random, size=256):
    """Roughness of handled metal."""
    value = 0.28 + 0.25 * (noise(random, size, size, 8, 4) - 0.5)
    for _ in range(60):
        row, start, length = random.randint(size), random.randint(size), random.randint(20, 120)
        value[row, start:start + length] += 0.18
    return np.repeat(value[..., None], 3, axis=-1)


def paint_all(folder, frames):
    """Every picture of the project under `folder`. Returns how many files were written."""
    random = np.random.RandomState(SEED)
    save(os.path.join(folder, 'textures', 'sky.png'), sky(random))
    save(os.path.join(folder, 'textures', 'brick.png'), brick(random))
    for tile in (0, 1):
        colour, rough = street(random, tile)
        save(os.path.join(folder, 'textures', 'street_color.%d.png' % (1001 + tile)), colour)
        save(os.path.join(folder, 'textures', 'street_rough.%d.png' % (1001 + tile)), rough)
    for frame in range(1, frames + 1):
        save(os.path.join(folder, 'screen', 'leader_%04d.png' % frame), leader(frame, random))
    save(os.path.join(folder, 'lib', 'textures', 'scratches.png'), scratches(random))
    return 7 + frames
