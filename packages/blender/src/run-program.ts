import { execFile } from 'node:child_process'

export interface ProgramResult {
  /** 0 is success; null when it was killed, timed out, or could not be started. */
  code: number | null
  stdout: string
  stderr: string
}

export interface ProgramOptions {
  timeoutMs?: number
  env?: NodeJS.ProcessEnv
  cwd?: string
  signal?: AbortSignal | undefined
}

/** Runs a short program to its end and collects what it says. Never rejects: a program that isn't there is a failed one. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { timeoutMs = 30_000, ...rest } = options
  return new Promise((resolve) => {
    const settings = {
      ...rest,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
      maxBuffer: 16_000_000,
    } as const
    execFile(command, args, settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : null) : 0
      resolve({ code, stdout, stderr: stderr || (error && code === null ? error.message : '') })
    })
  })
}
