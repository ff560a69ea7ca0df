import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, startBrowser } from './src/browser.ts'
import { checkout } from './src/command.ts'
import { createInstallation, type Installation } from './src/installation.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'

let scenes: SceneMaker
let site: Installation
let browser: Browser
let context: BrowserContext
let page: Page
let scene: string
let jobId: string
const complaints: string[] = []

beforeAll(async () => {
  scenes = await startSceneMaker()
  scene = await scenes.make('project', { folder: join(scenes.folder, 'film'), frames: 4, samples: 64, size: 96 })
  site = await createInstallation({ admin: false })
  browser = await startBrowser()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A browser writes every refused request there; the first question, who is signed in, is refused by design.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text())
  })
})
afterAll(async () => {
  await browser?.close()
  await site?.remove()
  await scenes?.remove()
})

/** A busy machine is no fault of the page. */
const patiently = { timeout: 20_000 }
/** Of the pictures in the grid of frames. */
const allLoaded = `[...document.querySelectorAll('.frame-grid img')].every((one) => one.complete && one.naturalWidth > 0)`
const isTooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })

describe('the web page', () => {
  it('makes the first administrator with the link that `up` prints', async () => {
    await page.goto(String(site.up().first.setupUrl))
    await page.getByLabel('Studio').fill('Test studio')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('E-mail').fill(site.admin.email)
    await page.getByLabel('Password', { exact: true }).fill(site.admin.password)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Enter')
    await heading('Jobs').waitFor()
    // The empty page teaches the command that fills it.
    await page.getByLabel('Command that submits a scene').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })

  it('shows a job from its beginning to its end without being loaded again', async () => {
    const signedIn = await site.run(['login', '--server', site.url, '--email', site.admin.email, '--password-stdin'], {
      input: `${site.admin.password}\n`,
    })
    expect(signedIn.code, signedIn.stderr).toBe(0)
    jobId = (await site.json<{ jobId: string }>(['submit', scene, '--name', 'Live'])).jobId
    await page.getByRole('link', { name: /Live/ }).first().click()
    await heading('Live').waitFor()
    await page.getByText('Completed', { exact: true }).first().waitFor({ timeout: 90_000 })
    const pictures = page.getByRole('list', { name: /^Frames of Live/ }).locator('img')
    await expect.poll(() => pictures.count(), patiently).toBe(4)
    await expect.poll(() => page.evaluate<boolean>(allLoaded), patiently).toBe(true)
    for (const step of ['Trace', 'Manifest', 'Upload', 'Render', 'Contact sheet', 'Video'])
      await page.getByText(step, { exact: true }).first().waitFor()
  })

  it('shows frames large, by keyboard', async () => {
    const list = page.getByRole('list', { name: /^Frames of Live/ })
    await list.getByRole('button').first().focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    const viewer = page.getByRole('dialog')
    await viewer
      .getByText(/5\.|4\.|3\./)
      .first()
      .waitFor()
    expect(new URL(page.url()).searchParams.get('frame')).toBe('2')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => new URL(page.url()).searchParams.get('frame'), patiently).toBe('3')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'detached' })
  })

  it("has Blender's log, tasks, events and files of the job", async () => {
    const parts = page.getByRole('navigation', { name: 'Parts of the job' })
    for (const part of ['Log', 'Tasks', 'Events', 'Files', 'Settings', 'Frames']) {
      await parts.getByRole('link', { name: part }).click()
      await parts.getByRole('link', { name: part, exact: true }).and(page.locator('[aria-current="page"]')).waitFor()
      expect(await accessibilityFaults(page), part).toEqual([])
    }
  })

  it('reaches every page from the command palette', async () => {
    await page.keyboard.press('Control+K')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type('workers')
    await page.getByRole('option', { name: /Workers/ }).waitFor()
    await page.keyboard.press('Enter')
    await heading('Workers').waitFor()
    await page.getByText('CPU only').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })

  it('makes, shows once and revokes a token', async () => {
    await page.goto(`${site.url}/tokens`)
    await heading('Tokens').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'New personal token' }).click()
    await page.getByLabel('Name').fill('nightly')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const secret = await page.getByLabel('Token', { exact: true }).inputValue()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'I have copied it' }).click()
    const asScript = { env: { BACKLOT_TOKEN: secret, BACKLOT_SERVER: site.url } }
    expect((await site.run(['jobs'], asScript)).code).toBe(0)
    await page.getByRole('button', { name: 'Revoke nightly' }).click()
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('button', { name: 'Revoke nightly' }).waitFor({ state: 'detached' })
    expect((await site.run(['jobs'], asScript)).code).toBe(3)
  })

  it('cancels a job after asking', async () => {
    const slow = await scenes.make('single', {
      file: join(scenes.folder, 'slow.blend'),
      frames: 3,
      samples: 20_000,
      size: 512,
    })
    const { jobId: slowId } = await site.json<{ jobId: string }>(['submit', slow, '--name', 'Slow'])
    await page.goto(`${site.url}/jobs/${slowId}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page
      .getByRole('alertdialog')
      .or(page.getByRole('dialog'))
      .getByRole('button', { name: 'Cancel the job' })
      .click()
    await page.getByText('Cancelled', { exact: true }).first().waitFor({ timeout: 30_000 })
    expect(await site.json(['job', 'show', slowId])).toMatchObject({ state: 'cancelled' })
  })

  it('confirms a device that signs in', async () => {
    const env = {
      ...process.env,
      BACKLOT_DATA: join(site.folder, 'data'),
      BACKLOT_CONFIG: join(site.folder, 'device'),
      NO_COLOR: '1',
    }
    const child = spawn(
      process.execPath,
      [join(checkout, 'apps/cli/src/main.ts'), 'login', '--device', '--server', site.url],
      { env },
    )
    const ended = new Promise((resolve) => child.once('close', resolve))
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
    await expect.poll(() => /code (\S+)/.exec(text)?.[1], patiently).toBeDefined()
    await page.goto(`${site.url}/device?code=${/code (\S+)/.exec(text)?.[1]}`)
    await heading('Confirm a sign-in').waitFor()
    await page.getByRole('button', { name: 'Approve' }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Approve' }).click()
    expect(await ended).toBe(0)
  })

  it('is as accessible in the dark and on a phone', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    for (const path of ['/jobs', `/jobs/${jobId}`, '/workers', '/tokens']) {
      await page.goto(site.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await accessibilityFaults(page), path).toEqual([])
      const wider = await page.evaluate<boolean>(isTooWide)
      expect(wider, path).toBe(false)
    }
  })

  it('says that a job does not exist', async () => {
    await page.goto(`${site.url}/jobs/01890000-0000-7000-8000-000000000000`)
    await page.getByText('job.not_found').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
  })

  it('never complained in the console', () => {
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
  })
})
