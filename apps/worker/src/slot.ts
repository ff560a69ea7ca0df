import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@backlot/base/node/logger'
import type { BlenderSession } from '@backlot/blender/driver'
import type { WantedBlender } from '@backlot/blender/choose'
import type { Attempt } from './attempt.ts'
import { levelOf } from './attempt-log.ts'
import type { BlenderRack, Tapped } from './blender-rack.ts'
import { isNearlyFull } from './disk.ts'
import type { Files } from './files.ts'
import type { BlenderWish } from './steps/step.ts'

export interface SlotOptions {
  index: number
  /** Of this slot alone; removed at every start. */
  folder: string
  rack: BlenderRack
  files: Files
  /** A Blender that holds more after a task is replaced. Bytes. */
  memoryLimit: number | undefined
  /** A Blender is replaced after so many tasks: add-ons and drivers leak what no ceiling notices. */
  recycleTasks: number | undefined
  log: Logger
}

interface Warm extends Tapped {
  /** Whose scene is in it. */
  jobId: string
  /** For one task alone. */
  isClean: boolean
  /** That it has done. */
  tasks: number
}

/** One place where a task runs: a warm Blender, and the files of the job that it works on. */
export class Slot {
  readonly index: number
  readonly #options: SlotOptions
  #warm: Warm | undefined
  #tree: { key: string; folder: string } | undefined
  #frame: { jobId: string; milliseconds: number } | undefined
  /** When Blender answered last, while it has had work ever since. */
  #freeSince: number | undefined

  constructor(options: SlotOptions) {
    this.index = options.index
    this.#options = options
  }

  /** Of the latest frame that was rendered here, for the job's next ones. */
  frameTimeOf({ lease }: Attempt): { read: () => number | undefined; write: (milliseconds: number) => void } {
    return {
      read: () => (this.#frame?.jobId === lease.jobId ? this.#frame.milliseconds : undefined),
      write: (milliseconds) => (this.#frame = { jobId: lease.jobId, milliseconds }),
    }
  }

  get gpuIsBroken(): boolean {
    return this.#options.rack.gpuIsBroken
  }

  /** There was no next task: what follows is waiting for work, not an idle gap. */
  hasNoWork(): void {
    this.#freeSince = undefined
  }

  /** The folder of one attempt, made anew. */
  async attemptFolder(attempt: Attempt): Promise<string> {
    const folder = join(this.#options.folder, `attempt-${attempt.lease.attemptId}`)
    await mkdir(folder, { recursive: true })
    return folder
  }

  /** The job's files. Tasks of one job that follow each other share them, so that its scene stays loaded. */
  async tree(attempt: Attempt, archive: string | undefined): Promise<string> {
    const { jobId, treeId } = attempt.lease
    const key = `${jobId}-${treeId}`
    if (this.#tree?.key === key) return this.#tree.folder
    await this.#removeTree()
    const folder = join(this.#options.folder, `job-${jobId}`)
    await rm(folder, { recursive: true, force: true }) // of an attempt that ended while its files were fetched
    const started = performance.now()
    attempt.progress({ message: 'Fetching files' })
    await this.#options.files.layOut(
      attempt.client,
      { treeId, folder, archive },
      {
        signal: attempt.signal,
        onProgress: (done, total) => attempt.progress(total === 0 ? {} : { fraction: done / total }),
      },
    )
    attempt.progress({ fraction: 0 })
    attempt.log.write(`Files are in place after ${((performance.now() - started) / 1000).toFixed(2)} s.`)
    this.#tree = { key, folder }
    return folder
  }

  /** A Blender for this attempt: the warm one where it fits. */
  async blender(attempt: Attempt, { clean, opensScene }: BlenderWish): Promise<BlenderSession> {
    const { rack, log } = this.#options
    const { lease, signal } = attempt
    const wanted: WantedBlender = opensScene ? { version: lease.blender, fileVersion: lease.fileVersion } : {}
    const chosen = await rack.need(wanted, signal, (text) => attempt.log.write(text))
    const warm = this.#warm
    // Another job's scene in it would also give its colours to a contact sheet, and scripts that ran in it would go on.
    const isOurs = warm?.jobId === lease.jobId
    const fits =
      warm?.session.alive === true &&
      (opensScene ? warm.blender.path === chosen.path && (isOurs || !warm.session.ranScripts) : isOurs)
    if (!fits || clean || warm?.isClean === true) {
      await this.#let()
      this.#warm = { ...(await rack.take(chosen, clean)), jobId: lease.jobId, isClean: clean, tasks: 0 }
      attempt.progress({ message: `Blender ${this.#warm.session.version} is ready` })
    }
    const taken = this.#warm as Warm
    taken.jobId = lease.jobId
    taken.listen(({ text }) => {
      const level = levelOf(text)
      if (level !== undefined) attempt.log.print(text, level)
    })
    if (this.#freeSince !== undefined) {
      const idle_gap_ms = Math.round((performance.now() - this.#freeSince) * 10) / 10
      log.info({ slot: this.index, jobId: lease.jobId, taskId: lease.taskId, idle_gap_ms, warm: fits }, 'next task')
    }
    return taken.session
  }

  /** The attempt needs Blender no more. A process that died, grew too large or old is replaced. */
  async settle(attempt: Attempt): Promise<void> {
    this.#freeSince = performance.now()
    const warm = this.#warm
    if (warm === undefined) return
    warm.listen(undefined)
    warm.tasks++
    const { memoryLimit, recycleTasks, log } = this.#options
    const { memoryBytes } = warm.session
    const isTooLarge = memoryLimit !== undefined && memoryBytes > memoryLimit
    const isOld = recycleTasks !== undefined && warm.tasks >= recycleTasks
    if ((isTooLarge || isOld) && !warm.isClean)
      log.info({ slot: this.index, memoryBytes, tasks: warm.tasks }, 'this Blender is replaced')
    // On a full disk, its temporary files go with it: a scene may have written any amount of them.
    const isFull = await isNearlyFull(this.#options.folder).catch(() => false) // no folder: its task has failed by that
    if (!warm.session.alive || warm.isClean || isTooLarge || isOld || isFull) await this.#let()
    if (attempt.endReason === 'dropped') await this.#removeTree()
  }

  async close(): Promise<void> {
    await this.#let()
  }

  async #removeTree(): Promise<void> {
    const folder = this.#tree?.folder
    this.#tree = undefined
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }

  async #let(): Promise<void> {
    const warm = this.#warm
    this.#warm = undefined
    if (warm?.session.alive === true) await warm.session.close()
  }
}
