import { open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../errors.ts'
import { makeFolder } from './make-folder.ts'

export interface FileLockOptions {
  signal?: AbortSignal
  /** Called once, when somebody else holds the lock: so that a person sees why nothing happens. */
  onWait?: (holder: number) => void
}

const pollMs = 250
/** A lock file without a process id in it is being written; older than this, its writer died at that moment. */
const unwrittenMs = 5000

/**
 * Runs `work` while holding a lock that other processes of this machine respect. The lock is a file with the holder's
 * process id and birth; one whose holder is dead is taken over, also after a restart of the machine, when another program
 * may have its id. Waits as long as it takes; `signal` ends the waiting.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  await makeFolder(dirname(path))
  await acquire(path, options)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function acquire(path: string, { signal, onWait }: FileLockOptions): Promise<void> {
  const own = `${process.pid} ${await birthOf(process.pid)}`
  let told = false
  for (;;) {
    signal?.throwIfAborted()
    if (await create(path, own)) return
    const holder = await holderOf(path)
    if (holder === 'dead') {
      await rm(path, { force: true })
      continue
    }
    if (!told && holder !== 'unknown') onWait?.(holder)
    told ||= holder !== 'unknown'
    await sleep(pollMs, undefined, { signal })
  }
}

async function create(path: string, own: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(own)
    await file.close()
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

async function holderOf(path: string): Promise<number | 'dead' | 'unknown'> {
  try {
    const [id, ...birth] = (await readFile(path, 'utf8')).split(' ')
    const pid = Number(id)
    if (pid > 0) return lives(pid) && (birth.length === 0 || birth.join(' ') === (await birthOf(pid))) ? pid : 'dead'
    return Date.now() - (await stat(path)).mtimeMs > unwrittenMs ? 'dead' : 'unknown'
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'unknown' // released in between
    throw error
  }
}

/** The machine's start and the process's since then: no two processes share them. Empty where the system does not tell. */
async function birthOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return ''
  const [boot, stat] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ])
  // The name, in brackets, may have blanks in it; the start is the 20th field after it.
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${boot.trim()} ${start}`
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM' // somebody else's process
  }
}
