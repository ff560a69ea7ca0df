import { blendersToTest } from '@backlot/blender/testing/blenders'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Farm, startFarm } from './testing/farm.ts'

/** Tasks of a job, in the order in which the farm might give them to one worker. */
const tasks = [[5, 6], [1], [4, 2], [3]]

describe.each(await blendersToTest())('Blender $version ($kind)', (blender) => {
  let farm: Farm
  beforeAll(async () => void (farm = await startFarm(blender)))
  afterEach(() => farm.reset())
  afterAll(() => farm.stop())

  it('renders the same pixels warm, after another job, as in a process for each task', async () => {
    const animated = await farm.scene('animated')
    const plain = await farm.scene('plain')
    const settings = { format: 'OPEN_EXR', samples: 8 }

    async function framesOf(warm: boolean): Promise<string[]> {
      const jobId = crypto.randomUUID()
      const before = { frames: farm.server.frames.length, results: farm.server.results.length }
      farm.server.queue = [
        // Another scene, with another size, was in this Blender before.
        farm.lease(plain, [7], { render: { width: 50, height: 30 } }),
        ...tasks.map((frames) => farm.lease(animated, frames, { jobId, render: { ...settings, warm } })),
      ]
      await farm.until('all tasks', () => farm.server.results.length === before.results + 1 + tasks.length)
      const frames = farm.server.frames.slice(before.frames + 1).toSorted((a, b) => a.frame - b.frame)
      expect(frames.map(({ frame }) => frame)).toEqual([1, 2, 3, 4, 5, 6])
      const pixels: string[] = []
      for (const { sha256 } of frames) pixels.push(await farm.pixels(sha256))
      return pixels
    }

    await farm.worker()
    const warm = await framesOf(true)
    const clean = await framesOf(false)
    expect(clean).toEqual(warm)
    // Each frame is another picture, or nothing would be shown by this.
    expect(new Set(warm).size).toBe(6)
    expect(farm.server.results.every(({ result }) => result.state === 'completed')).toBe(true)
    const opened = farm.server.logs.filter((line) => line.includes('Opened scene.blend'))
    expect(opened).toHaveLength(1 + 1 + 1 + tasks.length)
  })
})
