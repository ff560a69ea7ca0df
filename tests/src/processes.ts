import { readdir, readFile } from 'node:fs/promises'

export interface RunningProcess {
  pid: number
  parent: number
  command: string
  /** CPU time so far, in the kernel's ticks. */
  ticks: number
}

/** Every process of this machine (Linux). */
async function all(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const read = async (pid: number): Promise<RunningProcess | undefined> => {
    try {
      const [stat, command] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ])
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z') return undefined
      const ticks = Number(fields[11]) + Number(fields[12])
      return { pid, parent: Number(fields[1]), command: command.replaceAll('\0', ' '), ticks }
    } catch {
      return undefined // it ended meanwhile
    }
  }
  return (await Promise.all(pids.map(read))).filter((one) => one !== undefined)
}

/** Children, their children and so on. */
export async function descendants(pid: number): Promise<RunningProcess[]> {
  const processes = await all()
  const found: RunningProcess[] = []
  for (const parents = [pid]; parents.length > 0;) {
    const parent = parents.shift()
    for (const child of processes.filter((one) => one.parent === parent)) {
      found.push(child)
      parents.push(child.pid)
    }
  }
  return found
}

/** The descendant whose command line matches; of several, such as a Blender that renders and one that waits, the busiest. */
export async function findProcess(root: number, pattern: RegExp): Promise<RunningProcess> {
  const matching = (await descendants(root)).filter(({ command }) => pattern.test(command))
  const [found] = matching.toSorted((a, b) => b.ticks - a.ticks)
  if (found === undefined) throw new Error(`No process ${pattern} below ${root}.`)
  return found
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Those whose command line or environment names this folder, wherever they hang in the tree (Linux). */
export async function processesOf(folder: string): Promise<RunningProcess[]> {
  const environment = (pid: number) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const found = await Promise.all(
    (await all()).map(async (one) =>
      one.command.includes(folder) || (await environment(one.pid)).includes(folder) ? [one] : [],
    ),
  )
  return found.flat()
}
