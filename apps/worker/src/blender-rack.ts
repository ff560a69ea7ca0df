import { join } from 'node:path'
import { surroundings } from '@backlot/base/node/folders'
import type { Logger } from '@backlot/base/node/logger'
import { chooseBlender, needBlender, type WantedBlender } from '@backlot/blender/choose'
import type { BlenderSession, DeviceProbe, LogLine } from '@backlot/blender/driver'
import { findBlenders, type FoundBlender } from '@backlot/blender/find'
import { installBlender } from '@backlot/blender/install'
import { startSession } from '@backlot/blender/session'
import { seriesOf } from '@backlot/blender/version'
import { WarmPool } from '@backlot/blender/warm-pool'
import { confirmDevices } from './confirm-devices.ts'
import { NetworkRule } from './network-rule.ts'

/** A Blender whose log goes to whoever uses it now. */
export interface Tapped {
  session: BlenderSession
  blender: FoundBlender
  listen: (listener: ((line: LogLine) => void) | undefined) => void
}

export interface RackOptions {
  /** Of this process: `BACKLOT_BLENDER` and PATH say where Blenders are. */
  env: Readonly<Record<string, string | undefined>>
  cacheFolder: string
  dataFolder: string
  /** Temporary folders of Blenders. */
  tempFolder: string
  /** A Blender that a job asks for and that is not here may be fetched. */
  mayInstall: boolean
  network: 'none' | 'allow'
  /** The list of Blenders changed. */
  onChange?: () => void
  log: Logger
}

/** The Blenders of this machine: which there are, fetching another one, and warm processes of them. */
export class BlenderRack {
  readonly #options: RackOptions
  readonly #pool: WarmPool
  readonly #network: NetworkRule
  readonly #taps = new WeakMap<BlenderSession, Tapped['listen']>()
  readonly #stop = new AbortController()
  #probing: Promise<unknown> | undefined
  #installing: Promise<void> | undefined
  blenders: FoundBlender[] = []
  /** A device is there and did not render when it was tried: whatever a job leaves open goes to the CPU. */
  gpuIsBroken = false

  constructor(options: RackOptions) {
    this.#options = options
    this.#network = new NetworkRule(options)
    this.#pool = new WarmPool({ start: (blender) => this.#start(blender) })
  }

  async find(): Promise<void> {
    const { env, cacheFolder, log } = this.#options
    const { blenders, problems } = await findBlenders({ ...surroundings(env), cacheFolder })
    this.blenders = blenders
    for (const problem of problems) log.warn(problem, 'this path is no Blender that can be used')
    log.info({ blenders: blenders.map(({ version, kind, path }) => ({ version, kind, path })) }, 'Blenders found')
    await this.#network.look(blenders)
  }

  /** The Blender for a job, fetched if need be. Throws `render.no_blender`, `blender.not_found`. */
  async need(wanted: WantedBlender, signal: AbortSignal, tell: (text: string) => void): Promise<FoundBlender> {
    const { mayInstall, log, onChange } = this.#options
    const version = wanted.version ?? seriesOfFile(wanted.fileVersion)
    if (chooseBlender(this.blenders, wanted) === undefined && mayInstall && version !== undefined) {
      tell(`Fetching Blender ${version}: this worker does not have it.`)
      // One at a time: two slots mostly ask for the same one.
      await this.#installing?.catch(() => undefined)
      if (chooseBlender(this.blenders, wanted) === undefined) {
        log.info({ version }, 'fetching a Blender')
        this.#installing = this.#install(version, signal, tell)
        await this.#installing.finally(() => (this.#installing = undefined))
        onChange?.()
      }
    }
    return needBlender(this.blenders, wanted)
  }

  /** A fresh process of this Blender, mostly one that waits already. `soon`: the next one follows it. */
  async take(blender: FoundBlender, soon: boolean): Promise<Tapped> {
    const session = await this.#pool.take(blender, { soon })
    return { session, blender, listen: this.#taps.get(session) as Tapped['listen'] }
  }

  /**
   * Which devices the newest Blender can render on, tried by a tiny render. Undefined without a Blender, or when asking failed. The process that was
   * asked waits for the first job.
   */
  probe(): Promise<DeviceProbe | undefined> {
    const probing = this.#probe()
    this.#probing = probing
    return probing
  }

  async #probe(): Promise<DeviceProbe | undefined> {
    const { signal } = this.#stop
    const newest = this.blenders[0]
    if (newest === undefined) return undefined
    try {
      const folder = join(this.#options.dataFolder, 'device-test')
      const { probe, gpuIsBroken, session } = await confirmDevices(() => this.#start(newest, signal), folder, signal)
      this.gpuIsBroken = gpuIsBroken
      if (session !== undefined) this.#pool.put(newest, session)
      const facts = { chosen: probe.chosen, devices: probe.devices, tried: probe.tried }
      const { log } = this.#options
      if (gpuIsBroken) log.error(facts, 'THE GRAPHICS DEVICE DOES NOT RENDER: this worker renders on the CPU')
      else if (probe.chosen === 'CPU') log.warn(facts, 'NO GRAPHICS DEVICE ANSWERS: this worker renders on the CPU')
      else log.info(facts, 'devices')
      return probe
    } catch (error) {
      if (!signal.aborted) this.#options.log.error({ err: error }, 'the devices could not be probed')
      return undefined
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#probing
    await this.#pool.close()
  }

  async #install(version: string, signal: AbortSignal, tell: (text: string) => void): Promise<void> {
    const { env, cacheFolder } = this.#options
    const onProgress = () => undefined
    await installBlender({
      ...surroundings(env),
      arch: process.arch,
      version,
      cacheFolder,
      signal,
      say: tell,
      onProgress,
    })
    await this.find()
  }

  async #start(blender: FoundBlender, signal?: AbortSignal): Promise<BlenderSession> {
    const { dataFolder } = this.#options
    let listener: ((line: LogLine) => void) | undefined
    const session = await startSession({
      blender,
      userFolder: join(dataFolder, 'users', blender.version),
      tempRoot: this.#options.tempFolder,
      crashFolder: join(dataFolder, 'crashes'),
      launcher: this.#network.launcherOf(blender),
      onLog: (line) => listener?.(line),
      signal,
    })
    this.#taps.set(session, (given) => (listener = given))
    return session
  }
}

/** `4.5` of 405. */
function seriesOfFile(fileVersion: number | undefined): string | undefined {
  return fileVersion === undefined ? undefined : seriesOf(`${Math.floor(fileVersion / 100)}.${fileVersion % 100}`)
}
