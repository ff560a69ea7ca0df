import { readFile } from 'node:fs/promises'
import { descendants } from '@backlot/tests/processes'

/** Clock ticks a second in /proc: fixed on every Linux that Node runs on. */
const ticks = 100

/**
 * CPU seconds so far of the processes below these, by what they are: `PostgreSQL`, and the name that was given for the
 * rest. Linux; elsewhere nothing. On a busy machine it says more than wall time.
 */
export async function cpuSeconds(roots: Record<string, number | undefined>): Promise<Record<string, number>> {
  if (process.platform !== 'linux') return {}
  const used: Record<string, number> = {}
  for (const [name, root] of Object.entries(roots)) {
    if (root === undefined) continue
    for (const { pid, command } of [{ pid: root, command: '' }, ...(await descendants(root))]) {
      const kind = /postgres/.test(command.split(' ')[0] ?? '') ? 'PostgreSQL' : name
      used[kind] = (used[kind] ?? 0) + (await cpuOf(pid))
    }
  }
  return used
}

async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return 0 // it ended meanwhile
  // Fields 14 and 15 of proc(5), user and system time; the second field is the name and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}
