# SPDX-License-Identifier: GPL-3.0-or-later
"""Pixels of float pictures that are no numbers: infinite, or not a number (NaN)."""

import numpy as np

from . import exr
from .failures import Failure


def of_image(image):
    """Of the colours of a loaded picture. → {pixels: how many are no numbers, of}"""
    width, height = image.size
    channels = len(image.pixels) // (width * height)
    values = np.empty(width * height * channels, np.float32)
    image.pixels.foreach_get(values)
    colours = values.reshape(-1, channels)[:, : min(channels, 3)]
    wrong = ~np.isfinite(colours).all(axis=1)
    return {'pixels': int(wrong.sum()), 'of': width * height, 'layer': None}


def of_layers(path):
    """Of a multilayer EXR: the first layer of which no pixel is a number; None where all have some, or it can't be told.

    Reads no further than to the first number of each layer: of a sound picture that is the first lines of it.
    """
    try:
        with exr.Reader(path) as reader:
            open_layers = {name[: -len('.Combined.R')] for name in reader.channels if name.endswith('.Combined.R')}
            for _, band in reader.bands(16):
                for layer in list(open_layers):
                    if any(np.isfinite(band['%s.Combined.%s' % (layer, each)]).any() for each in 'RGB'):
                        open_layers.discard(layer)
                if not open_layers:
                    return None
            size = reader.width * reader.height
    except Failure:  # a compression that is not ours to read
        return None
    return {'pixels': size, 'of': size, 'layer': sorted(open_layers)[0]}
