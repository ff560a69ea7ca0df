import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chosenProject, normaliseServer, openSessionFile } from './session-file.ts'
import { exampleSession } from './testing/example-session.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'backlot-session-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const a = 'http://a.test:8080'
const b = 'http://b.test'

describe('the session file', () => {
  it('keeps one session for each server, and the last one is current', async () => {
    const file = openSessionFile(join(folder, 'deep', 'session.json'))
    expect(await file.currentServer()).toBeUndefined()
    await file.write(a, exampleSession({ token: 'one' }))
    await file.write(`${b}/`, exampleSession({ token: 'two' }))
    expect((await file.read(`${a}/`))?.token).toBe('one')
    expect((await file.read('HTTP://B.test'))?.token).toBe('two')
    expect(await file.currentServer()).toBe(b)
    await file.clear(b)
    expect(await file.read(b)).toBeUndefined()
    expect(await file.currentServer()).toBeUndefined()
    expect((await file.read(a))?.token).toBe('one')
  })

  it('is its owner’s alone, leaves no temporary file, and is closed again when somebody opened it', async () => {
    const path = join(folder, 'session.json')
    const file = openSessionFile(path)
    await Promise.all([file.write(a, exampleSession({})), file.write(b, exampleSession({}))])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['session.json'])
    await chmod(path, 0o644)
    expect(await file.read(a)).toBeDefined()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('loses nothing when many writes come at once', async () => {
    const file = openSessionFile(join(folder, 'session.json'))
    const servers = Array.from({ length: 20 }, (_, index) => `http://s${index}.test`)
    await Promise.all(servers.map((server) => file.write(server, exampleSession({ token: server }))))
    for (const server of servers) expect((await file.read(server))?.token).toBe(server)
  })

  it('replaces only the token that it was asked to replace', async () => {
    const file = openSessionFile(join(folder, 'session.json'))
    await file.write(a, exampleSession({ token: 'new' }))
    expect(await file.replace(a, 'old', undefined)).toBe(false)
    expect((await file.read(a))?.token).toBe('new')
    expect(await file.replace(a, 'new', undefined)).toBe(true)
    expect(await file.read(a)).toBeUndefined()
  })

  it.each(['', '{', '{"version":1}', 'null', '[]'])('takes the damaged content %j for signed out', async (content) => {
    const path = join(folder, 'session.json')
    await writeFile(path, content)
    const file = openSessionFile(path)
    expect(await file.read(a)).toBeUndefined()
    await file.write(a, exampleSession({ token: 'healed' }))
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ version: 1, current: a })
  })
})

describe('normaliseServer', () => {
  it('takes http for granted and refuses what is no server', () => {
    expect(normaliseServer('studio:8080')).toBe('http://studio:8080')
    expect(normaliseServer('https://Studio.Example/backlot/')).toBe('https://studio.example/backlot')
    for (const wrong of ['', 'ftp://x', 'http://', 'a b']) expect(() => normaliseServer(wrong)).toThrow('address')
  })
})

describe('chosenProject', () => {
  it('says clearly when none is chosen, the chosen one is gone, or there is none', () => {
    const session = exampleSession({})
    expect(chosenProject(session).name).toBe('Trailer')
    expect(() => chosenProject({ ...session, projectId: null })).toThrow('There are: Trailer')
    expect(() => chosenProject({ ...session, projectId: crypto.randomUUID() })).toThrow('No project is chosen')
    expect(() => chosenProject({ ...session, projects: [] })).toThrow('Studio has no project yet')
  })
})
