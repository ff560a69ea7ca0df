import { readdir, readFile } from 'node:fs/promises'

/**
 * Kills processes that were started from inside a Blender and left its process group (`setsid`): they are told by the
 * temporary folder in their environment, which no other process has. Linux; elsewhere they stay. `folder`: of one
 * Blender, or of many, where a worker before us was killed.
 */
export async function endStrays(folder: string): Promise<void> {
  if (process.platform !== 'linux') return
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '') // gone, or another user's
      if (!isOf(environment, folder)) return
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It ended meanwhile.
      }
    }),
  )
}

function isOf(environment: string, folder: string): boolean {
  const variable = `TMPDIR=${folder}`
  return environment.split('\0').some((each) => each === variable || each.startsWith(`${variable}/`))
}
