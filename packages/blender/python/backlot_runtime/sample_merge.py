# SPDX-License-Identifier: GPL-3.0-or-later
"""What the passes of one Cycles image are, when its samples were rendered in ranges.

Most passes are averages over the samples: the ranges' values, weighted by their lengths, are those of the whole (measured
in 4.2, 4.5 and 5.0: to 1e-6). Three kinds are not, as Cycles' film kernels show:

- depth, position and indexes are what the first sample saw: the range that has it has them, the others have nothing;
- direct and indirect light is stored divided by the surface's colour: light times colour is an average, the quotient is not;
- Cryptomatte has ranks of (id, share): the shares of an id are added up, and the largest are ranked anew.
"""

import re
from contextlib import ExitStack

import numpy as np

from . import exr
from .failures import Failure

FIRST_SAMPLE = {'Depth', 'Z', 'Position', 'IndexOB', 'IndexMA', 'Object Index', 'Material Index', 'Debug Sample Count'}
# Names up to 4.5, and from 5.0 on.
DIVIDED = {
    light + kind: light + colour
    for lights, kinds, colour in (
        (('Diff', 'Gloss', 'Trans', 'Subsurface'), ('Dir', 'Ind'), 'Col'),
        (('Diffuse ', 'Glossy ', 'Transmission ', 'Subsurface '), ('Direct', 'Indirect'), 'Color'),
    )
    for light in lights
    for kind in kinds
}
CRYPTOMATTE = re.compile(r'^(.*)\.(Crypto[A-Za-z]+)(\d\d)\.([rgba])$', re.IGNORECASE)
BAND = 32  # lines: of 8K with 40 channels and 32 ranges about 1.3 GB would be too much, 32 lines are 40 MB a range


def split_name(channel):
    """`ViewLayer.Combined.R` → ('ViewLayer', 'Combined', 'R'); names of layers may have dots."""
    parts = channel.rsplit('.', 2)
    if len(parts) != 3:
        raise Failure('render.bad_output', 'The channel "%s" belongs to no pass.' % channel)
    return tuple(parts)


def colour_of(channel):
    """The channel that this one was divided by; None where it wasn't."""
    layer, name, component = split_name(channel)
    colour = DIVIDED.get(name)
    return None if colour is None else '%s.%s.%s' % (layer, colour, component)


def merge_cryptomatte(ids, shares, ranks):
    """[entries, …] of ids (as bits) and their shares → the same with `ranks` entries: equal ids added up, largest first."""
    order = np.argsort(ids, axis=0, kind='stable')
    ids, shares = np.take_along_axis(ids, order, 0), np.take_along_axis(shares, order, 0)
    for entry in range(1, len(ids)):  # carries each id's sum to its last entry
        same = ids[entry] == ids[entry - 1]
        shares[entry] += np.where(same, shares[entry - 1], 0)
        shares[entry - 1] = np.where(same, 0, shares[entry - 1])
    order = np.argsort(-shares, axis=0, kind='stable')[:ranks]
    ids, shares = np.take_along_axis(ids, order, 0), np.take_along_axis(shares, order, 0)
    return np.where(shares > 0, ids, 0), shares


class _Plan:
    """Which channel is merged how."""

    def __init__(self, channels):
        self.first, self.divided, self.averaged, self.cryptomattes = [], {}, [], {}
        for channel in channels:
            matte = CRYPTOMATTE.match(channel)
            if matte:
                layer, name, rank, component = matte.groups()
                self.cryptomattes.setdefault((layer, name), {})[int(rank), component.lower()] = channel
            elif split_name(channel)[1] in FIRST_SAMPLE:
                self.first.append(channel)
            elif colour_of(channel) in channels:
                self.divided[channel] = colour_of(channel)
            elif colour_of(channel):
                raise Failure('render.bad_output', 'The pass of %s can not be merged without its colour pass.' % channel)
            else:
                self.averaged.append(channel)


def _merge_band(plan, bands, weights, first):
    def mean(of):
        total = np.zeros(next(iter(bands[0].values())).shape, np.float64)
        for band, weight in zip(bands, weights):
            total += weight * of(band)
        return total

    merged = {channel: bands[first][channel] for channel in plan.first}
    for channel in plan.averaged:
        merged[channel] = mean(lambda band: band[channel].astype(np.float64))
    for channel, colour in plan.divided.items():
        light = mean(lambda band: band[channel].astype(np.float64) * band[colour])
        shade = mean(lambda band: band[colour].astype(np.float64))
        merged[channel] = np.divide(light, shade, out=np.zeros_like(light), where=shade != 0)
    for channels in plan.cryptomattes.values():
        pairs = [pair for rank in sorted({rank for rank, _ in channels}) for pair in ((rank, 'r', 'g'), (rank, 'b', 'a'))]
        ids = np.stack([band[channels[rank, one]].view(np.uint32) for band in bands for rank, one, _ in pairs])
        shares = np.stack(
            [band[channels[rank, two]].astype(np.float64) * weight for band, weight in zip(bands, weights) for rank, _, two in pairs]
        )
        ids, shares = merge_cryptomatte(ids, shares, len(pairs))
        for entry, (rank, one, two) in enumerate(pairs):
            merged[channels[rank, one]] = ids[entry].view(np.float32)
            merged[channels[rank, two]] = shares[entry]
    return merged


def merge(ranges, tell=None):
    """ranges: [{path, first, count}] → ({channel: float32 [height, width], top first}, attributes of the first range's file).

    Every range counts as much as it has samples. One of them must have sample 0 where a pass needs it.
    """
    ordered = sorted(ranges, key=lambda each: each['first'])
    total = sum(each['count'] for each in ordered)
    weights = [each['count'] / total for each in ordered]
    with ExitStack() as stack:
        readers = [stack.enter_context(exr.Reader(each['path'])) for each in ordered]
        shape, channels = (readers[0].height, readers[0].width), readers[0].channels
        for reader in readers:
            if (reader.height, reader.width) != shape or set(reader.channels) != set(channels):
                raise Failure('render.bad_output', 'The ranges of samples are not of one image: %s' % reader.path, path=reader.path)
        plan = _Plan(channels)
        if plan.first and ordered[0]['first'] != 0:
            raise Failure('render.bad_output', 'The range with the first sample is missing, which the depth and index passes need.')
        whole = {channel: np.empty(shape, np.float32) for channel in channels}
        for together in zip(*(reader.bands(BAND) for reader in readers)):
            line, bands = together[0][0], [band for _, band in together]
            for channel, values in _merge_band(plan, bands, weights, 0).items():
                whole[channel][line : line + len(values)] = values
            if tell:
                tell((line + len(bands[0][channels[0]])) / shape[0])
        return whole, readers[0].attributes
