import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** A real Chromium without a window: `BACKLOT_CHROMIUM`, which `./backlot test` sets, or an installed one. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.BACKLOT_CHROMIUM ?? usual.find((path) => existsSync(path))
  if (executablePath === undefined)
    throw new Error('No Chromium to test with: run `./backlot test e2e`, or set BACKLOT_CHROMIUM.')
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
    ],
  })
}

/** Motion that ends: a grey row that stands for what is not there yet goes on for ever. */
const motionEnds = `Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => undefined)))`

/** What axe finds wrong with a page: the rule, and where. Motion is let finish first. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(motionEnds)
  axeText ??= await readFile(axe, 'utf8')
  await page.evaluate(axeText)
  const { violations } = await page.evaluate<Axe>('axe.run()')
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

let axeText: string | undefined
interface Axe {
  violations: { id: string; nodes: { target: string[] }[] }[]
}
