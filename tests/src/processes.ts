import { readdir, readFile } from 'node:fs/promises'

export interface RunningProcess {
  pid: number
  parent: number
  command: string
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
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === 'Z' ? undefined : { pid, parent: Number(parent), command: command.replaceAll('\0', ' ') }
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

/** The one descendant whose command line matches. */
export async function findProcess(root: number, pattern: RegExp): Promise<RunningProcess> {
  const found = (await descendants(root)).find(({ command }) => pattern.test(command))
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
