import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accessibilityFaults, startBrowser } from './src/browser.ts'
import { dropOnPage } from './src/drop.ts'
import { createInstallation, type Installation } from './src/installation.ts'
import { startSceneMaker } from './src/scenes.ts'
import { addPictureBlock, addThumbnail } from './src/thumbnail.ts'

let folder: string
let site: Installation
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []
/** Everything that left the page: method, address, bytes of the body. */
const sent: { method: string; url: string; bytes: number }[] = []
/** Bytes over the hub's socket. */
let socketBytes = 0

/** Blender 4 and 5 as far as this machine has them, with their versions: `4.5`. */
const blenders = new Map<'4' | '5', string>()

/**
 * `film`: shots/scene.blend, its library and textures, of which the library's is gone. Beside it the same scene as a file
 * alone, plain and compressed, of each Blender: `plain-5.blend`.
 */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-drops-'))
  const film = join(folder, 'film')
  for (const major of ['4', '5'] as const) {
    const scenes = await startSceneMaker(({ version }) => version.startsWith(`${major}.`))
    const { version } = scenes.blender
    if (version.startsWith(`${major}.`)) {
      blenders.set(major, version.replace(/\.\d+$/, ''))
      await rm(film, { recursive: true, force: true })
      const scene = await scenes.make('project', { folder: film, frames: 7, size: 96 })
      await addThumbnail(scene)
      const zstd = join(film, 'shots/zstd.blend')
      await scenes.make('compressed', { file: scene, to: zstd })
      await copyFile(scene, join(folder, `plain-${major}.blend`))
      await rename(zstd, join(folder, `zstd-${major}.blend`))
      await writeFile(join(folder, `gzip-${major}.blend`), gzipSync(await readFile(scene)))
    }
    await scenes.remove()
  }
  await rm(join(film, 'textures/red.png'))
  await mkdir(join(folder, 'pictures'))
  await writeFile(join(folder, 'pictures/a.png'), 'a')
  await writeFile(join(folder, 'pictures/b.png'), 'b')

  site = await createInstallation({ worker: false })
  browser = await startBrowser()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await context.request.post(`${site.url}/api/v1/auth/sign-in`, { data: site.admin, failOnStatusCode: true })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const bytes = request.postDataBuffer()?.length ?? 0
    sent.push({ method: request.method(), url: request.url(), bytes })
  })
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => (socketBytes += payload.length)))
})
afterAll(async () => {
  await browser?.close()
  await site?.remove()
  await rm(folder, { recursive: true, force: true })
})

const patiently = { timeout: 20_000 }
const dropped = (...names: string[]) => dropOnPage(page, ...names.map((name) => join(folder, name)))
const heading = (name: string | RegExp, level = 2) => page.getByRole('heading', { level, name, exact: true })
const part = (name: string | RegExp) => page.getByRole('region', { name })
/** A file of the list of dependencies, as it stands there: path, what it is, state, size. */
const dependency = (path: string) => part('What it needs').locator('.dependency').filter({ hasText: path }).first()
/** The scene as a file alone, of the Blender that made the folder. */
const alone = (form: 'plain' | 'zstd') => `${form}-${[...blenders.keys()].at(-1)}.blend`
const spoken = () => page.locator('output[aria-live="polite"]').textContent()
const thumbnail = `[...document.querySelectorAll('.checked-file img')].map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])`

beforeEach(async () => {
  if (page.url() === `${site.url}/submit`) return
  await page.goto(`${site.url}/submit`)
  await heading('Drop a project folder or a .blend').waitFor()
})

