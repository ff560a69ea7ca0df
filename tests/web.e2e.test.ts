import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
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
const hasTokensPage = `performance.getEntriesByType('resource').some(({ name }) => name.includes('/tokens-page'))`
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

  it('orders and finds jobs, and keeps both in the address', async () => {
    await page.goto(`${site.url}/jobs`)
    const names = () => page.locator('.jobs-table tbody .jobs-link').allTextContents()
    await expect.poll(names, patiently).toEqual(['Slow', 'Live'])
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click()
    await expect.poll(names, patiently).toEqual(['Live', 'Slow'])
    expect(new URL(page.url()).search).toBe('?sort=name')
    await page.getByLabel('Find jobs by name').fill('LOW')
    await expect.poll(names, patiently).toEqual(['Slow'])
    await page.reload()
    await expect.poll(names, patiently).toEqual(['Slow'])
    expect(new URL(page.url()).search).toBe('?search=LOW&sort=name')
    await page.getByLabel('Find jobs by name').fill('nothing like it')
    await page.getByRole('heading', { name: /has “nothing like it” in its name/ }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('link', { name: 'Show all jobs' }).click()
    await expect.poll(names, patiently).toEqual(['Slow', 'Live'])
    expect(await page.getByLabel('Find jobs by name').inputValue()).toBe('')
    // On a narrow page, where columns have no heads.
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByLabel('Order').selectOption('Name, A to Z')
    await expect.poll(names, patiently).toEqual(['Live', 'Slow'])
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it('downloads a frame, the video, and everything in one archive', async () => {
    await page.goto(`${site.url}/jobs/${jobId}`)
    const download = async (name: RegExp) => {
      await page.getByRole('button', { name: 'Download' }).click()
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()])
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
    }
    expect(await download(/^Video/)).toMatchObject({ name: 'preview.mp4' })
    const archive = await download(/^Everything/)
    expect(archive.name).toBe('Live.zip')
    // Four frames, the contact sheet and the video, as the end of the archive counts them.
    expect(archive.bytes.readUInt16LE(archive.bytes.length - 12)).toBe(6)
    await page.goto(`${site.url}/jobs/${jobId}?frame=2`)
    const link = page.getByRole('dialog').getByRole('link', { name: 'Download' })
    const [frame] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect(frame.suggestedFilename()).toBe('0002.png')
  })

  it('shows nothing of it to another tenant', async () => {
    const owner = await context.request.post(`${site.url}/api/v1/tenants`, {
      data: { name: 'Other', slug: 'other', admin: { ...site.admin, email: 'olga@example.org', name: 'Olga' } },
      headers: { origin: site.url },
    })
    expect(owner.status(), await owner.text()).toBe(200)
    const elsewhere = await browser.newContext()
    const data = { ...site.admin, email: 'olga@example.org' }
    expect((await elsewhere.request.post(`${site.url}/api/v1/auth/sign-in`, { data })).status()).toBe(200)
    const other = await elsewhere.newPage()
    await other.goto(`${site.url}/jobs/${jobId}`)
    await other.getByText('job.not_found').waitFor()
    await other.goto(`${site.url}/jobs`)
    await other.getByLabel('Command that submits a scene').waitFor()
    const archive = await elsewhere.request.get(`${site.url}/api/v1/jobs/${jobId}/outputs.zip`)
    expect(archive.status()).toBe(404)
    await elsewhere.close()
  })

  it('says that the server is gone, and goes on without being loaded again when it is back', async () => {
    await page.goto(`${site.url}/jobs`)
    await page.getByRole('link', { name: 'Live' }).waitFor()
    await page.evaluate('window.stillHere = true')
    await expect.poll(() => page.evaluate<boolean>(hasTokensPage), patiently).toBe(true)
    await site.up().end()
    await page.getByText('The live connection is lost').waitFor(patiently)
    expect(await accessibilityFaults(page)).toEqual([])
    // A page that was not opened before: its code is here already.
    await page.getByRole('link', { name: 'Tokens' }).click()
    await page.getByText('network.unreachable').waitFor(patiently)
    await heading('Tokens').waitFor()
    await page.getByRole('link', { name: 'Jobs', exact: true }).click()
    await site.restart()
    await page.getByText('The live connection is lost').waitFor({ state: 'detached', timeout: 30_000 })
    await page.getByRole('link', { name: 'Live' }).click()
    await heading('Live').waitFor()
    expect(await page.evaluate('window.stillHere')).toBe(true)
  })

  it('leads to the sign-in when the session ended elsewhere, and back from there', async () => {
    await page.goto(`${site.url}/jobs/${jobId}?tab=files`)
    await page.getByRole('link', { name: 'Download all as ZIP' }).waitFor()
    await context.request.post(`${site.url}/api/v1/auth/sign-out`, { headers: { origin: site.url } })
    await page.getByRole('link', { name: 'Workers' }).click()
    await heading('Sign in').waitFor()
    await page.getByLabel('E-mail').fill(site.admin.email)
    await page.getByLabel('Password').fill(site.admin.password)
    await page.keyboard.press('Enter')
    await heading('Workers').waitFor()
    expect(new URL(page.url()).pathname).toBe('/workers')
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
    // Of what was not there by design: a job, and the server while it was stopped.
    const byDesign = /404|ERR_CONNECTION_REFUSED/
    expect(complaints.filter((text) => !byDesign.test(text))).toEqual([])
  })
})
