import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBlenders } from './find.ts'
import { usualPlaces } from './places.ts'

// Stand-ins that answer to --version: real Blenders are found in the suite that has them.
let home: string
let cacheFolder: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-find-'))
  cacheFolder = join(home, '.cache', 'backlot')
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function program(path: string, says: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\n${says}\n`)
  await chmod(path, 0o755)
  return path
}
const blender = (path: string, version: string) => program(join(home, path), `echo "Blender ${version}"`)
const find = (env: Record<string, string> = {}) => findBlenders({ platform: 'linux', home, env, cacheFolder })
const mine = async (env?: Record<string, string>) => {
  const { blenders, problems } = await find(env)
  return { blenders: blenders.filter(({ path }) => path.startsWith(home)), problems }
}

test.skipIf(process.platform === 'win32')(
  'finds what is named, on PATH and in the usual places, newest first and each once',
  async () => {
    const named = await blender('elsewhere/blender', '4.2.3 LTS')
    const onPath = await blender('bin/blender', '3.6.0')
    const inHome = await blender('blender-5.0.1-linux-x64/blender', '5.0.1')
    const nested = await blender('blender/blender-4.5.2-linux-x64/blender', '4.5.2 LTS')
    await symlink(inHome, join(home, 'bin', 'link'))
    const { blenders, problems } = await mine({
      BACKLOT_BLENDER: [named, join(home, 'bin', 'link')].join(delimiter),
      PATH: dirname(onPath),
    })
    expect(problems).toEqual([])
    expect(blenders.map(({ version, path, source }) => [version, path, source])).toEqual([
      ['5.0.1', join(home, 'bin', 'link'), 'chosen'],
      ['4.5.2', nested, 'usual-place'],
      ['4.2.3', named, 'chosen'],
      ['3.6.0', onPath, 'path'],
    ])
  },
)

test.skipIf(process.platform === 'win32')(
  'a folder may be named; what is no Blender is reported with its reason',
  async () => {
    await blender('mine/blender', '5.0.1')
    const broken = await program(
      join(home, 'broken/blender'),
      'echo "x: error while loading shared libraries: libXi.so.6: no" >&2; exit 127',
    )
    const { blenders, problems } = await mine({
      BACKLOT_BLENDER: [join(home, 'mine'), broken, join(home, 'nowhere')].join(delimiter),
    })
    expect(blenders.map(({ path }) => path)).toEqual([join(home, 'mine', 'blender')])
    expect(problems).toEqual([
      { path: broken, reason: 'It needs the library libXi.so.6, which is not installed.' },
      { path: join(home, 'nowhere'), reason: 'There is no such file.' },
    ])
  },
)

test.skipIf(process.platform === 'win32')('a version is remembered until the file changes', async () => {
  const path = await program(join(home, 'bin/blender'), `echo x >> ${home}/asked; echo "Blender 4.5.0"`)
  await mine({ PATH: dirname(path) })
  expect((await mine({ PATH: dirname(path) })).blenders[0]?.version).toBe('4.5.0')
  await program(path, 'echo "Blender 5.0.0"')
  await utimes(path, new Date(), new Date(Date.now() + 5000))
  expect((await mine({ PATH: dirname(path) })).blenders[0]?.version).toBe('5.0.0')
})

test.skipIf(process.platform === 'win32')('only complete installations count', async () => {
  const record = { version: '5.0.1', kind: 'module', program: 'bin/python', probe: 'x', installedAt: '' }
  await mkdir(join(cacheFolder, 'blenders', '5.0.1-module'), { recursive: true })
  await writeFile(join(cacheFolder, 'blenders', '5.0.1-module', 'blender.json'), JSON.stringify(record))
  await mkdir(join(cacheFolder, 'blenders', '.partial-4.5.15-module'), { recursive: true })
  expect((await mine()).blenders).toEqual([
    {
      version: '5.0.1',
      kind: 'module',
      path: join(cacheFolder, 'blenders/5.0.1-module/bin/python'),
      source: 'installed',
    },
  ])
})

test('Windows is searched by its own rules', async () => {
  const env = { ProgramFiles: 'C:\\Program Files', Path: 'C:\\Tools;D:\\bin' }
  const paths = (await usualPlaces({ platform: 'win32', home: 'C:\\Users\\x', env })).map(({ path }) => path)
  expect(paths).toEqual([
    'C:\\Tools\\blender.exe',
    'D:\\bin\\blender.exe',
    'C:\\Program Files\\Steam\\steamapps\\common\\Blender\\blender.exe',
  ])
})
