import { describe, expect, it } from 'vitest'
import { chooseSplit } from './split-choice.ts'

const cycles = { samples: 256, adaptive: false, noiseThreshold: 0.01, splitObstacles: [] as string[] }
const scene = {
  name: 'Scene',
  frameStart: 1,
  frameEnd: 1,
  frameStep: 1,
  fps: 24,
  camera: 'Camera',
  engine: 'CYCLES',
  width: 1920,
  height: 1080,
  percentage: 100,
  cycles,
}
const choice = { scene, frames: '1', frameCount: 1 }

describe('splitting a still', () => {
  it('does so by itself when it takes long, in ranges of a length that is worth a file', () => {
    const { split, note } = chooseSplit({}, choice)
    expect(split).toEqual({ samples: 256, range: 8 })
    expect(note).toContain('256, in 32 ranges of 8')
    expect(chooseSplit({ render: { samples: 10_000 } }, choice).split).toEqual({ samples: 10_000, range: 157 })
  })

  it('leaves to one worker what is quick, and what it was told to', () => {
    expect(chooseSplit({ render: { percentage: 25 } }, choice)).toEqual({})
    expect(chooseSplit({ splitOver: 10_000 }, choice)).toEqual({})
    expect(chooseSplit({ split: 'off' }, choice)).toEqual({})
    expect(chooseSplit({ split: 'on', render: { percentage: 25 } }, choice).split).toEqual({ samples: 256, range: 8 })
  })

  it('puts a noise threshold in the place of adaptive sampling, and says so', () => {
    const adaptive = {
      ...choice,
      scene: { ...scene, cycles: { ...cycles, adaptive: true, noiseThreshold: 0.009_999_999_7 } },
    }
    const { split, note } = chooseSplit({}, adaptive)
    expect(split?.noise).toBe(0.01)
    expect(note).toMatch(/below 0\.01.*Adaptive sampling is off/)
    expect(chooseSplit({ noise: 0.1 }, adaptive).split?.noise).toBe(0.1)
  })

  it('says what stands in the way: as an error when it was wanted, as a note when it would have helped', () => {
    const stereo = { ...choice, scene: { ...scene, cycles: { ...cycles, splitObstacles: ['several views'] } } }
    expect(() => chooseSplit({ split: 'on' }, stereo)).toThrow('several views')
    expect(chooseSplit({}, stereo)).toEqual({ note: expect.stringContaining('several views') as string })
    expect(() => chooseSplit({ split: 'on' }, { ...choice, frameCount: 2 })).toThrow('one frame')
    const eevee = { ...choice, scene: { ...scene, engine: 'BLENDER_EEVEE', cycles: null } }
    expect(() => chooseSplit({ split: 'on' }, eevee)).toThrow('Only Cycles')
    expect(chooseSplit({}, eevee)).toEqual({})
    expect(() => chooseSplit({ split: 'on', render: { samples: 8 } }, choice)).toThrow('too few')
  })
})
