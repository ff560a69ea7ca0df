import { cacheFolder, configFolder, dataFolder, surroundings } from '@backlot/base/node/folders'
import { resolve } from 'node:path'
import { Output } from './output.ts'

/** What the environment says. Read once, here. */
export interface CliEnvironment {
  env: Readonly<Record<string, string | undefined>>
  dataFolder: string
  cacheFolder: string
  configFolder: string
}

/** What every command gets: where things are, how to answer, and when to stop. */
export interface CliContext extends CliEnvironment {
  output: Output
  /** The data folder was named with `--data`: this installation is meant, and no other. */
  dataFolderIsNamed: boolean
  /** `--server`, else `BACKLOT_SERVER`; absent: the one signed in to, else the one that runs in the data folder. */
  server: string | undefined
  /** Aborted by Ctrl-C and SIGTERM: everything started is ended, then the command exits with 130. */
  signal: AbortSignal
}

export interface GlobalOptions {
  json?: boolean
  data?: string
  server?: string
}

export function createContext(options: GlobalOptions, signal: AbortSignal): CliContext {
  const { env } = process
  const around = surroundings(env)
  return {
    env,
    dataFolder: resolve(options.data ?? dataFolder(around)),
    dataFolderIsNamed: options.data !== undefined,
    cacheFolder: resolve(cacheFolder(around)),
    configFolder: resolve(configFolder(around)),
    output: new Output({ json: options.json === true, stdout: process.stdout, stderr: process.stderr }),
    server: options.server ?? env.BACKLOT_SERVER,
    signal,
  }
}
