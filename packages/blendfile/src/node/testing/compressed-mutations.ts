import { concat } from '../../testing/blend-writer.ts'
import { noise } from '../../testing/mutations.ts'
import type { Random } from '../../testing/random.ts'
import type { Form } from './compress.ts'
import { compress, framesOf, seekable, skippable } from './compress.ts'

/** Compresses, and does something to the result that no compressor does. */
export function compressBadly(bytes: Uint8Array, form: Form, random: Random): Uint8Array {
  return random.pick(form.startsWith('zstd') && random.chance(0.6) ? ofZstd : ofAny)(bytes, form, random)
}

type Damage = (bytes: Uint8Array, form: Form, random: Random) => Uint8Array

const ofAny: readonly Damage[] = [
  function bits(bytes, form, random) {
    const packed = compress(bytes, form).slice()
    for (let count = 1 + random.below(8); count > 0; count--)
      packed[random.below(packed.length)]! ^= 1 << random.below(8)
    return packed
  },
  function bitsOfTheStart(bytes, form, random) {
    const packed = compress(bytes, form).slice()
    packed[random.below(Math.min(24, packed.length))] = random.below(256)
    return packed
  },
  function truncation(bytes, form, random) {
    const packed = compress(bytes, form)
    return packed.slice(0, random.below(packed.length))
  },
  function trailingGarbage(bytes, form, random) {
    return concat([compress(bytes, form), noise(random, 1 + random.below(100))])
  },
  function twice(bytes, form) {
    const packed = compress(bytes, form)
    return concat([packed, packed])
  },
  function insideItself(bytes, form, random) {
    return compress(compress(bytes, form), random.pick(['gzip', 'zstd']))
  },
]

const ofZstd: readonly Damage[] = [
  function frameLost(bytes, _, random) {
    const frames = framesOf(bytes)
    return seekable(frames.toSpliced(random.below(frames.length), 1))
  },
  function framesShuffled(bytes, _, random) {
    const frames = framesOf(bytes)
    return seekable(frames.map(() => random.pick(frames)))
  },
  function lengthsThatLie(bytes, _, random) {
    const lies = [0, 1, -1, 1000, 0xffffff, 0xffffffff]
    return seekable(
      framesOf(bytes).map(({ frame, rawLength }) =>
        random.chance(0.3) ? { frame, rawLength: (rawLength + random.pick(lies)) >>> 0 } : { frame, rawLength },
      ),
    )
  },
  function tableThatLies(bytes, _, random) {
    const packed = compress(bytes, 'zstd-seekable').slice()
    const tableBytes = 17 + framesOf(bytes).length * 8
    packed[packed.length - 1 - random.below(tableBytes)] = random.below(256)
    return packed
  },
  function tableWithoutFrames(_, __, random) {
    return concat([skippable(noise(random, random.below(20))), seekable([])])
  },
  function emptyFrames(bytes, _, random) {
    const nothing = { frame: framesOf(Uint8Array.of(0))[0]!.frame, rawLength: 0 }
    return seekable(framesOf(bytes).flatMap((frame) => (random.chance(0.3) ? [nothing, frame] : [frame])))
  },
  function skippableThatLies(bytes, _, random) {
    const skip = skippable(noise(random, 8)).slice()
    new DataView(skip.buffer).setUint32(4, random.pick([0, 7, 9, 1000, 0x7fffffff, 0xffffffff]), true)
    return concat([skip, compress(bytes, 'zstd')])
  },
]
