import type { Logger } from '@backlot/base/node/logger'
import type { FoundBlender } from '@backlot/blender/find'
import { findLauncher, type Launcher, startsThrough } from '@backlot/blender/no-network'

export interface NetworkRuleOptions {
  network: 'none' | 'allow'
  /** What a Blender must be able to write into. */
  dataFolder: string
  log: Logger
}

/**
 * A scene, and a script in it most of all, has no business on the studio's network: Blenders are started without one.
 * A machine that can't do that says so in its log, and works.
 */
export class NetworkRule {
  readonly #options: NetworkRuleOptions
  #launcher: Promise<Launcher | undefined> | undefined
  /** By the path of a Blender; undefined: it starts directly. */
  readonly #launchers = new Map<string, Launcher | undefined>()

  constructor(options: NetworkRuleOptions) {
    this.#options = options
  }

  /** Finds out how each is to be started. Once for each. */
  async look(blenders: readonly FoundBlender[]): Promise<void> {
    const { dataFolder, log } = this.#options
    this.#launcher ??= this.#find()
    const launcher = await this.#launcher
    if (launcher === undefined) return
    for (const { path, version } of blenders) {
      if (this.#launchers.has(path)) continue
      const starts = await startsThrough(launcher, { path }, dataFolder)
      this.#launchers.set(path, starts ? launcher : undefined)
      if (!starts) log.warn({ path, version }, 'THIS BLENDER CAN USE THE NETWORK: it does not start without one')
    }
  }

  launcherOf({ path }: Pick<FoundBlender, 'path'>): Launcher | undefined {
    return this.#launchers.get(path)
  }

  async #find(): Promise<Launcher | undefined> {
    const { network, log } = this.#options
    if (network === 'allow') {
      log.info({ network }, 'Blenders may use the network')
      return undefined
    }
    const found = await findLauncher()
    if ('reason' in found) {
      log.warn({ network: 'allow', ...found }, 'BLENDERS CAN USE THE NETWORK: this machine can start none without')
      return undefined
    }
    log.info({ network, through: found.join(' ') }, 'Blenders have no network')
    return found
  }
}
