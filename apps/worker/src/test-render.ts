import { mkdir, rm } from 'node:fs/promises'
import { messageOf } from '@backlot/base/errors'
import type { WorkerTest } from '@backlot/contract/schemas/farm'
import type { BlenderRack } from './blender-rack.ts'
import { checkImage } from './verify/check-image.ts'

/** A second of work, and the start of a Blender on a machine that swaps. Milliseconds. */
const patience = 120_000

/**
 * Renders a small picture in a fresh Blender, on the device that tasks get, and looks whether the file is whole: what a
 * worker has to show before it gets work again after it failed several jobs.
 */
export async function renderTest(rack: BlenderRack, folder: string, signal: AbortSignal): Promise<WorkerTest> {
  const [newest] = rack.blenders
  if (newest === undefined) return { ok: false, device: 'none', message: 'There is no Blender here.' }
  const options = { signal, timeoutMs: patience }
  let device = 'unknown'
  try {
    await mkdir(folder, { recursive: true })
    const { session } = await rack.take(newest, false)
    try {
      await session.smallScene(options)
      const settings = { engine: 'cycles', samples: 16, width: 64, height: 64, format: 'PNG' } as const
      const rendered = await session.render({ frame: 1, folder, settings }, options)
      device = rendered.device.type
      await checkImage(rendered.path)
      const seconds = rendered.seconds.toFixed(2)
      return { ok: true, device, message: `Blender ${session.version} rendered in ${seconds} s on ${device}.` }
    } finally {
      await session.end({ graceMs: 0 })
    }
  } catch (error) {
    return { ok: false, device, message: messageOf(error).slice(0, 1000) }
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}
