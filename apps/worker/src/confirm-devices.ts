import { mkdir, rm } from 'node:fs/promises'
import { messageOf } from '@backlot/base/errors'
import type { BlenderSession, DeviceProbe } from '@backlot/blender/driver'
import { checkImage } from './verify/check-image.ts'

/** A first render compiles kernels for a GPU, which took minutes in other people's reports. Milliseconds. */
const patience = { gpu: 600_000, cpu: 60_000 }

export interface Confirmed {
  probe: DeviceProbe
  /** A device was found and does not render: nothing may be rendered on it. */
  gpuIsBroken: boolean
  /** That still lives and can serve a job. */
  session: BlenderSession | undefined
}

/**
 * Asks a Blender which devices it has, and renders 16 × 16 pixels on the one that it would choose: a driver that lists a
 * device may fail, hang or crash as soon as it works. Then the CPU is tried, in a process of its own. Rejects when no
 * Blender starts, or when it can't even be asked.
 */
export async function confirmDevices(
  start: () => Promise<BlenderSession>,
  folder: string,
  signal: AbortSignal,
): Promise<Confirmed> {
  let session = await start()
  try {
    const found = await session.probeDevices({ timeoutMs: 60_000, signal })
    if (found.chosen !== 'CPU') {
      const failure = await renderOn(session, 'gpu', folder, signal)
      if (failure === undefined) return { probe: noted(found, found.chosen, true), gpuIsBroken: false, session }
      await session.end({ graceMs: 0 })
      session = await start()
      const without = { ...noted(found, found.chosen, false, failure), chosen: 'CPU' }
      return await onCpu(session, without, { folder, signal, gpuIsBroken: true })
    }
    return await onCpu(session, found, { folder, signal, gpuIsBroken: false })
  } catch (error) {
    await session.end({ graceMs: 0 })
    throw error
  }
}

async function onCpu(
  session: BlenderSession,
  found: DeviceProbe,
  { folder, signal, gpuIsBroken }: { folder: string; signal: AbortSignal; gpuIsBroken: boolean },
): Promise<Confirmed> {
  const failure = await renderOn(session, 'cpu', folder, signal)
  const probe = noted(found, 'CPU', failure === undefined, failure)
  if (failure === undefined) return { probe, gpuIsBroken, session }
  await session.end({ graceMs: 0 })
  return { probe, gpuIsBroken, session: undefined }
}

/** Why no picture came; undefined when one did. */
async function renderOn(
  session: BlenderSession,
  device: 'gpu' | 'cpu',
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true })
    const options = { signal, timeoutMs: patience[device] }
    await session.smallScene(options)
    const settings = { engine: 'cycles', samples: 1, width: 16, height: 16, format: 'PNG', device } as const
    const rendered = await session.render({ frame: 1, folder, settings }, options)
    await checkImage(rendered.path)
    if (device === 'gpu' && rendered.device.type === 'CPU')
      return rendered.device.fallback ?? 'The CPU rendered instead.'
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    return messageOf(error).slice(0, 1000)
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** What a test render said of one kind of device. */
function noted(probe: DeviceProbe, type: string, ok: boolean, failure = ''): DeviceProbe {
  const tried = probe.tried.map((entry) => {
    if (entry.type !== type) return entry
    return { type, ok, reason: ok ? `${entry.reason} A test render worked.` : `Its test render failed: ${failure}` }
  })
  return { ...probe, tried }
}