describe('the submit page', () => {
  it('says what it is for, and is reached from the sidebar and by the palette', async () => {
    await page.goto(`${site.url}/jobs`)
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Submit' }).click()
    await heading('Submit', 1).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.goto(`${site.url}/jobs`)
    await heading('Jobs', 1).waitFor()
    await page.keyboard.press('Control+K')
    await page.getByRole('combobox').fill('submit')
    await page.keyboard.press('Enter')
    await heading('Submit', 1).waitFor()
  })

  it.for([
    ['plain-4.blend', '4', undefined],
    ['gzip-4.blend', '4', 'gzip'],
    ['zstd-4.blend', '4', 'zstd'],
    ['plain-5.blend', '5', undefined],
    ['gzip-5.blend', '5', 'gzip'],
    ['zstd-5.blend', '5', 'zstd'],
  ] as const)('reads %s: scenes, frames, picture', async ([name, major, compression], { skip }) => {
    const version = blenders.get(major)
    if (version === undefined) return skip(`no Blender ${major}`)
    await dropped(name)
    await heading(name).waitFor()
    await heading('What it needs').waitFor()
    const scene = part('Scene Shot')
    for (const text of ['1–7 (7 frames)', '24 fps', 'Cycles', '96 × 96', 'Camera', '/tmp/'])
      await scene.getByText(text, { exact: true }).last().waitFor()
    const file = part(name)
    await file.getByText(version, { exact: true }).waitFor()
    const how = await file.getByText('kB').textContent()
    expect(/compressed \((.*)\)/.exec(how ?? '')?.[1]).toBe(compression)
    expect(await page.evaluate(thumbnail)).toEqual([[128, 128]])
    // Without its folder nothing can be called missing.
    await page.getByText(/^It uses 4 more files: drop the project folder/).waitFor()
    expect(await page.getByText('Missing', { exact: true }).count()).toBe(0)
    expect(await page.getByText('Not dropped', { exact: true }).count()).toBe(3)
    expect(await page.getByLabel('Command that submits this scene').inputValue()).toBe(`./backlot submit ${name}`)
  })

  it('shows every file that a folder has for it, and what is missing with who uses it', async () => {
    await dropped('film')
    await heading('scene.blend').waitFor()
    await heading('What it needs').waitFor()
    const textOf = async (path: string) => (await dependency(path).innerText()).split(/\s*\n\s*/)
    expect(await textOf('film/textures/seq/f_0001.png')).toEqual([
      'film/textures/seq/f_0001.png',
      'image',
      expect.stringMatching(/^5 files, /),
    ])
    expect(await textOf('film/textures/tiles.<UDIM>.png')).toEqual([
      'film/textures/tiles.<UDIM>.png',
      'image',
      expect.stringMatching(/^2 files, /),
    ])
    expect(await textOf('film/lib/props.blend')).toEqual([
      'film/lib/props.blend',
      expect.stringMatching(/^library, 1 file, .* with what it needs$/),
      expect.stringMatching(/ kB$/),
    ])
    expect(await textOf('film/textures/red.png')).toEqual(['film/textures/red.png', 'image', 'Missing'])
    // Nine files and the scene itself.
    await part('What it needs').getByText('9 files').waitFor()
    await page.getByText('1 file is missing').waitFor()
    await page.getByText('used by Image red.png in film/lib/props.blend').waitFor()
    expect(await page.evaluate(thumbnail)).toEqual([[128, 128]])
    expect(await spoken()).toMatch(/^scene\.blend is checked: 9 files, 1 not found$/)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.getByLabel('Command that submits this scene').inputValue()).toBe(
      './backlot submit film/shots/scene.blend',
    )
  })

  it('looks at another .blend of the folder', async () => {
    await dropped('film')
    await heading('scene.blend').waitFor()
    await page.getByLabel(/^Main file, one of 2/).selectOption('film/lib/props.blend')
    await heading('props.blend').waitFor()
    await part('Scene Shot').getByText('1 (1 frame)').waitFor()
    await page.getByText('used by Image red.png', { exact: true }).waitFor()
    expect(await page.getByLabel('Command that submits this scene').inputValue()).toMatch(/props\.blend$/)
  })

  it('takes a folder and files by buttons, with the keyboard alone', async () => {
    await page.reload()
    await heading('Drop a project folder or a .blend').waitFor()
    const choose = async (label: string, path: string) => {
      const asked = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: label }).focus()
      await page.keyboard.press('Enter')
      await (await asked).setFiles(path)
      await heading('What it needs').waitFor()
    }
    await choose('Choose a folder', join(folder, 'film'))
    await heading('scene.blend').waitFor()
    await page.getByText('1 file is missing').waitFor()
    // What had the focus is gone; it is on the name of the file now, and not lost.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('scene.blend')
    await page.getByRole('button', { name: 'Look at another' }).focus()
    await page.keyboard.press('Enter')
    await heading('Drop a project folder or a .blend').waitFor()
    await choose('Choose files', join(folder, alone('plain')))
    await heading(alone('plain')).waitFor()
  })

  it('finds what was put back, and is silent when all is well', async () => {
    await writeFile(join(folder, 'film/textures/red.png'), 'red')
    await dropped('film')
    await part('What it needs').getByText('10 files').waitFor()
    expect(
      await page
        .locator('#main')
        .getByText(/missing/i)
        .count(),
    ).toBe(0)
    await rm(join(folder, 'film/textures/red.png'))
    // It may have been moved only.
    await mkdir(join(folder, 'film/moved'))
    await writeFile(join(folder, 'film/moved/Red.png'), 'red')
    await dropped('film')
    await page.getByText('did you mean film/moved/Red.png?').waitFor()
    await rm(join(folder, 'film/moved'), { recursive: true })
  })

  it('says what is wrong with a file, and what to do', async () => {
    const damaged = async (name: string, change: (path: string) => Promise<void>) => {
      await copyFile(join(folder, alone('plain')), join(folder, name))
      await change(join(folder, name))
    }
    await damaged('truncated.blend', (path) => truncate(path, 200_000))
    await damaged('corrupt.blend', (path) => writeFile(path, 'BLENDER-v405nonsense'.padEnd(5000, 'x')))
    await damaged('newer.blend', (path) => writeFile(path, 'BLENDER17-02v0600'.padEnd(5000, 'x')))
    const zstd = await readFile(join(folder, alone('zstd')))
    await writeFile(join(folder, 'damaged-zstd.blend'), zstd.fill(0x55, 2000, 90_000))
    for (const [name, code, advice] of [
      ['pictures/a.png', 'blend.not_a_blend', 'Give a file that Blender saved.'],
      ['truncated.blend', 'blend.truncated', 'take a backup'],
      ['corrupt.blend', /blend\.(corrupt|truncated)/, 'take a backup'],
      ['newer.blend', 'blend.unreadable', 'Check that it exists'],
      ['damaged-zstd.blend', 'blend.corrupt', 'take a backup'],
    ] as const) {
      await dropped(name)
      await heading(name.replace(/.*\//, '')).waitFor()
      const alert = page.getByRole('alert')
      await alert.getByText(code, { exact: true }).waitFor()
      await alert.getByText(advice).waitFor()
      expect(await accessibilityFaults(page), name).toEqual([])
      // And the next one can be dropped.
      await heading('Drop a project folder or a .blend').waitFor()
    }
    await dropped('pictures')
    await page.locator('#main').getByText('There is no .blend in it').waitFor()
    await page.getByText('None of the 2 files ends with .blend.').waitFor()
  })

  it('reads the rest of a folder in which something can not be read', async () => {
    await symlink(join(folder, 'nowhere'), join(folder, 'film/broken.png'))
    await dropped('film')
    await heading('What it needs').waitFor()
    expect(await page.getByText('1 file is missing').count()).toBe(1)
    await rm(join(folder, 'film/broken.png'))
  })

  it('can be cancelled while it works, and begins anew', async () => {
    // What it says before anything is read, held there.
    const gate = Promise.withResolvers<void>()
    await page.route(/blend\.worker/, (route) => gate.promise.then(() => route.continue()))
    await dropped(alone('plain'))
    await heading(`Reading ${alone('plain')}`).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    gate.resolve()
    await heading('What it needs').waitFor()
    await page.unroute(/blend\.worker/)

    // A picture of 440 MB in 2 MB of gzip: a second and more to read.
    await copyFile(join(folder, alone('plain')), join(folder, 'long.blend'))
    await addPictureBlock(join(folder, 'long.blend'), Buffer.alloc(440_000_000))
    await writeFile(join(folder, 'long.blend'), gzipSync(await readFile(join(folder, 'long.blend')), { level: 1 }))
    await dropped('long.blend')
    await heading('Reading long.blend').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await heading('Drop a project folder or a .blend').waitFor()
    expect(await spoken()).toBe('Cancelled')
    await expect.poll(() => page.workers().length, patiently).toBe(0)
    await dropped(alone('plain'))
    await heading(alone('plain')).waitFor()
  })

  it('ignores what is no file, and never leaves the page for a dropped one', async () => {
    await page.evaluate(`window.dispatchEvent(new DragEvent('drop', { dataTransfer: new DataTransfer() }))`)
    await heading(alone('plain')).waitFor()
    expect(page.url()).toBe(`${site.url}/submit`)
  })

  it('is as accessible and fits in the dark, on a tablet and on a phone', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    for (const width of [1280, 768, 390]) {
      await page.setViewportSize({ width, height: 844 })
      await dropped('film')
      await heading('What it needs').waitFor()
      expect(await accessibilityFaults(page), String(width)).toEqual([])
      const isTooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
      expect(await page.evaluate(isTooWide), String(width)).toBe(false)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it('says so when its worker can not be loaded', async () => {
    await page.route(/blend\.worker/, (route) => route.abort())
    await dropped(alone('plain'))
    await page.getByRole('alert').getByText('network.unreachable').waitFor(patiently)
    await page.unroute(/blend\.worker/)
    expect(page.workers()).toEqual([])
  })

  it('has sent nothing of all that anywhere, and never complained', async () => {
    const notRead = sent.filter(({ method, bytes }) => method !== 'GET' || bytes > 0)
    expect(notRead).toEqual([])
    const elsewhere = sent.filter(({ url }) => !url.startsWith(`${site.url}/`) && !url.startsWith('data:'))
    expect(elsewhere).toEqual([])
    expect(socketBytes).toBeLessThan(10_000)
    expect(complaints).toEqual([])
    // The worker could not, if it wanted to: nothing but its own decoder can be reached.
    const script = sent.find(({ url }) => url.includes('blend.worker'))!.url
    const { headers } = await context.request.get(script).then((answer) => ({ headers: answer.headers() }))
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src data:",
    )
  })
})
