import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlenderSession, DeviceProbe } from '@backlot/blender/driver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { confirmDevices } from './confirm-devices.ts'

/** A PNG of 1 × 1 pixel: a graphics device that renders is not among the machines that this is tested on. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-devices-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const found: DeviceProbe = {
  devices: [
    { type: 'OPTIX', name: 'Card' },
    { type: 'CPU', name: 'Processor' },
  ],
  chosen: 'OPTIX',
  tried: [
    { type: 'OPTIX', ok: true, reason: '1 found.' },
    { type: 'CPU', ok: true, reason: 'Always there.' },
  ],
}

/** Blenders with a card of which `render` says what becomes of a render on it. */
function blenders(render: (device: string) => string | Error) {
  const log: string[] = []
  const start = () => {
    log.push('start')
    const session = {
      probeDevices: () => Promise.resolve(found),
      smallScene: () => Promise.resolve(),
      async render({ settings }: { settings: { device: string } }) {
        const type = render(settings.device)
        log.push(`render on ${settings.device}`)
        if (type instanceof Error) throw type
        const path = join(folder, 'frame.png')
        await writeFile(path, png)
        return { path, device: { type, names: [], requested: settings.device, fallback: null } }
      },
      end: () => Promise.resolve(void log.push('end')),
    }
    return Promise.resolve(session as unknown as BlenderSession)
  }
  return { start, log }
}
const confirm = (start: () => Promise<BlenderSession>) => confirmDevices(start, join(folder, 'test'), never)

describe('a device that Blender lists', () => {
  it('is used when it renders', async () => {
    const { start, log } = blenders((device) => (device === 'gpu' ? 'OPTIX' : 'CPU'))
    const { probe, gpuIsBroken, session } = await confirm(start)
    expect({ chosen: probe.chosen, first: probe.tried[0], gpuIsBroken }).toEqual({
      chosen: 'OPTIX',
      first: { type: 'OPTIX', ok: true, reason: '1 found. A test render worked.' },
      gpuIsBroken: false,
    })
    expect(session).toBeDefined()
    expect(log).toEqual(['start', 'render on gpu'])
  })

  it.each([
    [
      'that crashes',
      (device: string) => (device === 'gpu' ? new Error('Blender crashed.') : 'CPU'),
      'Blender crashed.',
    ],
    ['on which the CPU renders after all', () => 'CPU', 'The CPU rendered instead.'],
  ])('%s is not: the CPU is, in a new process, and it is said why', async (_, render, why) => {
    const { start, log } = blenders(render)
    const { probe, gpuIsBroken } = await confirm(start)
    expect([probe.chosen, gpuIsBroken]).toEqual(['CPU', true])
    expect(probe.tried).toEqual([
      { type: 'OPTIX', ok: false, reason: `Its test render failed: ${why}` },
      { type: 'CPU', ok: true, reason: 'Always there. A test render worked.' },
    ])
    expect(log).toEqual(['start', 'render on gpu', 'end', 'start', 'render on cpu'])
  })
})

it('a machine on which nothing renders says so', async () => {
  const { start, log } = blenders(() => new Error('no'))
  const { probe, session } = await confirm(start)
  expect(probe.tried.map(({ ok }) => ok)).toEqual([false, false])
  expect(session).toBeUndefined()
  expect(log.at(-1)).toBe('end')
})
